// Workflows as a person would have put them on the canvas.
import type { IConnections, INode, INodeParameters } from 'n8n-workflow';
import { client, stage } from './stage.mts';

export const START = 'When clicking ‘Execute workflow’';

/** Something picked from a list. */
export const picked = (value: string, name: string) => ({
	__rl: true,
	mode: 'list',
	value,
	cachedResultName: name,
});

export function node(
	name: string,
	type: string,
	parameters: INodeParameters = {},
	given: Partial<INode> = {},
): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters, ...given };
}

/** One of this package's nodes with its credential. */
export const flyMyAi = (
	name: string,
	parameters: INodeParameters,
	given: Partial<INode> = {},
): INode =>
	node(name, 'n8n-nodes-agent-platforms.flyMyAi', parameters, {
		position: [300, 0],
		credentials: { flyMyAiApi: stage.credentials.flyMyAiApi },
		...given,
	});

export const manualTrigger = node(START, 'n8n-nodes-base.manualTrigger');

/** Connects nodes by name, each source with the targets behind it. */
export function connect(links: Array<[from: string, to: string, type?: string]>): IConnections {
	const connections: IConnections = {};
	for (const [from, to, type = 'main'] of links) {
		const outputs = ((connections[from] ??= {})[type] ??= [[]]);
		outputs[0]?.push({ node: to, type: type as 'main', index: 0 });
	}
	return connections;
}

/** Saves a workflow under this id, in place of an older one. */
export async function save(id: string, nodes: INode[], connections: IConnections): Promise<void> {
	await client.saveWorkflow({
		id,
		name: id.replaceAll('-', ' '),
		nodes,
		connections,
		settings: { executionOrder: 'v1' },
	});
}
