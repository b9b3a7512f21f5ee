import type { IPollFunctions } from 'n8n-workflow';

/**
 * What tells a polling node from any other, for what is kept in memory. Two nodes of a workflow may
 * have the same id, when one was copied as JSON, but not the same name, by which n8n keeps its static
 * data, too. A new node by an old name has another id.
 */
export const pollerOf = (context: Pick<IPollFunctions, 'getNode' | 'getWorkflow'>): string => {
	const { id, name } = context.getNode();
	return JSON.stringify([context.getWorkflow().id ?? '', name, id]);
};
