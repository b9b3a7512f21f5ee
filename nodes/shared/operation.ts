import type {
	IBinaryKeyData,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import pLimit from 'p-limit';
import type { z } from 'zod';
import { forModel, isTool } from './asTool';
import { toldInChat } from './chat';
import { PlatformError, toNodeError } from './errors';
import { Hints } from './hints';
import { defined, isObject } from './json';
import { requestOptionsField } from './form/fields';
import { Http } from './http/http';
import type { Platform } from './http/platform';
import { readParameters, type Values } from './form/parameters';
import { settle, type Settled } from './settle';

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

/** What an operation works with that takes all input items together. */
export type CallOfAll<Session> = Omit<Call<Session>, 'itemIndex'> & { itemCount: number };

/** What came of one or several input items. */
export interface Outcome {
	/** The input items it came of, by index. */
	items: number[];
	result: Settled<unknown>;
}

/**
 * One operation of a node: its form and what it does, side by side.
 * `Session` is what a platform sets up once for an execution.
 */
export type Operation<Session> = Form & Work<Session, Record<string, unknown>>;

interface Form {
	/** The value that workflows store: never change it. */
	value: string;
	/** In the Operation selector, without the resource's name. */
	name: string;
	/** In the nodes panel and for an AI agent that uses the node as a tool, e.g. "Start a run". */
	action: string;
	description: string;
	parameters: INodeProperties[];
	/** The form of one output item as the editor previews it, simplified where Simplify is on. */
	output?: z.ZodTypeAny;
}

interface ItemByItem<Session, V> {
	/** How many items may be worked on at once; one after the other where it is left out. */
	parallel?(values: V): number;
	/** @returns anything JSON, or BinaryItem; a list becomes one item an entry */
	execute(values: V, call: Call<Session>): Promise<unknown>;
}

interface AllItems<Session, V> {
	/**
	 * @param valuesOf reads one item's values; throws PlatformError when one does not fit its field
	 * @returns what came of each item, in the order of the output
	 */
	executeAll(valuesOf: (itemIndex: number) => V, call: CallOfAll<Session>): Promise<Outcome[]>;
}

/** Item by item, or all items together. */
type Work<Session, V> = ItemByItem<Session, V> | AllItems<Session, V>;

/** An operation as its file writes it, with values typed by its form. */
type TypedOperation<Session, P extends INodeProperties[]> = Omit<Form, 'parameters'> & {
	parameters: P;
} & Work<Session, Values<P>>;

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
	/**
	 * The first is preselected, unless it is the start of the node that is. n8n does not store in a
	 * workflow what is preselected: the first stays the first.
	 */
	operations: Array<Operation<Session>>;
}

const byName = (a: { name: string }, b: { name: string }) =>
	a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;

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

