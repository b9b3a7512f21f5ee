import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { PlatformError } from '../shared/errors';
import type { Http } from '../shared/http/http';
import type { WalkOptions } from '../shared/http/jsonRows';
import type { PartRow } from '../shared/http/listPart';
import { remember } from '../shared/http/notNumbers';
import { defined } from '../shared/json';
import { pagesAround, type Page } from '../shared/http/pagesAround';

/** The most rows of a page. */
const MOST = 100;
/** The first page of a list of which no row was seen yet: one row can be several MB. */
const FIRST = 10;
/** So many rows are asked for at once where no more are wanted. */
const FEW = 50;
/** About so much a page is to be, and no more of it is read at once. */
const PAGE_BYTES = 4_000_000;
/** How much smaller the next page is after one that did not come. */
const SMALLER = 4;

/** PyFlue's first names for a list. It repeats the list as `items`, which is Flue's only name for it. */
const NAMES = ['runs', 'agents', 'instances'];

const envelopeSchema = z.object({ nextCursor: z.string().nullish() });

/** How large a row of an account's lists was lately, in bytes. */
const learnt = new Map<string, number>();

export interface AdminList<S extends z.ZodTypeAny> {
	path: string;
	query?: IDataObject;
	row: S;
	/** What makes two rows the same one. */
	keyOf(row: z.infer<S>): string;
	/** Receives the error for rows that cannot be shown or read; without it they refuse the list. */
	rowError?(error: PlatformError): void;
	/** Ends the walk when it is aborted. */
	signal?: AbortSignal;
	/** No more rows than this are wanted. */
	limit?: number;
	/** Its rows hold whatever a workflow returns. */
	large?: boolean;
	/** What is missing in a row where it is too large. */
	leaveOut?: WalkOptions['leaveOut'];
	/** Is told of each row how many bytes it had, and whether something is missing. */
	measured?(row: z.infer<S>, bytes: number, isCut: boolean): void;
}

/**
 * Walks a list of the admin routes (contract: Admin). A run whose result is no JSON makes its whole
 * page a 500; any number of them is passed over, for nothing but a request for each tells whether
 * it can be shown.
 *
 * @throws PlatformError when the list itself cannot be read
 */
export async function* adminRows<S extends z.ZodTypeAny>(
	http: Http,
	list: AdminList<S>,
): AsyncGenerator<z.infer<S>> {
	const { path, query, row, keyOf, rowError, signal } = list;
	const { limit = Infinity, large, leaveOut } = list;
	const name = `${http.account} ${path}`;
	let left = limit;
	/** Where the server's own cursor leads. */
	let linked: { offset: number; cursor?: string } = { offset: 0 };
	/** As many rows as are wanted, and as make up a page if they are like the last ones. */
	const sizeAt = (_offset: number, most: number) => {
		const bytes = learnt.get(name);
		const first = limit <= FEW ? limit : FIRST;
		const fitting = bytes === undefined ? first : Math.floor(PAGE_BYTES / bytes);
		return Math.max(1, Math.min(most, left, large ? fitting : MOST));
	};
	const ask = async (offset: number, size: number): Promise<Page<z.infer<S>>> => {
		// A cursor of digits is an offset.
		const cursor = offset === linked.offset ? linked.cursor : String(offset);
		const request = {
			method: 'GET',
			path,
			query: defined({ ...query, limit: size, cursor }) as IDataObject,
			signal,
		} as const;
		const page = await http
			.page(request, {
				listKeys: [...NAMES, 'items'],
				nothingBehind: NAMES,
				mostBytes: PAGE_BYTES,
				leaveOut,
			})
			.catch((error: unknown): never => {
				// The server writes a page as a whole: one that is too large takes it too long.
				const isSilent = error instanceof PlatformError && error.details.unanswered !== undefined;
				if (large && isSilent) learnt.set(name, (PAGE_BYTES / size) * SMALLER);
				throw error;
			});
		const { envelope, isWhole } = page;
		const held = page.rows.length;
		if (held > 0) learnt.set(name, page.bytes / held);
		const { nextCursor } = envelopeSchema.catch({}).parse(envelope ?? {});
		if (nextCursor) linked = { offset: offset + held, cursor: nextCursor };
		// A server that links a page to itself would keep us for ever.
		const linksOn = Boolean(nextCursor) && nextCursor !== cursor;
		return {
			rows: page.rows.flatMap((parsed, index) => read(parsed, offset + index + 1)),
			held,
			// Without what stands beside the list a full page means that there may be more.
			more: !isWhole || (envelope ? linksOn : held >= size),
		};
	};
	const read = (parsed: PartRow, number: number): Array<z.infer<S>> => {
		const checked = parsed.ok ? row.safeParse(parsed.value) : undefined;
		if (parsed.ok && checked?.success) {
			http.noteNulls(parsed.nulled, keyOf(checked.data as z.infer<S>));
			remember(checked.data, parsed.nulled);
			const found = checked.data as z.infer<S>;
			list.measured?.(found, parsed.bytes, parsed.leftOut.length > 0);
			return [found];
		}
		const [issue] = checked?.error?.issues ?? [];
		const reason = parsed.ok ? `${issue?.path.join('.')}: ${issue?.message}` : parsed.reason;
		const error = new PlatformError(`row ${number}: ${reason}`);
		if (!rowError) throw error;
		rowError(error);
		return [];
	};
	const around = rowError && { detours: { left: Infinity }, rowError, gaveUp: rowError };
	for await (const { rows } of pagesAround({ most: MOST, ask, sizeAt, keyOf, around })) {
		left -= rows.length;
		yield* rows;
	}
}
