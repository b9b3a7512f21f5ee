import type {
	IBinaryKeyData,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import pLimit from 'p-limit';
import { PlatformError, toNodeError } from './errors';
import { defined, isObject } from './json';
import { Http, requestOptionsField, type Platform } from './http';
import { readParameters, type Values } from './parameters';

/** One output item that carries binary data beside its JSON. */
export class BinaryItem {
	constructor(
		readonly json: IDataObject,
		readonly binary: IBinaryKeyData,
	) {}
}

/** What an operation works with for one input item. */
export interface Call<Session> {
	session: Session;
	context: IExecuteFunctions;
	itemIndex: number;
}

/**
 * One operation of a node: its form and what it does, side by side.
 * `Session` is what a platform sets up once for an execution.
 */
export interface Operation<Session> {
	/** The value that workflows store: never change it. */
	value: string;
	/** In the Operation selector, without the resource's name. */
	name: string;
	/** In the nodes panel and for an AI agent that uses the node as a tool, e.g. "Start a run". */
	action: string;
	description: string;
	parameters: INodeProperties[];
	/** How many items may be worked on at once; one after the other where it is left out. */
	parallel?(values: Record<string, unknown>): number;
	/** @returns anything JSON, or BinaryItem; a list becomes one item an entry */
	execute(values: Record<string, unknown>, call: Call<Session>): Promise<unknown>;
}

/** An operation as its file writes it, with values typed by its form. */
type TypedOperation<Session, P extends INodeProperties[]> = Omit<
	Operation<Session>,
	'parameters' | 'parallel' | 'execute'
> & {
	parameters: P;
	parallel?(values: Values<P>): number;
	execute(values: Values<P>, call: Call<Session>): Promise<unknown>;
};

/** Makes the function with which one platform's files define their operations. */
export const operationsOf =
	<Session>() =>
	<const P extends INodeProperties[]>(operation: TypedOperation<Session, P>): Operation<Session> =>
		// The router reads the values from the same parameters that typed them.
		operation as unknown as Operation<Session>;

/** A thing of the platform and what can be done with it. */
export interface Resource<Session> {
	value: string;
	name: string;
	operations: Array<Operation<Session>>;
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

const resourceSelector: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: [],
	default: '',
};

const operationSelector: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [],
	default: '',
};

/** The node's whole form: the two selectors, then every operation's own fields. */
export function formOf<Session>(
	resources: Array<Resource<Session>>,
	start: { resource: string; operation: string },
): INodeProperties[] {
	const selectors: INodeProperties[] = [
		{
			...resourceSelector,
			options: resources.map(({ name, value }) => ({ name, value })).sort(byName),
			default: start.resource,
		},
		...resources.map(({ value, operations }) => ({
			...operationSelector,
			displayOptions: { show: { resource: [value] } },
			options: operations.map(toOption).sort(byName),
			default: (
				operations.find((operation) => operation.value === start.operation) ?? operations[0]
			).value,
		})),
	];
	const fields = resources.flatMap(({ value, operations }) =>
		operations.flatMap((operation) =>
			operation.parameters.map((parameter) => shownFor(parameter, value, operation.value)),
		),
	);
	return [...selectors, ...fields, requestOptionsField];
}

const toOption = ({
	name,
	value,
	action,
	description,
}: Operation<never>): INodePropertyOptions => ({
	name,
	value,
	action,
	description,
});

function shownFor(
	parameter: INodeProperties,
	resource: string,
	operation: string,
): INodeProperties {
	const { show, hide } = parameter.displayOptions ?? {};
	return {
		...parameter,
		displayOptions: {
			show: { resource: [resource], operation: [operation], ...show },
			...(hide ? { hide } : {}),
		},
	};
}

/** What ends an execution's work before its time. */
export interface Ending {
	/** The user stopped the execution. */
	stop: AbortSignal | undefined;
	/** Another item failed and the node does not go on: its runs are left to themselves. */
	abandon: AbortSignal;
}

/**
 * Runs the chosen operation for every input item: reads its values, bounds how many items are
 * worked on at once, keeps output in input order and pairs each output item with its input.
 *
 * @param platform what the requests of this execution have in common
 * @param connect sets up what the operations of this execution share
 * @throws NodeApiError or NodeOperationError of the first item that fails, unless the node goes on
 */
