import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './errors.mts';
import type { ApiKey, Scope } from './records.mts';
import type { Store } from './store.mts';

const PREFIX = 'fm_live_';

/** The key of a request, or the 401 of the contract's table, section 1, in its order. */
export function authenticate(store: Store, request: FastifyRequest): ApiKey {
	const given = givenKey(request);
	if (!given) {
		throw unauthorized(
			'invalid_api_key',
			'Missing API key. Provide it via X-API-Key header or Authorization: Bearer header.',
		);
	}
	if (!given.startsWith(PREFIX)) throw unauthorized('invalid_api_key', 'Invalid API key format.');
	const key = store.keys.get(given);
	if (!key) throw unauthorized('invalid_api_key', 'API key not found.');
	if (key.revoked) {
		throw unauthorized(
			'revoked_api_key',
			'This API key has been revoked. Please generate a new key.',
		);
	}
	if (key.expired) {
		throw unauthorized('expired_api_key', 'This API key has expired. Please generate a new key.');
	}
	if (!key.active) throw unauthorized('invalid_api_key', 'This API key is inactive.');
	return key;
}

/** `X-API-Key` wins; a bearer token counts only when it looks like a key. */
function givenKey(request: FastifyRequest): string | undefined {
	const header = request.headers['x-api-key'];
	if (typeof header === 'string' && header !== '') return header;
	const bearer = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
	return bearer?.startsWith(PREFIX) ? bearer : undefined;
}

function unauthorized(code: string, message: string): ApiError {
	return new ApiError(401, code, message);
}

/** The key the request was let in with. */
export function keyOf(request: FastifyRequest): ApiKey {
	return request.getDecorator<ApiKey>('apiKey');
}

/** Options of a route that asks for all of these scopes. */
export function needs(...required: Scope[]) {
	return {
		preHandler: async (request: FastifyRequest, _reply: FastifyReply) => {
			const { scopes } = keyOf(request);
			const missing = required.filter((scope) => !scopes.includes(scope));
			if (missing.length === 0) return;
			throw new ApiError(
				403,
				'insufficient_scope',
				`Missing required scopes: ${missing.join(', ')}`,
				{ required_scopes: required, missing_scopes: missing, your_scopes: scopes },
			);
		},
	};
}
