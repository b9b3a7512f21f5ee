// How Django treats requests before any view of the API sees them.
import type { FastifyInstance } from 'fastify';
import { ApiError } from './errors.mts';

/** Of the stand-in's one account. */
export const API_KEY = 'fly-sandbox-key';
/** A key that is known but may do nothing. */
const FORBIDDEN_KEY = 'fly-forbidden';

/** `X-API-KEY` or the contract's 401/403. */
export function authenticate(api: FastifyInstance): void {
	api.addHook('preHandler', async (request) => {
		const key = request.headers['x-api-key'];
		if (key === API_KEY) return;
		if (key === undefined) {
			throw new ApiError(401, { detail: 'Authentication credentials were not provided.' });
		}
		if (key === FORBIDDEN_KEY) {
			throw new ApiError(403, { detail: 'You do not have permission to perform this action.' });
		}
		throw new ApiError(401, { detail: 'Invalid API key.' });
	});
}

/** Only a read finds its way to the address with the slash; a write would lose its body. */
export function appendSlash(server: FastifyInstance, prefix: string): void {
	server.setNotFoundHandler(async (request, reply) => {
		const [path = '', query] = request.url.split('?', 2);
		if (!path.startsWith(prefix) || path.endsWith('/')) {
			return await reply.code(404).type('text/html').send('<h1>Not Found</h1>');
		}
		if (request.method === 'GET' || request.method === 'HEAD') {
			const target = query === undefined ? `${path}/` : `${path}/?${query}`;
			return await reply.redirect(target, 301);
		}
		return await reply
			.code(500)
			.type('text/plain')
			.send(
				`RuntimeError: You called this URL via ${request.method}, but the URL doesn't end in a slash and you have APPEND_SLASH set.`,
			);
	});
}
