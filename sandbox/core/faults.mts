import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cutAfter, resetInsteadOfAnswer } from './cut.mts';
import { isControlPath } from './paths.mts';

export interface FaultDefinition {
	match?: { method?: string; path?: string };
	kind: keyof typeof strike;
	/** How many requests it strikes; `null`: all. */
	times?: number | null;
	/** 0..1 */
	probability?: number;
	/** Matching requests that pass first. */
	skip?: number;
	/** A delay before the fault, in milliseconds. */
	ms?: number;
	status?: number;
	headers?: Record<string, string>;
	body?: unknown;
	/** `malformed`: how the body's text is written, where that is not UTF-8. */
	encoding?: 'latin1';
	/** `truncate`: bytes of the body that still arrive. */
	afterBytes?: number;
}

interface Fault {
	id: number;
	definition: FaultDefinition;
	path: RegExp;
	/** Requests that matched and that no earlier fault struck. */
	seen: number;
	/** Requests it struck. */
	hits: number;
}

const NO_JSON = '<html><body>Injected fault: this is no JSON.</body></html>';

/** What each kind does to one request, after the delay. */
const strike = {
	// The delay is all there is to it.
	latency: () => {},

	status: async (_request, reply, { status = 500, headers = {}, body }) =>
		await reply
			.code(status)
			.headers(headers)
			.send(body ?? { detail: `Injected fault: status ${status}` }),

	malformed: async (_request, reply, { status = 200, headers = {}, body, encoding }) =>
		await reply
			.code(status)
			.headers({ 'content-type': 'text/html; charset=utf-8', ...headers })
			.send(Buffer.from(String(body ?? NO_JSON), encoding)),

	silence: (_request, reply) => {
		reply.hijack();
	},

	'reset-before': (request, reply) => {
		reply.hijack();
		request.raw.socket.resetAndDestroy();
	},

	'reset-after': (request, reply) => resetInsteadOfAnswer(request.raw.socket, reply.raw),

	truncate: (request, reply, { afterBytes = 10 }) =>
		cutAfter(request.raw.socket, reply.raw, afterBytes),
} satisfies Record<
	string,
	(request: FastifyRequest, reply: FastifyReply, definition: FaultDefinition) => unknown
>;

export const FAULT_KINDS = Object.keys(strike);

/** Faults asked for over the control routes; the first that matches a request strikes it. */
export class Faults {
	#faults: Fault[] = [];
	#lastId = 0;

	/** Throws a `SyntaxError` when `match.path` is no regular expression. */
	add(definition: FaultDefinition): number {
		const path = new RegExp(definition.match?.path ?? '');
		this.#lastId += 1;
		this.#faults.push({ id: this.#lastId, definition, path, seen: 0, hits: 0 });
		return this.#lastId;
	}

	clear(): void {
		this.#faults = [];
	}

	list(): Array<FaultDefinition & { id: number; seen: number; hits: number }> {
		return this.#faults.map(({ id, definition, seen, hits }) => ({
			id,
			...definition,
			seen,
			hits,
		}));
	}

	attach(server: FastifyInstance): void {
		server.addHook('preValidation', async (request, reply) => {
			if (isControlPath(request.url)) return;
			const fault = this.#faults.find((candidate) => strikes(candidate, request));
			if (!fault) return;
			fault.hits += 1;
			// A pending delay must not keep a closed sandbox alive.
			if (fault.definition.ms) await sleep(fault.definition.ms, undefined, { ref: false });
			return strike[fault.definition.kind](request, reply, fault.definition);
		});
	}
}

function strikes(fault: Fault, request: FastifyRequest): boolean {
	const { match, times = 1, probability = 1, skip = 0 } = fault.definition;
	if (match?.method && match.method.toUpperCase() !== request.method) return false;
	if (!fault.path.test(request.url)) return false;
	fault.seen += 1;
	if (fault.seen <= skip) return false;
	if (times !== null && fault.hits >= times) return false;
	return Math.random() < probability;
}
