import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RaisedError } from '../errors.mts';
import type { Store } from '../store.mts';

/** One request and all that answers it. */
export interface Call {
	store: Store;
	request: FastifyRequest;
	reply: FastifyReply;
	params: Record<string, string>;
	query: URLSearchParams;
	/** The process it came to. */
	worker: number;
}

const bodies = new WeakMap<FastifyRequest, string>();

/**
 * Takes any body as text: what a type is good for is this API's own rule. The request log still
 * shows JSON parsed.
 */
export function keepBodies(api: FastifyInstance): void {
	api.removeAllContentTypeParsers();
	api.addContentTypeParser<string>('*', { parseAs: 'string' }, (request, text, done) => {
		bodies.set(request, text);
		done(null, readable(text));
	});
}

/** The body as it came; empty when there was none. */
export function bodyText({ request }: Call): string {
	return bodies.get(request) ?? '';
}

export function wantsStream({ request }: Call): boolean {
	return (request.headers.accept ?? '').toLowerCase().includes('text/event-stream');
}

/** Answers JSON without a charset in its type, as both servers do. */
export function sendJson(call: Call, status: number, body: unknown): void {
	void call.reply
		.code(status)
		.header('content-type', 'application/json')
		.send(Buffer.from(JSON.stringify(body)));
}

/**
 * Answers an object that holds the same rows under each key, then the rest. A row is written when
 * its turn has come: a page of rows of several MB is longer than a string can be.
 */
export async function sendRows(
	call: Call,
	keys: string[],
	rows: unknown[],
	rest: object,
): Promise<void> {
	const frame = [
		...keys.map((key, index) => `${index === 0 ? '{' : '],'}${JSON.stringify(key)}:[`),
		`],${JSON.stringify(rest).slice(1)}`,
	];
	const render = (index: number) =>
		Buffer.from(`${index === 0 ? '' : ','}${JSON.stringify(rows[index])}`);
	let length = Buffer.byteLength(frame.join(''));
	for (const index of rows.keys()) {
		length += render(index).length * keys.length;
		await nextTurn();
	}
	async function* body() {
		for (const part of frame.slice(0, -1)) {
			yield Buffer.from(part);
			for (const index of rows.keys()) yield render(index);
		}
		yield Buffer.from(frame[keys.length] ?? '');
	}
	const headers = { 'content-type': 'application/json', 'content-length': length };
	void call.reply.code(200).headers(headers).send(Readable.from(body()));
}

/** Throws what Python raises for a name that a header cannot hold. */
export function sendRunId(call: Call, runId: string): void {
	if (/[^\u0000-\u00ff]/.test(runId)) {
		throw new RaisedError(
			'UnicodeEncodeError',
			"'latin-1' codec can't encode characters in position 9-10: ordinal not in range(256)",
		);
	}
	call.reply.header('x-flue-run-id', runId);
}

function readable(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
