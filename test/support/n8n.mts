// Runs a node the way n8n runs it: through n8n-core's own contexts and request helpers, with real
// HTTP. Nothing of n8n is imitated but its database and its server.
import {
	ExecutionLifecycleHooks,
	isEngineRequest,
	LoadOptionsContext,
	PollContext,
	WorkflowExecute,
} from 'n8n-core';
import { createRunExecutionData, UnexpectedError } from 'n8n-workflow';
import type {
	ExecutionStatus,
	IDataObject,
	IExecuteData,
	ILoadOptionsFunctions,
	INode,
	INodeExecutionData,
	INodeListSearchResult,
	INodePropertyOptions,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
	NodeExecutionHint,
	ResourceMapperFields,
	StructuredChunk,
	Workflow,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { StoredCredentialsHelper } from './credentials.mts';
import type { CredentialStore } from './credentials.mts';
import { createAdditionalData, createWorkflow, INPUT_NODE } from './workflow.mts';
import type { NodeOnCanvas } from './workflow.mts';

export { registerCredentialTypes, testCredential } from './credentials.mts';

export interface NodeUnderTest extends NodeOnCanvas {
	/**
	 * The values of each credential type in use; the type itself must be known through
	 * `registerCredentialTypes()`.
	 */
	credentials?: CredentialStore;
}

export interface ExecuteOptions extends NodeUnderTest {
	/** Plain objects become the `json` of an item. Default: one empty item. */
	items?: INodeExecutionData[] | IDataObject[];
	/** The node's setting "On Error": "Continue". */
	continueOnFail?: boolean;
	/** The node's setting "On Error"; wins over `continueOnFail`. */
	onError?: INode['onError'];
	/** Default: `manual`, as from the editor. */
	mode?: WorkflowExecuteMode;
	/** Aborting it is the user's click on "Stop". */
	signal?: AbortSignal;
	/** Whether the caller of the workflow takes chunks, as a streaming chat does. */
	streaming?: boolean;
}

export interface ExecuteResult {
	/** Items by output; with `onError: 'continueErrorOutput'` the last output is the error output. */
	output: INodeExecutionData[][];
	hints: NodeExecutionHint[];
	/** What the node sent before it was done; empty unless `streaming`. */
	chunks: StructuredChunk[];
}

/** Executes a node over its items. Throws what the node throws. */
export async function executeNode(options: ExecuteOptions): Promise<ExecuteResult> {
	const onError =
		options.onError ?? (options.continueOnFail ? ('continueRegularOutput' as const) : undefined);
	const { workflow, node, additionalData } = setUp(options, onError);
	const mode = options.mode ?? 'manual';
	const items = (options.items ?? [{}]).map(toItem);
	const executeData: IExecuteData = {
		node,
		data: { main: [items] },
		source: { main: [{ previousNode: INPUT_NODE }] },
	};
	const runExecutionData = runDataOf(executeData);
	const chunks: StructuredChunk[] = [];
	const hooks = lifecycleHooks(workflow, mode);
	if (options.streaming) hooks.addHandler('sendChunk', (chunk) => void chunks.push(chunk));
	Object.assign(additionalData, { hooks, streamingEnabled: options.streaming === true });

	const engine = new WorkflowExecute(additionalData, mode, runExecutionData);
	let status: ExecutionStatus = 'error';
	try {
		const result = await engine.runNode(
			workflow,
			executeData,
			runExecutionData,
			0,
			additionalData,
			mode,
			options.signal,
		);
		if (isEngineRequest(result)) throw new UnexpectedError('The node asks for other nodes to run');
		const output = result.data ?? [];
		if (onError === 'continueErrorOutput') {
			engine.handleNodeErrorOutput(workflow, executeData, output, 0);
		}
		status = 'success';
		return { output, hints: result.hints ?? [], chunks };
	} finally {
		// The node's onExecutionFinish() handlers.
		const data = runExecutionData;
		const run = { data, mode, status, startedAt: new Date(), storedAt: 'db' as const };
		await hooks.runHook('workflowExecuteAfter', [run, {}]);
	}
}

interface LoadedBy {
	loadOptions: INodePropertyOptions[];
	listSearch: INodeListSearchResult;
	resourceMapping: ResourceMapperFields;
}

export interface LoadOptions<Kind extends keyof LoadedBy> extends NodeUnderTest {
	kind: Kind;
	/** The name under `methods[kind]`. */
	method: string;
	/** The parameter the editor is asking for; matters to `&` relative paths only. */
	path?: string;
	/** What the user typed into the search field of a list. */
	filter?: string;
	/** Of the page before. */
	paginationToken?: string;
}

/** What the editor asks a node for while the user fills in the form. */
export async function loadOptions<Kind extends keyof LoadedBy>(
	options: LoadOptions<Kind>,
): Promise<LoadedBy[Kind]> {
	const { workflow, node, additionalData } = setUp(options);
	additionalData.currentNodeParameters = node.parameters;
	const { kind, method: name, filter, paginationToken } = options;
	const methods: LoadMethods | undefined = options.node.methods;
	const method = methods?.[kind]?.[name];
	if (!method) throw new UnexpectedError(`The node has no ${kind} method "${name}"`);
	const context = new LoadOptionsContext(
		workflow,
		node,
		additionalData,
		options.path ?? 'parameters',
	);
	return await method.call(context, filter, paginationToken);
}

type LoadMethods = {
	[Kind in keyof LoadedBy]?: Record<
		string,
		(
			this: ILoadOptionsFunctions,
			filter?: string,
			paginationToken?: string,
		) => Promise<LoadedBy[Kind]>
	>;
};

export interface PollOptions extends NodeUnderTest {
	/** Kept by the caller from one poll to the next; changed in place. */
	staticData: IDataObject;
	/** Default: `trigger`; `manual` is "Fetch Test Event". */
	mode?: 'trigger' | 'manual';
	/** What `getPollBudgetMs()` answers. Default: n8n's five minutes. */
	budgetMs?: number;
	/**
	 * n8n's durable cursors: the node sees a copy of the static data, which is kept only when the
	 * poll went through. Without them n8n keeps whatever the node wrote, even when it throws.
	 */
	durable?: boolean;
}

const pollers = new WeakMap<IDataObject, string>();
let pollerCount = 0;

/** A node of its own for each static data, as in n8n: nodes keep state in memory by their id. */
function nodeOf(staticData: IDataObject): string {
	const name = pollers.get(staticData) ?? `Trigger ${++pollerCount}`;
	pollers.set(staticData, name);
	return name;
}

/** One tick of a polling trigger: items by output, or `null` when there is nothing new. */
export async function poll(options: PollOptions): Promise<INodeExecutionData[][] | null> {
	const { node: nodeType, staticData, budgetMs, mode = 'trigger' } = options;
	if (!nodeType.poll) throw new UnexpectedError('The node does not poll');
	const { workflow, node, additionalData } = setUp({ nodeName: nodeOf(staticData), ...options });
	const seen = options.durable ? asStored(staticData) : staticData;
	const context = new PollContext(
		workflow,
		node,
		additionalData,
		mode,
		mode === 'manual' ? 'manual' : 'activate',
		undefined,
		undefined,
		undefined,
		undefined,
		() => seen,
		budgetMs === undefined ? undefined : () => budgetMs,
	);
	const output = await nodeType.poll.call(context);
	if (options.durable) {
		for (const key of Object.keys(staticData)) delete staticData[key];
		Object.assign(staticData, asStored(seen));
	}
	return output;
}

function setUp(
	options: NodeUnderTest,
	onError?: INode['onError'],
): { workflow: Workflow; node: INode; additionalData: IWorkflowExecuteAdditionalData } {
	const store = options.credentials ?? {};
	const credentials = Object.fromEntries(
		Object.keys(store).map((type) => [type, { id: type, name: type }]),
	);
	return {
		...createWorkflow(options, { credentials, onError }),
		additionalData: createAdditionalData(new StoredCredentialsHelper(store)),
	};
}

function toItem(item: INodeExecutionData | IDataObject): INodeExecutionData {
	return isItem(item) ? item : { json: item };
}

function isItem(item: INodeExecutionData | IDataObject): item is INodeExecutionData {
	return typeof item.json === 'object' && item.json !== null;
}

/** The execution so far: the node before ours has put out our items. */
function runDataOf({ data }: IExecuteData): IRunExecutionData {
	return createRunExecutionData({
		resultData: {
			runData: {
				[INPUT_NODE]: [
					{
						startTime: Date.now(),
						executionIndex: 0,
						executionTime: 0,
						executionStatus: 'success',
						source: [],
						data,
					},
				],
			},
		},
	});
}

function lifecycleHooks(workflow: Workflow, mode: WorkflowExecuteMode): ExecutionLifecycleHooks {
	const now = new Date();
	return new ExecutionLifecycleHooks(mode, 'test-execution', {
		id: workflow.id,
		name: workflow.name ?? '',
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
		nodes: Object.values(workflow.nodes),
		connections: workflow.connectionsBySourceNode,
	});
}

/** Static data after its way through n8n's database, which keeps JSON. */
function asStored(staticData: IDataObject): IDataObject {
	return JSON.parse(JSON.stringify(staticData));
}
