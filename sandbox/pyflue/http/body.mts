import { TypedError } from '../errors.mts';
import { isObject } from '../project.mts';
import type { JsonObject } from '../records.mts';
import { bodyText } from './call.mts';
import type { Call } from './call.mts';

/**
 * The payload by PyFlue's body rule: no body is `{}`; where the object has a key `payload`, its
 * value alone counts. Throws the contract's 400 and 415.
 */
export function readPayload(call: Call): JsonObject {
	const text = bodyText(call);
	if (text === '') return {};
	const type = call.request.headers['content-type'] ?? null;
	if (!type?.toLowerCase().includes('application/json')) {
		throw new TypedError({
			type: 'unsupported_media_type',
			message: 'Request body must use application/json.',
			details: 'Send a JSON body or omit the body entirely.',
			status: 415,
			meta: { received: type },
		});
	}
	const body = parseJson(text, (dev) => ({
		type: 'invalid_json',
		message: 'Request body is not valid JSON.',
		details: 'Send a valid JSON object with an optional payload field.',
		status: 400,
		dev,
	}));
	if (body === null) return {};
	if (!isObject(body)) throw invalidRequest('The request body must be a JSON object.');
	const payload = 'payload' in body ? body.payload : body;
	if (payload === null) return {};
	if (!isObject(payload)) throw invalidRequest('The payload field must be a JSON object.');
	return payload;
}

/** Throws the error `describe` makes of the parser's text. */
export function parseJson(
	text: string,
	describe: (reason: string) => ConstructorParameters<typeof TypedError>[0],
): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new TypedError(describe(error instanceof Error ? error.message : String(error)));
	}
}

export function invalidRequest(details: string): TypedError {
	return new TypedError({
		type: 'invalid_request',
		message: 'Request is invalid.',
		details,
		status: 400,
	});
}
