import type { FastifyRequest } from 'fastify';

/** The address this request came to, for links in its answer. */
export function baseUrlOf(request: FastifyRequest): string {
	return `${request.protocol}://${request.host}`;
}
