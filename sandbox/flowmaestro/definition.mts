// What the backend reads out of a workflow's definition.
import type { Definition, Workflow, WorkflowNode } from './records.mts';

/** The nodes of either format, or `undefined` where the definition has none. */
export function nodesOf(definition: Definition): WorkflowNode[] | undefined {
	return definition.nodes && Object.values(definition.nodes);
}

/**
 * `inputs` of a workflow as `GET /workflows/:id` answers it: by node id, not by the name an
 * execution reads (contract, finding 10), and only for the record format.
 */
export function inputsOf({ definition }: Workflow) {
	if (!definition?.nodes || Array.isArray(definition.nodes)) return null;
	const inputs = Object.entries(definition.nodes).filter(([, node]) => node.type === 'input');
	if (inputs.length === 0) return null;
	return Object.fromEntries(
		inputs.map(([id, { config }]) => [
			id,
			{
				type: config.inputType || 'text',
				label: config.label || id,
				required: config.required ?? true,
				description: config.description,
			},
		]),
	);
}

/** What keeps the definition from being executed, in the backend's words. */
export function problemsOf(definition: Definition): string[] {
	const nodes = nodesOf(definition) ?? [];
	const known = new Set(nodes.flatMap(({ config }) => [config.inputName, config.outputVariable]));
	return nodes.flatMap((node) =>
		variablesIn(node)
			.filter((name) => !known.has(name))
			.map((name) => `Node "${node.name}" references undefined variable "{{${name}}}"`),
	);
}

function variablesIn({ config }: WorkflowNode): string[] {
	return Object.values(config)
		.filter((value) => typeof value === 'string')
		.flatMap((text) => [...text.matchAll(/\{\{(\w+)\}\}/g)])
		.flatMap(([, name]) => name ?? []);
}
