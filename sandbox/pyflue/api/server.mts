// What the server says about itself.
import { agents, project } from '../behaviour.mts';
import { sendJson } from '../http/call.mts';
import type { Call } from '../http/call.mts';
import type { Route } from '../http/router.mts';
import { now } from '../store.mts';
import { agentPath } from './agents.mts';

const startedAt = now();

export const serverRoutes: Route[] = [
	{
		methods: ['GET'],
		path: '/health',
		documented: [200],
		handle: (call) => sendJson(call, 200, { ok: true, framework: 'pyflue' }),
	},
	{ methods: ['GET'], path: '/__pyflue/status', documented: [200], handle: sendStatus },
	{
		methods: ['GET'],
		path: '/__pyflue',
		documented: [200],
		handle: (call) => {
			const rows = Object.keys(agents(call.store)).map(
				(name) => `<li><code>${agentPath(name)}</code></li>`,
			);
			sendHtml(call, 'PyFlue Dev', `<h2>Routes</h2><ul>${rows.join('')}</ul>`);
		},
	},
	{
		methods: ['GET'],
		path: '/docs',
		handle: (call) => sendHtml(call, 'PyFlue Agent Server - Swagger UI', ''),
	},
	{
		methods: ['GET'],
		path: '/redoc',
		handle: (call) => sendHtml(call, 'PyFlue Agent Server - ReDoc', ''),
	},
];

function sendStatus(call: Call): void {
	const { store } = call;
	const { root, harness } = project(store);
	const names = Object.keys(agents(store)).sort();
	sendJson(call, 200, {
		ok: true,
		generated_at: now(),
		root,
		config_path: `${root}/pyflue.toml`,
		config_mtime: startedAt,
		harness,
		sandbox: 'virtual',
		route_count: names.length,
		routes: names.map((name) => ({
			name,
			path: agentPath(name),
			source: `${root}/agents/${name}.py`,
			mtime: startedAt,
			triggers: { webhook: agents(store)[name]?.webhook },
		})),
		agents: names,
		skills: [],
		roles: [],
		active_sessions: activeSessions(call),
	});
}

/** Only the default agent's sessions are seen here. */
function activeSessions({ store }: Call) {
	return [...store.sessions.values()]
		.filter(({ agent }) => agent === null)
		.flatMap(({ id, running }) =>
			running ? [{ session_id: id, operation: running.operation }] : [],
		);
}

function sendHtml({ reply }: Call, title: string, body: string): void {
	void reply
		.type('text/html; charset=utf-8')
		.send(`<!doctype html><title>${title}</title><h1>${title}</h1>${body}`);
}
