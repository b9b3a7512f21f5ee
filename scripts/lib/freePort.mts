import { once } from 'node:events';
import { createServer } from 'node:net';
import { codeOf } from './errorCode.mts';

/** The preferred port of 127.0.0.1 if nobody listens on it at this moment, otherwise any free one. */
export async function freePort(preferred = 0): Promise<number> {
	const server = createServer().listen(preferred, '127.0.0.1');
	try {
		await once(server, 'listening');
	} catch (error) {
		if (codeOf(error) === 'EADDRINUSE') return await freePort();
		throw error;
	}
	const address = server.address();
	server.close();
	await once(server, 'close');
	if (address === null || typeof address === 'string') throw new Error('No port was assigned');
	return address.port;
}
