import { ExternalSecretsProxy } from 'n8n-core';
import { NodeConnectionTypes, UnexpectedError, Workflow } from 'n8n-workflow';
import type {
	ICredentialsHelper,
	INode,
	INodeParameters,
	INodeType,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

/** A node as a user put it on the canvas. */
export interface NodeOnCanvas {
	node: INodeType;
	/** What the user filled in, expressions (`={{ … }}`) included; n8n adds the defaults. */
	parameters?: INodeParameters;
	/** Default: the newest version of the description. */
	typeVersion?: number;
	/** Default: the name a fresh node gets. */
	nodeName?: string;
	/** Default: its name. */
	nodeId?: string;
	/** Default: `<package>.<description name>`. One that ends in `Tool` is the node's AI tool. */
	nodeType?: string;
}

/** The node before ours on the canvas, whose output our node's items are. */
export const INPUT_NODE = 'Input';

export const NO_OP = 'n8n-nodes-base.noOp';

const PACKAGE = 'n8n-nodes-agent-platforms';

const noOp: INodeType = {
	description: {
		displayName: 'No Operation, do nothing',
		name: 'noOp',
		group: ['organization'],
		version: 1,
		description: 'No Operation',
		defaults: { name: 'No Operation, do nothing' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
};

/** A registry of these node types and n8n's "No Operation". */
export function nodeTypesOf(types: Record<string, INodeType>): INodeTypes {
	const known = new Map<string, INodeType>([[NO_OP, noOp], ...Object.entries(types)]);
	const getByName = (name: string): INodeType => {
		const type = known.get(name);
		if (!type) throw new UnexpectedError(`Unknown node type "${name}"`);
		return type;
	};
	return { getByName, getByNameAndVersion: getByName, getKnownTypes: () => ({}) };
}

export function createNode(node: Pick<INode, 'name' | 'type'> & Partial<INode>): INode {
	return { id: node.name, typeVersion: 1, position: [0, 0], parameters: {}, ...node };
}

/** A workflow of two nodes: where the items come from, and the node under test. */
export function createWorkflow(
	{ node: nodeType, parameters = {}, ...canvas }: NodeOnCanvas,
	settings: Pick<INode, 'credentials' | 'onError'>,
): { workflow: Workflow; node: INode } {
	const { description } = nodeType;
	const type = canvas.nodeType ?? `${PACKAGE}.${description.name}`;
	const name = canvas.nodeName ?? String(description.defaults.name ?? description.displayName);
	const newest = description.defaultVersion ?? [description.version].flat().at(-1);
	const workflow = new Workflow({
		id: 'test-workflow',
		name: 'Test Workflow',
		nodes: [
			createNode({ name: INPUT_NODE, type: NO_OP }),
			createNode({
				name,
				type,
				...(canvas.nodeId === undefined ? {} : { id: canvas.nodeId }),
				typeVersion: canvas.typeVersion ?? newest,
				parameters: structuredClone(parameters),
				...settings,
			}),
		],
		connections: { [INPUT_NODE]: { main: [[{ node: name, type: 'main', index: 0 }]] } },
		active: false,
		nodeTypes: nodeTypesOf({ [type]: type.endsWith('Tool') ? asTool(nodeType) : nodeType }),
		settings: { executionOrder: 'v1' },
	});
	return { workflow, node: workflow.nodes[name] };
}

/** The variant of a node that n8n makes from `usableAsTool`: same class, changed description. */
function asTool(node: INodeType): INodeType {
	const { usableAsTool, ...description } = node.description;
	if (!usableAsTool) throw new UnexpectedError(`"${description.name}" is not usable as a tool`);
	return Object.create(node, {
		description: {
			value: {
				...description,
				name: `${description.name}Tool`,
				displayName: `${description.displayName} Tool`,
				inputs: [],
				outputs: [NodeConnectionTypes.AiTool],
			},
		},
	});
}

/** What n8n's server hands to an execution. What these tests have no server for, throws. */
export function createAdditionalData(
	credentialsHelper: ICredentialsHelper,
): IWorkflowExecuteAdditionalData {
	const baseUrl = 'http://localhost:5678';
	const withoutServer = async (): Promise<never> => {
		throw new UnexpectedError('This needs a running n8n');
	};
	return {
		credentialsHelper,
		externalSecretsProxy: new ExternalSecretsProxy(),
		executionId: 'test-execution',
		currentNodeExecutionIndex: 0,
		variables: {},
		restApiUrl: `${baseUrl}/rest`,
		instanceBaseUrl: `${baseUrl}/`,
		formBaseUrl: `${baseUrl}/form`,
		formWaitingBaseUrl: `${baseUrl}/form-waiting`,
		formTestBaseUrl: `${baseUrl}/form-test`,
		webhookBaseUrl: `${baseUrl}/webhook`,
		webhookWaitingBaseUrl: `${baseUrl}/webhook-waiting`,
		webhookTestBaseUrl: `${baseUrl}/webhook-test`,
		mcpBaseUrl: `${baseUrl}/mcp`,
		mcpTestBaseUrl: `${baseUrl}/mcp-test`,
		executeWorkflow: withoutServer,
		getRunExecutionData: withoutServer,
		getRuntimeCredential: withoutServer,
		startRunnerTask: withoutServer,
		logAiEvent: () => {},
	};
}
