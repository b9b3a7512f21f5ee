import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { PlatformError } from '../shared/errors';
import type { Http } from '../shared/http/http';
import { defined } from '../shared/json';
import { pagesAround, type Page } from '../shared/http/pagesAround';

const PAGE = 100;

const pageSchema = z
	.object({ items: z.array(z.unknown()), nextCursor: z.string().nullish() })
	.passthrough();

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
	{ path, query, row, keyOf, rowError, signal }: AdminList<S>,
): AsyncGenerator<z.infer<S>> {
	/** Where the server's own cursor leads. */
	let linked: { offset: number; cursor?: string } = { offset: 0 };
	const ask = async (offset: number, limit: number): Promise<Page<z.infer<S>>> => {
		// A cursor of digits is an offset.
		const cursor = offset === linked.offset ? linked.cursor : String(offset);
		const asked: IDataObject = defined({ ...query, limit, cursor });
		const page = await http.json({ method: 'GET', path, query: asked, signal }, pageSchema);
		const { items, nextCursor } = page;
		// A server that links a page to itself would keep us for ever.
		const more = Boolean(nextCursor) && nextCursor !== cursor;
		if (nextCursor) linked = { offset: offset + items.length, cursor: nextCursor };
		return {
			rows: items.flatMap((item, index) => read(item, offset + index + 1)),
			held: items.length,
			more,
		};
	};
	const read = (item: unknown, number: number): Array<z.infer<S>> => {
		const checked = row.safeParse(item);
		if (checked.success) return [checked.data as z.infer<S>];
		const { path: at, message } = checked.error.issues[0];
		const error = new PlatformError(`row ${number}: ${at.join('.')}: ${message}`);
		if (!rowError) throw error;
		rowError(error);
		return [];
	};
	const around = rowError && { detours: { left: Infinity }, rowError, gaveUp: rowError };
	for await (const { rows } of pagesAround({ most: PAGE, ask, keyOf, around })) yield* rows;
}
