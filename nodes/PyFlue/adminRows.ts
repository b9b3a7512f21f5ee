import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { PlatformError } from '../shared/errors';
import type { Http } from '../shared/http';
import { defined } from '../shared/json';
import { settle } from '../shared/settle';

const PAGE = 100;
/** Behind the end of every list: a list that is in order has an empty page there. */
const BEHIND_END = String(2 ** 31 - 1);
/** After so many rows in a row that cannot be shown, whether the list is in order is asked again. */
const ASK_AGAIN = 25;

const pageSchema = z
	.object({ items: z.array(z.unknown()), nextCursor: z.string().nullish() })
	.passthrough();

export interface AdminList<S extends z.ZodTypeAny> {
	path: string;
	query?: IDataObject;
	row: S;
	/** What makes two rows the same one: a row comes again on the next page when newer ones arrive. */
	keyOf(row: z.infer<S>): string;
	/** Receives the error for rows that cannot be shown or read; without it they refuse the list. */
	rowError?(error: PlatformError): void;
}

/**
 * Walks a list of the admin routes, page by page (contract: Admin).
 *
 * A run whose result is no JSON makes its whole page a 500. Then pages get smaller, down to that
 * one row, which is passed over, and so are any number behind it: nothing but a request for each
 * tells whether it can be shown. A cursor of digits is an offset.
 *
 * @throws PlatformError when the list itself cannot be read
 */
export async function* adminRows<S extends z.ZodTypeAny>(
	http: Http,
	{ path, query, row, keyOf, rowError }: AdminList<S>,
): AsyncGenerator<z.infer<S>> {
	const seen = new Set<string>();
	let [offset, limit] = [0, PAGE];
	let cursor: string | undefined;
	/** Rows in a row, up to the offset, that the server cannot show. */
	let unshowable: { count: number; reason: string } | undefined;
	const ask = async (part: { limit: number; cursor?: string }) => {
		const asked: IDataObject = defined({ ...query, ...part });
		return await settle(
			async () => await http.json({ method: 'GET', path, query: asked }, pageSchema),
		);
	};
	for (;;) {
		const page = await ask({ limit, cursor });
		if ('error' in page) {
			const { error } = page;
			if (!rowError || !(error instanceof PlatformError) || error.details.status !== 500)
				throw error;
			if (limit > 1) {
				limit = Math.ceil(limit / 2);
				continue;
			}
			const { count } = unshowable ?? { count: 0 };
			const unsure = count % ASK_AGAIN === 0;
			if (unsure && 'error' in (await ask({ limit, cursor: BEHIND_END }))) throw error;
			unshowable = { count: count + 1, reason: error.message };
			cursor = String(++offset);
			continue;
		}
		if (unshowable) rowError?.(cannotShow(offset, unshowable));
		unshowable = undefined;
		const { items, nextCursor } = page.value;
		for (const [index, item] of items.entries()) {
			const checked = row.safeParse(item);
			if (!checked.success) {
				const { path: at, message } = checked.error.issues[0];
				const error = new PlatformError(`row ${offset + index + 1}: ${at.join('.')}: ${message}`);
				if (!rowError) throw error;
				rowError(error);
				continue;
			}
			const key = keyOf(checked.data as z.infer<S>);
			if (!seen.has(key)) yield checked.data as z.infer<S>;
			seen.add(key);
		}
		offset += items.length;
		limit = Math.min(PAGE, limit * 2);
		// A server that links a page to itself would keep us for ever.
		if (items.length === 0 || !nextCursor || nextCursor === cursor) return;
		cursor = nextCursor;
	}
}

function cannotShow(last: number, { count, reason }: { count: number; reason: string }) {
	const rows = count === 1 ? `row ${last}` : `the rows ${last - count + 1} to ${last}`;
	return new PlatformError(`the server cannot show ${rows} (${reason})`, {
		fix: 'A run whose result is no JSON cannot be shown: let the workflow return JSON.',
	});
}
