import type { FastifyInstance } from 'fastify';
import { meta } from './envelope.mts';
import type { JsonObject } from './records.mts';

/** An error in the public envelope (contract, section 2.2). */
export class ApiError extends Error {
	readonly status: number;
	readonly code: string;
	readonly details: JsonObject | undefined;

	constructor(status: number, code: string, message: string, details?: JsonObject) {
		super(message);
		this.status = status;
		this.code = code;
		this.details = details;
	}
}

/** What the backend's database refuses; reaches the client in Fastify's own shape. */
export class DatabaseError extends Error {
	readonly code: string;

	constructor(code: string, message: string) {
		super(message);
		this.code = code;
	}
}

export function invalid(message: string): ApiError {
	return new ApiError(400, 'validation_error', message);
}

export function notFound(resource: string, id: string): ApiError {
	return new ApiError(404, 'resource_not_found', `${resource} with id '${id}' not found`, {
		resource,
		id,
	});
}

/** Does `work`; what the backend would not foresee in it becomes a 500 of this code. */
export async function orFail<T>(code: string, work: () => T | Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof ApiError || !(error instanceof Error)) throw error;
		throw new ApiError(500, code, error.message);
	}
}

/** Puts an `ApiError` into the envelope and leaves any other to Fastify, as the backend does. */
export function handleErrors(api: FastifyInstance): void {
	api.setErrorHandler(async (error, _request, reply) => {
		if (!(error instanceof ApiError)) throw error;
		const { code, message, details } = error;
		return await reply.code(error.status).send({ error: { code, message, details }, meta: meta() });
	});
}
