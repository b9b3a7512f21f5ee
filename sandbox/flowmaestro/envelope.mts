import { randomUUID } from 'node:crypto';
import { DatabaseError } from './errors.mts';
import type { Settings } from './store.mts';

export interface Page {
	page: number;
	perPage: number;
}

export interface PageQuery {
	page?: unknown;
	per_page?: unknown;
}

/** `request_id` is not the one of the header `X-Request-ID` (contract, section 1). */
export function meta() {
	return { request_id: randomUUID(), timestamp: new Date().toISOString() };
}

export function single<T>(data: T) {
	return { data, meta: meta() };
}

/** What the database takes for an OFFSET. */
const LARGEST_OFFSET = 2 ** 63;

/** The page asked for, read as the backend does: decimals cut, nonsense and 0 to the default. */
export function readPage(query: PageQuery): Page {
	const page = Math.max(1, integer(query.page, 1));
	const perPage = Math.min(100, Math.max(1, integer(query.per_page, 20)));
	if ((page - 1) * perPage > LARGEST_OFFSET) {
		throw new DatabaseError(
			'22003',
			`value "${(page - 1) * perPage}" is out of range for type bigint`,
		);
	}
	return { page, perPage };
}

/** Cuts the page out of all the items and answers it. */
export function paged<T, Wire>(
	settings: Settings,
	{ page, perPage }: Page,
	items: T[],
	render: (item: T) => Wire,
) {
	const cut = items.slice((page - 1) * perPage, page * perPage);
	return list(settings, { page, perPage }, cut.map(render), items.length);
}

/** Answers items that are a page already. */
export function list<Wire>(
	settings: Settings,
	{ page, perPage }: Page,
	data: Wire[],
	total: number,
) {
	const pages = Math.ceil(total / perPage);
	const counted = { page, per_page: perPage, total_count: total };
	const pagination = settings.hasMore
		? { ...counted, has_more: page < pages }
		: { ...counted, total_pages: pages, has_next: page < pages, has_prev: page > 1 };
	return { data, pagination, meta: meta() };
}

function integer(value: unknown, fallback: number): number {
	return Number.parseInt(String(value), 10) || fallback;
}
