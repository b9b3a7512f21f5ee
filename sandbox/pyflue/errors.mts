import type { JsonObject } from './records.mts';

export interface ErrorFields {
	type: string;
	message: string;
	details?: string;
	status?: number;
	/** The exception's text; PyFlue shows it on every server, Flue never. */
	dev?: string;
	meta?: JsonObject;
}

/** An error with a type of its own: the envelope's fields and the status it is answered with. */
export class TypedError extends Error {
	readonly type: string;
	readonly details: string;
	readonly status: number;
	readonly dev: string;
	readonly meta: JsonObject | undefined;

	constructor({ type, message, details = '', status = 500, dev = '', meta }: ErrorFields) {
		super(message);
		this.type = type;
		this.details = details;
		this.status = status;
		this.dev = dev;
		this.meta = meta;
	}
}

/** Any other exception of the code a server runs; `name` is its class. */
export class RaisedError extends Error {
	constructor(name: string, message: string) {
		super(message);
		this.name = name;
	}
}

/** `asyncio.CancelledError`: no `Exception`, so that nothing which handles those sees it. */
export class Cancelled extends Error {}

/** An answer outside of the envelope: `{"detail": …}` of the router, or plain text. */
export class BareAnswer extends Error {
	readonly status: number;
	readonly body: string | JsonObject;
	readonly headers: Record<string, string>;

	constructor(status: number, body: string | JsonObject, headers: Record<string, string> = {}) {
		super(`Status ${status}`);
		this.status = status;
		this.body = body;
		this.headers = headers;
	}
}

/** What the web framework answers for what nobody handles. */
export const plainError = () => new BareAnswer(500, 'Internal Server Error');

export function envelope({ type, message, details, dev, meta }: TypedError) {
	return { error: { type, message, details, ...(dev && { dev }), ...(meta && { meta }) } };
}

const INTERNAL = { type: 'internal_error', message: 'An internal error occurred.' };

/** What a server makes of an exception it did not expect; a typed one has no text. */
export function internalError(doing: string, cause: TypedError | RaisedError): TypedError {
	return new TypedError({
		...INTERNAL,
		details: `The server encountered an unexpected error while ${doing}.`,
		dev: cause instanceof TypedError ? '' : cause.message,
	});
}

/** The `error` of a run's record. */
export function recordedError(cause: TypedError | RaisedError): JsonObject {
	return cause instanceof TypedError
		? envelope(cause).error
		: { ...INTERNAL, details: cause.message };
}

export function isRaised(error: unknown): error is TypedError | RaisedError {
	return error instanceof TypedError || error instanceof RaisedError;
}

export function queryError(param: string, value: string, details: string): TypedError {
	return new TypedError({
		type: 'invalid_query_param',
		message: `Invalid value for query parameter "${param}".`,
		details,
		status: 400,
		meta: { param, value },
	});
}
