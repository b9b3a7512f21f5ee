// A server that keeps every request it gets, and refuses it: for tests of what a node sends, whatever
// comes of it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a route answers instead of the refusal. */
export type Routes = Record<`${'GET' | 'POST'} ${string}`, unknown>;

export interface Recorder {
	baseUrl: string;
	/** What arrived since the last call, one line a request: method, address, body. */
	take(): string[];
	close(): Promise<void>;
}

/** Starts one on a free port. The caller closes it. */
export async function startRecorder(routes: Routes = {}): Promise<Recorder> {
	let arrived: string[] = [];
	// An address may hold what a form holds.
	const server = createServer({ maxHeaderSize: 8_000_000 }, async (request, response) => {
		const { method = '', url = '' } = request;
		const known = (routes as Record<string, unknown>)[`${method} ${url.split('?')[0]}`];
		// Each multipart body has a boundary of its own.
		const body = (await text(request)).replaceAll(
			/-{2,}\w*(FormBoundary|formdata-undici-)\w+/g,
			'--',
		);
		arrived.push(`${method} ${url} ${body}`);
		response
			.writeHead(known === undefined ? 400 : 200, { 'content-type': 'application/json' })
			.end(JSON.stringify(known ?? { detail: 'Recorded' }));
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	return {
		baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		take() {
			const taken = arrived;
			arrived = [];
			return taken;
		},
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
