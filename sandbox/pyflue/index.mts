import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { createServer, listen } from '../platform.mts';
import type { Platform } from '../platform.mts';
import { registerPyFlueControl } from './control.mts';
import { serve } from './serve.mts';
import { Store } from './store.mts';

/** PyFlue 0.2.0, or Flue 0.8.1 by the setting `variant`: `docs/contracts/pyflue.md`. */
export const pyflue: Platform = {
	title: 'PyFlue',
	async start(host, port) {
		const store = new Store();
		const server = createServer({
			title: 'PyFlue',
			reset: () => store.reset(),
			credential: { 'Admin Path': '/admin', Authentication: 'None' },
		});
		registerPyFlueControl(server, store);
		void server.register(async (api) => serve(api, store));
		const baseUrl = await listen(server, host, port);
		const { server: http } = server;
		/** Refuses connections, on the same port, as a process that has ended. */
		const end = async (ms: number) => {
			// What it has answered leaves first.
			await nextTurn();
			http.close();
			http.closeAllConnections();
			await sleep(ms);
			http.listen(Number(new URL(baseUrl).port), host);
			await once(http, 'listening');
		};
		let down = Promise.resolve();
		store.onEnd = (ms) => (down = down.then(async () => await end(ms)));
		return {
			announce: { baseUrl, adminPath: '/admin' },
			close: async () => {
				await down;
				store.reset();
				await server.close();
			},
		};
	},
};
