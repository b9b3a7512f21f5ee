import type { FastifyInstance } from 'fastify';
import type { JsonObject } from './records.mts';

/** An answer other than 2xx, with the body Django REST framework would give. */
export class ApiError extends Error {
	readonly status: number;
	readonly body: JsonObject;

	constructor(status: number, body: JsonObject) {
		super(JSON.stringify(body));
		this.status = status;
		this.body = body;
	}
}

export function badRequest(detail: string): ApiError {
	return new ApiError(400, { detail });
}

export function notFound(): ApiError {
	return new ApiError(404, { detail: 'Not found.' });
}

/** Answers the record or throws the 404 of the contract. */
export function found<T>(record: T | undefined): T {
	if (record === undefined) throw notFound();
	return record;
}

/** Gives every error of these routes its Django shape. */
export function handleErrors(api: FastifyInstance): void {
	api.setErrorHandler(async (error, request, reply) => {
		if (error instanceof ApiError) return await reply.code(error.status).send(error.body);
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
			return await reply
				.code(400)
				.send({ detail: 'JSON parse error - Expecting value: line 1 column 1 (char 0)' });
		}
		if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
			const type = request.headers['content-type'] ?? '';
			return await reply.code(415).send({ detail: `Unsupported media type "${type}" in request.` });
		}
		if (error instanceof Error && 'statusCode' in error) {
			return await reply.code(Number(error.statusCode)).send({ detail: error.message });
		}
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		return await reply.code(500).type('text/plain').send('Server Error (500)');
	});
}
