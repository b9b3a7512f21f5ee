import type { IDataObject } from 'n8n-workflow';
import type { ListPage } from '../shared/http/request';
import { isObject } from '../shared/json';

/** The most rows that FlowMaestro puts on a page (contract 2.1). */
export const PER_PAGE = 100;

/**
 * The page after this one: the backend says `has_next`, its documentation and SDKs `has_more`, and
 * without either a full page means that there may be more (contract 2.1 and 7).
 */
export function nextPage({ query, envelope, rows }: ListPage): IDataObject | undefined {
	const pagination = isObject(envelope.pagination) ? envelope.pagination : {};
	const full = rows >= Number(pagination.per_page ?? query.per_page);
	const more = pagination.has_next ?? pagination.has_more ?? full;
	// A page past the end is empty, whatever it says.
	return more && rows > 0 ? { page: Number(query.page) + 1 } : undefined;
}

/** The largest page up to `limit` that begins at the offset: pages are numbered by their own size. */
export function sizeAt(offset: number, limit: number): number {
	let size = limit;
	while (offset % size !== 0) size--;
	return size;
}
