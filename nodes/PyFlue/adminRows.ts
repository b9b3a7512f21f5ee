import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { PlatformError } from '../shared/errors';
import type { Http } from '../shared/http';
import { defined } from '../shared/json';
import { settle } from '../shared/settle';

const PAGE = 100;
/** Rows in a row that the server cannot show: from then on it is the list that is out of order. */
const MOST_UNSHOWABLE = 25;

const pageSchema = z
	.object({ items: z.array(z.unknown()), nextCursor: z.string().nullish() })
	.passthrough();

export interface AdminList<S extends z.ZodTypeAny> {
	path: string;
	query?: IDataObject;
	row: S;
	/** What makes two rows the same one: a row comes again on the next page when newer ones arrive. */
	keyOf(row: z.infer<S>): string;
	/** Receives the error for a row that cannot be shown or read; rethrow it to refuse the list. */
	rowError(error: PlatformError): void;
}

/**
 * Walks a list of the admin routes, page by page (contract: Admin).
 *
 * A run whose result is no JSON makes its whole page a 500. Then pages get smaller, down to that
 * one row, which is passed over. A cursor of digits is an offset.
 *
 * @throws PlatformError when the list itself cannot be read
 */
export async function* adminRows<S extends z.ZodTypeAny>(
	http: Http,
	{ path, query, row, keyOf, rowError }: AdminList<S>,
): AsyncGenerator<z.infer<S>> {
	const seen = new Set<string>();
	let [offset, limit, unshowable] = [0, PAGE, 0];
	let cursor: string | undefined;
	for (;;) {
		const asked: IDataObject = defined({ ...query, limit, cursor });
		const page = await settle(
			async () => await http.json({ method: 'GET', path, query: asked }, pageSchema),
		);
		if ('error' in page) {
			const { error } = page;
			if (!(error instanceof PlatformError) || error.details.status !== 500) throw error;
			if (limit > 1) {
				limit = Math.ceil(limit / 2);
				continue;
			}
			if (++unshowable > MOST_UNSHOWABLE) throw error;
			rowError(
				new PlatformError(`the server cannot show row ${offset + 1} (${error.message})`, {
					fix: 'A run whose result is no JSON cannot be shown: let the workflow return JSON.',
				}),
			);
			cursor = String(++offset);
			continue;
		}
		const { items, nextCursor } = page.value;
		for (const [index, item] of items.entries()) {
			const checked = row.safeParse(item);
			if (!checked.success) {
				const { path: at, message } = checked.error.issues[0];
				rowError(new PlatformError(`row ${offset + index + 1}: ${at.join('.')}: ${message}`));
				continue;
			}
			const key = keyOf(checked.data as z.infer<S>);
			if (!seen.has(key)) yield checked.data as z.infer<S>;
			seen.add(key);
		}
		offset += items.length;
		[limit, unshowable] = [Math.min(PAGE, limit * 2), 0];
		// A server that links a page to itself would keep us for ever.
		if (items.length === 0 || !nextCursor || nextCursor === cursor) return;
		cursor = nextCursor;
	}
}
