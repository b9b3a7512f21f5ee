// What stands before the server in production: authentication and a path prefix.
import type { FastifyRequest } from 'fastify';
import { BareAnswer } from '../errors.mts';
import type { Auth, Settings } from '../settings.mts';

/**
 * The decoded path as the server sees it. Throws the proxy's 401, and its 404 for a path outside
 * of the prefix.
 */
export function pass(request: FastifyRequest, { auth, prefix, variant }: Settings): string {
	if (!isAllowed(request, auth)) throw unauthorized(variant);
	const path = decode(new URL(request.url, 'http://localhost').pathname);
	if (prefix === '') return path;
	if (!path.startsWith(`${prefix}/`)) throw new BareAnswer(404, { detail: 'Not Found' });
	return path.slice(prefix.length);
}

function isAllowed({ headers }: FastifyRequest, auth: Auth): boolean {
	switch (auth.type) {
		case 'none':
			return true;
		case 'bearer':
			return headers.authorization === `Bearer ${auth.token}`;
		case 'header':
			return headers[auth.name.toLowerCase()] === auth.value;
	}
}

function unauthorized(variant: Settings['variant']): BareAnswer {
	if (variant === 'pyflue') return new BareAnswer(401, { detail: 'Unauthorized' });
	return new BareAnswer(401, {
		error: { type: 'unauthorized', message: 'Missing or bad bearer token.', details: '' },
	});
}

function decode(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}
