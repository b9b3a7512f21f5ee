import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isControlPath } from './paths.mts';

export interface LoggedRequest {
	seq: number;
	/** Arrival, milliseconds since the epoch. */
	at: number;
	method: string;
	/** With the query. */
	path: string;
	headers: FastifyRequest['headers'];
	/** Parsed JSON, text, or `null` when there was none (or it was multipart). */
	body: unknown;
	/** The answered status; `null` while there is none, and when the connection was reset. */
	status: number | null;
	/** From arrival to the end of the answer or of the connection; `null` while it is open. */
	ms: number | null;
}

const CAPACITY = 20_000;

/** The latest requests, in the order of their arrival. */
export class RequestLog {
	#entries: LoggedRequest[] = [];
	#seq = 0;

	since(seq: number): LoggedRequest[] {
		return this.#entries.filter((entry) => entry.seq > seq).slice(-CAPACITY);
	}

	clear(): void {
		this.#entries = [];
	}

	attach(server: FastifyInstance): void {
		const entries = new WeakMap<FastifyRequest, LoggedRequest>();

		server.addHook('onRequest', (request, reply, next) => {
			if (isControlPath(request.url)) return next();
			const entry = this.#add(request);
			entries.set(request, entry);
			reply.raw.once('close', () => {
				if (reply.raw.headersSent) entry.status = reply.raw.statusCode;
				entry.ms = Date.now() - entry.at;
			});
			next();
		});

		server.addHook('preValidation', (request, _reply, next) => {
			const entry = entries.get(request);
			if (entry) entry.body = request.body ?? null;
			next();
		});
	}

	#add(request: FastifyRequest): LoggedRequest {
		this.#seq += 1;
		const entry: LoggedRequest = {
			seq: this.#seq,
			at: Date.now(),
			method: request.method,
			path: request.url,
			headers: { ...request.headers },
			body: null,
			status: null,
			ms: null,
		};
		this.#entries.push(entry);
		// Cut in one go now and then: shifting an array of this length on every request is slow.
		if (this.#entries.length >= 2 * CAPACITY) this.#entries = this.#entries.slice(-CAPACITY);
		return entry;
	}
}
