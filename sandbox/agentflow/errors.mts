import { ZodError } from 'zod/v4';
import type { FastifyInstance } from 'fastify';

export interface ValidationProblem {
	loc: Array<string | number>;
	msg: string;
	type: string;
}

/** An answer other than 2xx: `{"detail": …}`. */
export class ApiError extends Error {
	readonly status: number;
	readonly detail: string | ValidationProblem[];

	constructor(status: number, detail: string | ValidationProblem[]) {
		super(JSON.stringify(detail));
		this.status = status;
		this.detail = detail;
	}
}

/** Answers the record or throws a 404. */
export function found<T>(record: T | undefined, what: string): T {
	if (record === undefined) throw new ApiError(404, `${what} not found`);
	return record;
}

/** A 422 about one field of the body, as FastAPI words it. */
export function unprocessable(field: string, msg: string): ApiError {
	return new ApiError(422, [{ loc: ['body', field], msg, type: 'value_error' }]);
}

/** Gives every error of the API's routes its FastAPI shape. */
export function handleErrors(api: FastifyInstance): void {
	api.setErrorHandler(async (error, _request, reply) => {
		if (error instanceof ApiError) {
			return await reply.code(error.status).send({ detail: error.detail });
		}
		if (error instanceof ZodError) return await reply.code(422).send({ detail: error.issues });
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
			const problem = { loc: ['body', 0], msg: 'JSON decode error', type: 'json_invalid' };
			return await reply.code(422).send({ detail: [problem] });
		}
		if (
			code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ||
			code === 'FST_INVALID_MULTIPART_CONTENT_TYPE'
		) {
			const problem = { loc: ['body'], msg: 'Field required', type: 'missing' };
			return await reply.code(422).send({ detail: [problem] });
		}
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		return await reply.code(500).type('text/plain').send('Internal Server Error');
	});
	api.setNotFoundHandler(async (_request, reply) => {
		return await reply.code(404).send({ detail: 'Not Found' });
	});
}
