import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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

export function sendRunId(call: Call, runId: string): void {
	call.reply.header('x-flue-run-id', runId);
}

function readable(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
