import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { registerControl } from './core/control.mts';
import { Faults } from './core/faults.mts';
import { RequestLog } from './core/requestLog.mts';
import { registerStartPage } from './core/startPage.mts';

/** One stand-in of a platform's HTTP API. */
export interface Platform {
	title: string;
	/** Listens on `port` (0: any free one). Rejects when the port is taken. */
	start(host: string, port: number): Promise<RunningPlatform>;
}

export interface RunningPlatform {
	/** What a client needs to know: `baseUrl` and the credential's values. */
	announce: Record<string, unknown>;
	close(): Promise<void>;
}

export interface ServerOptions {
	title: string;
	/** Puts the platform's own data back to its seed. */
	reset: () => void;
	/** What to type into the n8n credential; shown on the start page. */
	credential: Record<string, string>;
	/** `false` where the platform itself answers `GET /`. */
	startPage?: boolean;
}

/**
 * A server that already has a request log, fault injection, a start page and the control routes
 * under `/__sandbox/`. Register the platform's routes in a plugin of their own
 * (`server.register(async (api) => …)`), so that their hooks and error handler do not reach the
 * control routes, and authenticate in `preHandler`: faults strike before it, in `preValidation`.
 */
export function createServer(options: ServerOptions): FastifyInstance {
	const server = fastify({
		forceCloseConnections: true,
		bodyLimit: 64 * 1024 * 1024,
		// A misspelt field of a control request is refused, not dropped.
		ajv: { customOptions: { removeAdditional: false } },
	});
	const log = new RequestLog();
	const faults = new Faults();

	log.attach(server);
	ignoreTypeOfEmptyBody(server);
	faults.attach(server);
	registerControl(server, {
		log,
		faults,
		reset: () => {
			options.reset();
			faults.clear();
			log.clear();
		},
	});
	if (options.startPage !== false) registerStartPage(server, options);
	return server;
}

/** Listens and answers the base URL, without a slash at its end. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
	return await server.listen({ host, port });
}

/** An empty body is no body, whatever its content type says, as in Django and Express. */
function ignoreTypeOfEmptyBody(server: FastifyInstance): void {
	server.addHook('onRequest', (request, _reply, next) => {
		if (request.headers['content-length'] === '0') delete request.headers['content-type'];
		next();
	});
}