const toOption = ({ name, value, action, description }: Form): INodePropertyOptions => ({
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

/** What ends an execution's work before its time, and what is said of work that is left going on. */
export interface Ending {
	/** The user stopped the execution. */
	stop: AbortSignal | undefined;
	/** Another item failed and the node does not go on: its runs are left to themselves. */
	abandon: AbortSignal;
	/** An AI agent waits for the answer, and does not wait for long. */
	asTool: boolean;
	/** Ids of the runs that items left going on: should another item fail, its error names them. */
	goingOn: Set<string>;
	hints: Hints;
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
	const hints = new Hints();
	const asTool = isTool(context);
	const stop = context.getExecutionCancelSignal();
	const goingOn = new Set<string>();
	const ending = { stop, abandon: abandon.signal, asTool, goingOn, hints };
	const attempt = await settle(async () => {
		const operation = chosenOperation(context, resources);
		const { requestOptions } = readParameters(context, [requestOptionsField], 0);
		const http = await Http.connect(context, platform, requestOptions);
		return { http, operation, session: connect(http, ending, context) };
	});
	if ('error' in attempt) {
		const { error } = attempt;
		// Had it been thrown, n8n would hand the items on as if the node had done its work.
		if (context.continueOnFail()) return [items.map((_, itemIndex) => errorItem(error, itemIndex))];
		// It stops all items, and is read and shown with the first.
		throw toNodeError(node, toldInChat(context, error), 0);
	}
	const { http, operation, session } = attempt.value;
	const valuesOf = (itemIndex: number) => readParameters(context, operation.parameters, itemIndex);

	const failures: Failure[] = [];
	const toOutput = (outcome: Outcome): INodeExecutionData[] => {
		if ('value' in outcome.result) return toItems(outcome.result.value, outcome.items);
		const { error } = outcome.result;
		if (context.continueOnFail()) return outcome.items.map((item) => errorItem(error, item));
		failures.push(...outcome.items.map((itemIndex) => ({ error, itemIndex })));
		abandon.abort();
		return [];
	};

	const outputs: INodeExecutionData[][] = [];
	if ('executeAll' in operation) {
		const all = { session, context, itemCount: items.length };
		const worked = await settle(async () => await operation.executeAll(valuesOf, all));
		if ('error' in worked) outputs.push(toOutput({ items: [...items.keys()], result: worked }));
		else outputs.push(...worked.value.map(toOutput));
	} else {
		const limit = pLimit(await parallelismOf(context, operation));
		const worked = items.map(
			async (_, itemIndex) =>
				await limit(async (): Promise<INodeExecutionData[]> => {
					if (abandon.signal.aborted || ending.stop?.aborted) return [];
					const result = await settle(
						async () =>
							await operation.execute(valuesOf(itemIndex), { session, context, itemIndex }),
					);
					return toOutput({ items: [itemIndex], result });
				}),
		);
		outputs.push(...(await Promise.all(worked)));
	}
	if (stop?.aborted && goingOn.size > 0) {
		// What the node puts out after a stop is not stored: the log is where this can still be read.
		const runIds = [...goingOn].join(', ');
		context.logger.info(`Execution stopped; started before, and going on: ${runIds}`);
	}
	if (failures.length > 0) {
		const [{ error, itemIndex }, ...others] = failures;
		for (const { error: other } of others) {
			if (other instanceof PlatformError && other.details.runId) goingOn.add(other.details.runId);
		}
		const told = toldInChat(context, explained(error, itemIndex, items.length, goingOn));
		throw toNodeError(node, told, itemIndex);
	}
	if (http.slowedDown > 0) {
		hints.add(
			`Requests that ${platform.name} refused because they came too fast, which a higher Poll Interval or fewer Parallel Runs prevent`,
			String(http.slowedDown),
		);
	}
	for (const field of http.nulled) {
		hints.add('NaN or Infinity, which JSON does not have, came as null', field);
	}
	if (asTool) return [outputs.flat().map((item) => forModel(item, hints.messages))];
	hints.show(context);
	return [outputs.flat()];
}

interface Failure {
	error: unknown;
	itemIndex: number;
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

function toItems(result: unknown, from: number[]): INodeExecutionData[] {
	const paired = from.map((item) => ({ item }));
	const entries: unknown[] = Array.isArray(result) ? result : [result];
	return entries.map((entry) => ({
		...(entry instanceof BinaryItem
			? { json: entry.json, binary: entry.binary }
			: { json: isObject(entry) ? (entry as IDataObject) : { value: entry as string } }),
		pairedItem: paired.length === 1 ? paired[0] : paired,
	}));
}

/** n8n recognises an item with these three keys and sends it to the node's error output. */
function errorItem(error: unknown, itemIndex: number): INodeExecutionData {
	const message = error instanceof Error ? error.message : String(error);
	const { fix, runId, status, type } = error instanceof PlatformError ? error.details : {};
	const details = defined({ item: itemIndex, run_id: runId, http_status: status, type });
	return {
		json: { error: message, ...(fix ? { message: fix } : {}), details },
		pairedItem: { item: itemIndex },
	};
}

/** The first failure, naming its item and the runs that other items started and that go on alone. */
function explained(error: unknown, item: number, items: number, goingOn: Set<string>): unknown {
	const isOurs = error instanceof PlatformError;
	const own = isOurs ? error.details.runId : undefined;
	const others = [...goingOn].filter((runId) => runId !== own);
	if (!isOurs && others.length === 0) return error;
	const { message, details } = isOurs ? error : inOurWords(error);
	const goOn =
		others.length > 0 ? `Started for other items, and going on: ${others.join(', ')}.` : '';
	return new PlatformError(items > 1 ? `${message} [item ${item}]` : message, {
		...details,
		fix: [details.fix, goOn].filter(Boolean).join(' '),
	});
}

/** An error of n8n's own, such as an expression's, for which the editor would show its own text. */
function inOurWords(error: unknown): PlatformError {
	if (!(error instanceof Error)) return new PlatformError(String(error));
	const { description } = error as { description?: unknown };
	return new PlatformError(error.message, {
		fix: typeof description === 'string' ? description : undefined,
	});
}

/** How many items at once, as the first item's options say; its own error is reported in its turn. */
async function parallelismOf<Session>(
	context: IExecuteFunctions,
	{ parameters, parallel }: Form & ItemByItem<Session, Record<string, unknown>>,
): Promise<number> {
	if (!parallel) return 1;
	const options = parameters.filter(({ type }) => type === 'collection');
	const first = await settle(async () => readParameters(context, options, 0));
	return 'value' in first ? Math.max(1, Math.floor(parallel(first.value))) : 1;
}
