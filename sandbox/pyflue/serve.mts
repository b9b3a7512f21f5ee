import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pyflueServer } from './api/index.mts';
import { BareAnswer, Cancelled, isRaised, plainError } from './errors.mts';
import { flueServer } from './flue/index.mts';
import { keepBodies, sendJson } from './http/call.mts';
import type { Call } from './http/call.mts';
import { pass } from './http/proxy.mts';
import { match } from './http/router.mts';
import type { Store } from './store.mts';
import type { Variant } from './variant.mts';

/**
 * One route takes every path: which routes there are, and under which prefix, changes while the
 * stand-in runs.
 */
export function serve(api: FastifyInstance, store: Store): void {
	keepBodies(api);
	api.all('/*', async (request, reply) => {
		const variant = store.settings.variant === 'flue' ? flueServer : pyflueServer;
		await answer(variant, store, request, reply);
		return reply;
	});
}

async function answer(
	variant: Variant,
	store: Store,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<void> {
	const { life } = store;
	const query = new URL(request.url, 'http://localhost').searchParams;
	const call: Call = { store, request, reply, query, params: {}, worker: store.nextWorker() };
	try {
		await store.unblocked(call.worker);
		life.throwIfAborted();
		await route(variant, call, pass(request, store.settings));
	} catch (error) {
		if (error instanceof BareAnswer) sendBare(call, error);
		else if (isRaised(error)) variant.sendError(call, error);
		else if (error instanceof Cancelled) sendBare(call, plainError());
		else if (life.aborted) reply.hijack().raw.destroy();
		else throw error;
	}
}

async function route(variant: Variant, call: Call, path: string): Promise<void> {
	const { method } = call.request;
	const matched = match(variant.routes, method, path);
	switch (matched.type) {
		case 'found':
			return await matched.route.handle({ ...call, params: matched.params });
		case 'wrong method':
			throw variant.wrongMethod(method, matched.allow);
		case 'other slash':
			if (variant.redirectsSlash) return redirect(call, matched.path);
			throw variant.notFound();
		case 'none':
			throw variant.notFound();
	}
}

function redirect({ request, reply, store, query }: Call, path: string): void {
	const search = query.size > 0 ? `?${query}` : '';
	const { prefix } = store.settings;
	const location = `${request.protocol}://${request.host}${prefix}${encodeURI(path)}${search}`;
	void reply.code(307).header('location', location).send();
}

function sendBare(call: Call, { status, body, headers }: BareAnswer): void {
	call.reply.type('text/plain; charset=utf-8').headers(headers);
	if (typeof body !== 'string') return sendJson(call, status, body);
	void call.reply.code(status).send(body);
}
