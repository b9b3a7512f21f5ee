import { CONTROL_PREFIX } from '../core/paths.mts';
import { createServer, listen } from '../platform.mts';
import type { Platform } from '../platform.mts';
import { agentRoutes } from './agents.mts';
import { compilationRoutes } from './compilations.mts';
import { controlRoutes } from './control.mts';
import { API_KEY, appendSlash, authenticate } from './django.mts';
import { handleErrors } from './errors.mts';
import { fileRoutes, mediaRoute } from './files.mts';
import { runRoutes } from './runs.mts';
import { seed } from './seed.mts';
import { Store } from './store.mts';
import { catalogRoute, grantRoute, toolRoutes } from './tools.mts';

const PREFIX = '/api/v1/agents';

/** The stand-in of FlyMyAI: `docs/contracts/flymyai.md`, row by row. */
export const flymyai: Platform = {
	title: 'FlyMyAI',
	async start(host, port) {
		const store = new Store();
		seed(store);
		const server = createServer({
			title: 'FlyMyAI',
			reset: () => seed(store),
			credential: { 'API Key': API_KEY },
		});
		server.addHook('onRequest', async (_request, reply) => {
			if (store.clockOffsetMs !== 0) reply.header('date', new Date(store.now()).toUTCString());
		});

		void server.register(
			async (open) => {
				handleErrors(open);
				// As the real API, it reads JSON and multipart only.
				open.removeContentTypeParser('text/plain');
				catalogRoute(open);
				void open.register(async (api) => {
					authenticate(api);
					agentRoutes(api, store);
					runRoutes(api, store);
					toolRoutes(api, store);
					compilationRoutes(api, store);
					fileRoutes(api, store);
				});
			},
			{ prefix: PREFIX },
		);
		void server.register(
			async (control) => {
				handleErrors(control);
				controlRoutes(control, store);
			},
			{ prefix: `${CONTROL_PREFIX}/flymyai` },
		);
		grantRoute(server, store);
		mediaRoute(server, store);
		appendSlash(server, PREFIX);

		const baseUrl = await listen(server, host, port);
		return {
			announce: { baseUrl, apiKey: API_KEY },
			close: async () => {
				store.clear();
				await server.close();
			},
		};
	},
};
