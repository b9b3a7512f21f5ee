import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createServer, listen } from '../platform.mts';
import type { Platform, RunningPlatform } from '../platform.mts';
import { agentRoutes } from './agents.mts';
import { authenticate } from './auth.mts';
import { controlRoutes } from './control.mts';
import { handleErrors } from './errors.mts';
import { executionRoutes } from './executions.mts';
import { knowledgeBaseRoutes } from './knowledgeBases.mts';
import { memoryRoutes } from './memory.mts';
import { countCall } from './rateLimit.mts';
import { KEYS } from './seed/accounts.mts';
import { seed } from './seed/index.mts';
import { Store } from './store.mts';
import { threadRoutes } from './threads.mts';
import { triggerRoutes } from './triggers.mts';
import { webhookRoutes } from './webhooks.mts';
import { workflowRoutes } from './workflows.mts';

const API_PREFIX = '/api/v1';
const BODY_LIMIT = 1024 * 1024;

/** FlowMaestro's public REST API v1, as its backend answers it: `docs/contracts/flowmaestro.md`. */
export const flowmaestro: Platform = {
	title: 'FlowMaestro',
	start: async (host, port) => await startFlowMaestro(seed, host, port),
};

/** Starts a stand-in that knows what `fill` puts into its store. */
export async function startFlowMaestro(
	fill: (store: Store) => void,
	host: string,
	port: number,
): Promise<RunningPlatform> {
	const store = new Store();
	fill(store);
	const server = createServer({
		title: 'FlowMaestro',
		credential: { 'API Key': KEYS.full.key },
		reset: () => {
			store.clear();
			fill(store);
		},
	});
	controlRoutes(server, store);
	// On unknown routes, too.
	server.addHook('onRequest', async (request, reply) => {
		if (!request.url.startsWith(API_PREFIX)) return;
		void reply.headers({
			'X-Request-ID': request.headers['x-request-id'] ?? randomUUID(),
			'X-Trace-ID': randomUUID(),
		});
	});
	void server.register(async (api) => apiRoutes(api, store), { prefix: API_PREFIX });
	return {
		announce: {
			baseUrl: await listen(server, host, port),
			apiKey: KEYS.full.key,
			limitedApiKey: KEYS.limited.key,
		},
		close: async () => {
			store.clear();
			await server.close();
		},
	};
}

function apiRoutes(api: FastifyInstance, store: Store): void {
	handleErrors(api);
	readBodies(api);
	api.decorateRequest('apiKey', null);
	api.addHook('preHandler', async (request, reply) => {
		const key = authenticate(store, request);
		countCall(store, key, reply);
		request.setDecorator('apiKey', key);
	});

	const rooms = {
		'/workflows': workflowRoutes,
		'/executions': executionRoutes,
		'/agents': agentRoutes,
		'/threads': threadRoutes,
		'/triggers': triggerRoutes,
		'/knowledge-bases': knowledgeBaseRoutes,
		'/webhooks': webhookRoutes,
	};
	for (const [prefix, routes] of Object.entries(rooms)) {
		void api.register(async (room) => routes(room, store), { prefix });
	}
	void api.register(async (room) => memoryRoutes(room, store), { prefix: '/agents' });
}

/** Bodies up to 1 MiB; malformed JSON is an error without a status, hence a 500 (section 2.2). */
function readBodies(api: FastifyInstance): void {
	api.addHook('onRoute', (route) => {
		route.bodyLimit = BODY_LIMIT;
	});
	api.removeContentTypeParser('application/json');
	api.addContentTypeParser<string>(
		'application/json',
		{ parseAs: 'string' },
		async (_request: unknown, text: string) => (text.trim() === '' ? {} : JSON.parse(text)),
	);
	api.addContentTypeParser('*', async ({ headers }: FastifyRequest) => {
		throw Object.assign(new Error(`Unsupported Media Type: ${headers['content-type'] ?? ''}`), {
			statusCode: 415,
			code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
		});
	});
}
