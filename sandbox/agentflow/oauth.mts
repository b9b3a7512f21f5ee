import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';
import { AUDIENCE, CLIENT_ID, CLIENT_SECRET, SCOPES } from './auth.mts';
import type { Store } from './store.mts';

const TokenRequest = z
	.object({
		grant_type: z.string(),
		client_id: z.string(),
		client_secret: z.string(),
		audience: z.string(),
		scope: z.string(),
	})
	.partial();

/** The token endpoint of the client credentials grant; its errors are worded as Auth0 words them. */
export function oauthRoutes(api: FastifyInstance, store: Store): void {
	api.post('/oauth/token', async (request, reply) => {
		const given = TokenRequest.safeParse(request.body ?? {}).data ?? {};
		const refuse = async (status: number, error: string, error_description: string) =>
			await reply.code(status).send({ error, error_description });

		if (given.grant_type !== 'client_credentials') {
			return await refuse(403, 'unsupported_grant_type', 'Unsupported grant type');
		}
		if (given.client_id !== CLIENT_ID || given.client_secret !== CLIENT_SECRET) {
			return await refuse(401, 'access_denied', 'Unauthorized');
		}
		if (given.audience !== AUDIENCE) {
			const audience = given.audience ?? '';
			return await refuse(403, 'access_denied', `Service not enabled within domain: ${audience}`);
		}
		const asked = given.scope?.split(' ').filter(Boolean) ?? [];
		const known: readonly string[] = SCOPES;
		const foreign = asked.filter((scope) => !known.includes(scope));
		if (foreign.length > 0) {
			const names = foreign.join(' ');
			return await refuse(403, 'access_denied', `Client has not been granted scopes: ${names}`);
		}
		// Who asks for no scope gets all that were granted.
		const scope = (asked.length > 0 ? asked : known).join(' ');
		const seconds = store.settings.tokenSeconds;
		return {
			access_token: store.tokens.machine(scope, seconds),
			scope,
			expires_in: seconds,
			token_type: 'Bearer',
		};
	});
}
