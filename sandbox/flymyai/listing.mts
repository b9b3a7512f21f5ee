import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { baseUrlOf } from './baseUrl.mts';
import { ApiError } from './errors.mts';
import type { Store } from './store.mts';

const PAGE_SIZE = 100;
const CHUNK_CHARACTERS = 256 * 1024;

/**
 * Answers a list: a plain JSON array, or, once a test asked for it, a page object of Django REST
 * framework with an absolute `next`. The array is written as a stream, since the runs of a large
 * account are more text than one string can hold.
 */
export async function sendList<T>(
	store: Store,
	request: FastifyRequest,
	reply: FastifyReply,
	items: T[],
	render: (item: T) => unknown,
): Promise<FastifyReply> {
	if (store.paged) return await reply.send(page(request, items, render));
	return await reply.type('application/json').send(Readable.from(jsonArray(items, render)));
}

function page<T>(request: FastifyRequest, items: T[], render: (item: T) => unknown) {
	const url = new URL(request.url, baseUrlOf(request));
	const number = Number(url.searchParams.get('page') ?? '1');
	const pages = Math.max(1, Math.ceil(items.length / PAGE_SIZE));
	if (!Number.isInteger(number) || number < 1 || number > pages) {
		throw new ApiError(404, { detail: 'Invalid page.' });
	}

	const link = (target: number) => {
		if (target < 1 || target > pages) return null;
		url.searchParams.set('page', String(target));
		return url.href;
	};
	return {
		count: items.length,
		next: link(number + 1),
		previous: link(number - 1),
		results: items.slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE).map(render),
	};
}

function* jsonArray<T>(items: T[], render: (item: T) => unknown): Generator<string> {
	let chunk = '[';
	for (const [index, item] of items.entries()) {
		chunk += `${index === 0 ? '' : ','}${JSON.stringify(render(item))}`;
		if (chunk.length >= CHUNK_CHARACTERS) {
			yield chunk;
			chunk = '';
		}
	}
	yield `${chunk}]`;
}
