import type { IDataObject } from 'n8n-workflow';
import pLimit from 'p-limit';
import { PlatformError } from '../../shared/errors';
import { isObject, type Json } from '../../shared/json';
import { type CallOfAll, type Outcome } from '../../shared/operation';
import { settle, type Settled } from '../../shared/settle';
import type { Values } from '../../shared/form/parameters';
import type { CompletionKind } from '../api';
import type { Session } from '../session';
import { modelTask, type completionOptions } from './fields';

type JsonObject = { [key: string]: Json };

/** Items a request may hold (contract: Completions). */
const MOST_ITEMS = 50;
const PARALLEL_REQUESTS = 4;

interface CompletionValues {
	content: string;
	simplify: boolean;
	options: Partial<Values<typeof completionOptions>>;
}

/** One input item on its way. */
interface Entry {
	index: number;
	item: JsonObject;
	/** What its request asks for beside the items. */
	task: JsonObject;
	values: CompletionValues;
}

/**
 * Works all input items out: those that ask for the same go out together, fifty a request, several
 * requests at once. A row that fails fails its own item only.
 *
 * @param taskOf what the operation's own fields add to the request
 * @returns what came of each item, in input order
 */
export async function complete<V extends CompletionValues>(
	kind: CompletionKind,
	valuesOf: (itemIndex: number) => V,
	taskOf: (values: V) => JsonObject,
	{ session, context, itemCount }: CallOfAll<Session>,
): Promise<Outcome[]> {
	const inputs = context.getInputData();
	const results = new Map<number, Settled<unknown>>();
	const entries: Entry[] = [];
	for (let index = 0; index < itemCount; index++) {
		const entry = await settle(async (): Promise<Entry> => {
			const values = valuesOf(index);
			return {
				index,
				item: itemOf(values, inputs[index].json),
				task: { ...modelTask(values.options), ...taskOf(values) },
				values,
			};
		});
		if ('value' in entry) entries.push(entry.value);
		else results.set(index, entry);
	}

	const limit = pLimit(
		Math.floor(entries[0]?.values.options.parallelRequests ?? PARALLEL_REQUESTS),
	);
	const hasFailed = () => [...results.values()].some((result) => 'error' in result);
	await Promise.all(
		requestsOf(entries).map(
			async (group) =>
				await limit(async () => {
					// Nobody would see what is still to come.
					const isPointless = hasFailed() && !context.continueOnFail();
					if (isPointless || session.ending.stop?.aborted) return;
					const items = group.map(({ item }) => item);
					const answer = await settle(
						async () => await session.api.completions.run(kind, { items, ...group[0].task }),
					);
					for (const [position, entry] of group.entries()) {
						const result =
							'error' in answer ? answer : rowOf(answer.value.results, position, group);
						results.set(
							entry.index,
							'value' in result ? { value: output(result.value, entry, inputs) } : result,
						);
					}
				}),
		),
	);
	return [...results]
		.sort(([a], [b]) => a - b)
		.map(([index, result]) => ({ items: [index], result }));
}

/** An item as the request holds it. */
export const itemOf = (
	{ content, options }: Pick<CompletionValues, 'content' | 'options'>,
	input: IDataObject,
): JsonObject => ({
	...(options.includeInputFields ? (input as JsonObject) : {}),
	content,
});

function requestsOf(entries: Entry[]): Entry[][] {
	const alike = new Map<string, Entry[]>();
	for (const entry of entries) {
		const key = JSON.stringify(entry.task);
		alike.set(key, [...(alike.get(key) ?? []), entry]);
	}
	return [...alike.values()].flatMap((group) =>
		Array.from({ length: Math.ceil(group.length / MOST_ITEMS) }, (_, request) =>
			group.slice(request * MOST_ITEMS, (request + 1) * MOST_ITEMS),
		),
	);
}

/** A row `{index, success, result, error}`; on older servers the row is the result itself. */
function rowOf(rows: unknown[], position: number, group: Entry[]): Settled<unknown> {
	const { index } = group[position];
	const isNew = (row: unknown): row is { index?: number; success: boolean } & JsonObject =>
		isObject(row) && typeof row.success === 'boolean';
	const placeOf = (row: unknown) =>
		isNew(row) && typeof row.index === 'number' ? row.index : undefined;
	const isWhole = rows.length === group.length;
	// Where the server has left a row out, another item's may stand in its place.
	const inPlace = isWhole && placeOf(rows[position]) === undefined ? rows[position] : undefined;
	const row = rows.find((candidate) => placeOf(candidate) === position) ?? inPlace;
	if (row === undefined || row === null) {
		const isKnown = isWhole || rows.some((candidate) => placeOf(candidate) !== undefined);
		const what = isKnown
			? `AgentFlow returned no result for item ${index}`
			: `It is not known which result is of item ${index}: AgentFlow returned ${rows.length} for ${group.length} items`;
		return { error: new PlatformError(what) };
	}
	const failure = isNew(row)
		? !row.success && (row.error ?? 'it gives no reason')
		: isObject(row) && Object.keys(row).length === 1 && row.error;
	if (!failure) return { value: row };
	const reason = typeof failure === 'string' ? failure : JSON.stringify(failure);
	return {
		error: new PlatformError(`AgentFlow could not work out item ${index}: ${reason}`, {
			fix: "Correct the item's content, or set the node to continue on errors: the other items have their results.",
		}),
	};
}

function output(
	row: unknown,
	{ index, values }: Entry,
	inputs: Array<{ json: IDataObject }>,
): IDataObject {
	const result =
		values.simplify && isObject(row) && typeof row.success === 'boolean' ? row.result : row;
	return {
		...(values.options.keepInputFields ? inputs[index].json : {}),
		...(isObject(result) ? (result as IDataObject) : { result: result as string }),
	};
}