export async function runOperation<Session>(
	context: IExecuteFunctions,
	platform: Platform,
	resources: Array<Resource<Session>>,
	connect: (http: Http, ending: Ending, context: IExecuteFunctions) => Session,
): Promise<INodeExecutionData[][]> {
	const node = context.getNode();
	const items = context.getInputData();
	const abandon = new AbortController();
	const ending = { stop: context.getExecutionCancelSignal(), abandon: abandon.signal };
	const attempt = await settle(async () => {
		const operation = chosenOperation(context, resources);
		const { requestOptions } = readParameters(context, [requestOptionsField], 0);
		const http = await Http.connect(context, platform, requestOptions);
		return { operation, session: connect(http, ending, context) };
	});
	if ('error' in attempt) throw toNodeError(node, attempt.error);
	const { operation, session } = attempt.value;
	const limit = pLimit(await parallelismOf(context, operation));

	const failures: Failure[] = [];
	const outcomes = items.map(
		async (_, itemIndex) =>
			await limit(async (): Promise<INodeExecutionData[]> => {
				if (abandon.signal.aborted || ending.stop?.aborted) return [];
				const outcome = await settle(async () => {
					const values = readParameters(context, operation.parameters, itemIndex);
					return await operation.execute(values, { session, context, itemIndex });
				});
				if ('value' in outcome) return toItems(outcome.value, itemIndex);
				if (context.continueOnFail()) return [errorItem(outcome.error, itemIndex)];
				failures.push({ error: outcome.error, itemIndex });
				abandon.abort();
				return [];
			}),
	);
	const output = (await Promise.all(outcomes)).flat();
	if (failures.length > 0) {
		const [{ error, itemIndex }, ...others] = failures;
		throw toNodeError(node, explained(error, itemIndex, items.length, others), itemIndex);
	}
	return [output];
}

interface Failure {
	error: unknown;
	itemIndex: number;
}

async function settle<T>(work: () => Promise<T>): Promise<{ value: T } | { error: unknown }> {
	try {
		return { value: await work() };
	} catch (error) {
		return { error };
	}
}

function chosenOperation<Session>(
	context: IExecuteFunctions,
	resources: Array<Resource<Session>>,
): Operation<Session> {
	const resource = context.getNodeParameter('resource', 0);
	const operation = context.getNodeParameter('operation', 0);
	const found = resources
		.find(({ value }) => value === resource)
		?.operations.find(({ value }) => value === operation);
	if (found) return found;
	throw new PlatformError(`The node has no operation '${operation}' for '${resource}'`, {
		fix: 'Open the node and choose Resource and Operation again.',
	});
}

function toItems(result: unknown, itemIndex: number): INodeExecutionData[] {
	const entries: unknown[] = Array.isArray(result) ? result : [result];
	return entries.map((entry) => ({
		...(entry instanceof BinaryItem
			? { json: entry.json, binary: entry.binary }
			: { json: isObject(entry) ? (entry as IDataObject) : { value: entry as string } }),
		pairedItem: { item: itemIndex },
	}));
}

/** n8n recognises an item with these three keys and sends it to the node's error output. */
function errorItem(error: unknown, itemIndex: number): INodeExecutionData {
	const message = error instanceof Error ? error.message : String(error);
	const { fix, runId, status } = error instanceof PlatformError ? error.details : {};
	const details = defined({ item: itemIndex, run_id: runId, http_status: status });
	return {
		json: { error: message, ...(fix ? { message: fix } : {}), details },
		pairedItem: { item: itemIndex },
	};
}

/** The first failure, naming its item and the runs that other items started and that now go on alone. */
function explained(error: unknown, item: number, items: number, others: Failure[]): unknown {
	if (!(error instanceof PlatformError)) return error;
	const { message, details } = error;
	const runIds = others.flatMap(({ error: other }) =>
		other instanceof PlatformError && other.details.runId ? [other.details.runId] : [],
	);
	const goOn =
		runIds.length > 0 ? `Started for other items, and going on: ${runIds.join(', ')}.` : '';
	return new PlatformError(items > 1 ? `${message} [item ${item}]` : message, {
		...details,
		fix: [details.fix, goOn].filter(Boolean).join(' '),
	});
}

/** How many items at once, as the first item's values say; its own error is reported in its turn. */
async function parallelismOf<Session>(
	context: IExecuteFunctions,
	operation: Operation<Session>,
): Promise<number> {
	if (!operation.parallel) return 1;
	const first = await settle(async () => readParameters(context, operation.parameters, 0));
	return 'value' in first ? operation.parallel(first.value) : 1;
}
