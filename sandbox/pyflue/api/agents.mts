import { randomUUID } from 'node:crypto';
import { agent, agents, raise } from '../behaviour.mts';
import { RaisedError, TypedError } from '../errors.mts';
import { invalidRequest, readPayload } from '../http/body.mts';
import { sendJson, sendRunId, wantsStream } from '../http/call.mts';
import type { Call } from '../http/call.mts';
import type { Route } from '../http/router.mts';
import { isObject } from '../project.mts';
import type { Handler, HandlerAgent, PersistentAgent } from '../project.mts';
import { agentRunId, inBackground, startRun } from '../runs.mts';
import { answerPrompt, openSession } from '../sessions.mts';
import { draw, now } from '../store.mts';
import { promptResult, sendPromptStream } from './prompts.mts';
import { jsonable } from './serializing.mts';
import { sendStarted } from './started.mts';
import { isoTime } from './views.mts';

const documented = [200, 202, 400, 404, 405, 415, 500, 422];

export const agentRoutes: Route[] = [
	{
		methods: ['GET'],
		path: '/agents',
		documented: [200],
		handle: (call) => {
			const items = Object.entries(agents(call.store)).map(([name, { webhook }]) => ({
				name,
				path: agentPath(name),
				triggers: { webhook },
			}));
			sendJson(call, 200, { agents: items });
		},
	},
	{
		methods: ['POST'],
		path: '/agents/{name}/{agent_id}',
		documented,
		handle: async (call) => {
			const found = webhookAgent(call);
			await (found.kind === 'persistent' ? postPersistent(call, found) : postHandler(call, found));
		},
	},
	{
		methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
		path: '/agents/{name}/{agent_id}',
		handle: ({ request }) => {
			throw new TypedError({
				type: 'method_not_allowed',
				message: `Method ${request.method} is not allowed.`,
				details: 'Use one of: POST.',
				status: 405,
				meta: { allowed: ['POST'] },
			});
		},
	},
	{
		methods: ['POST'],
		path: '/agents/{name}/{agent_id}/dispatch',
		documented,
		handle: postDispatch,
	},
];

/** The braces are literal: the server shows its route, not an address. */
export function agentPath(name: string): string {
	return `/agents/${name}/{agent_id}`;
}

function webhookAgent({ store, params }: Call): PersistentAgent | HandlerAgent {
	const { name = '', agent_id = '' } = params;
	if (name.trim() === '' || agent_id.trim() === '') {
		throw invalidRequest(
			'Webhook URLs must have the shape /agents/{name}/{agent_id} with non-empty segments.',
		);
	}
	const found = agent(store, name);
	if (!found) {
		throw new TypedError({
			type: 'agent_not_found',
			message: `Agent "${name}" is not registered.`,
			details: 'Verify the agent name is correct.',
			status: 404,
			dev: available(store),
		});
	}
	if (!found.webhook) {
		throw new TypedError({
			type: 'agent_not_webhook',
			message: `Agent "${name}" is not webhook-enabled.`,
			details: 'This agent cannot be invoked through the HTTP webhook endpoint.',
			status: 404,
		});
	}
	return found;
}

async function postPersistent(call: Call, found: PersistentAgent): Promise<void> {
	const { store, params } = call;
	const { name = '', agent_id = '' } = params;
	const body = readPayload(call);
	const prompt = {
		agent: found,
		behaviour: store.agentBehaviours.get(name) ?? {},
		session: openSession(store, name, `${agent_id}:${text(body.session) || 'default'}`),
		message: text(body.message) || text(body.prompt),
	};
	if (wantsStream(call)) {
		await sendPromptStream(call, { ...prompt, operation: 'stream' }, { typed: true });
		return;
	}
	const reply = await answerPrompt(store, { ...prompt, operation: 'prompt' });
	sendJson(call, 200, { result: promptResult(prompt.message, reply) });
}

async function postHandler(call: Call, found: HandlerAgent): Promise<void> {
	const { store, params, request, worker } = call;
	const { name = '', agent_id = '' } = params;
	const payload = readPayload(call);
	const id = agentRunId();
	const start = () =>
		startRun(
			store,
			{ id, kind: 'agent', name, instanceId: agent_id, worker, payload },
			behaving(call, name, found.run),
			request.headers,
		);

	const webhook = request.headers['x-webhook'];
	if (typeof webhook === 'string' && webhook.toLowerCase() === 'true') {
		inBackground(start().done, store.life);
		sendRunId(call, id);
		return sendJson(call, 202, { status: 'accepted', run_id: id, runId: id });
	}
	if (wantsStream(call)) {
		sendRunId(call, id);
		return await sendStarted(call, start(), 'streaming this request');
	}
	const result = jsonable(await start().done);
	sendRunId(call, id);
	sendJson(call, 200, isObject(result) ? withMeta(result, id) : result);
}

async function postDispatch(call: Call): Promise<void> {
	const { store, params } = call;
	const { name = '', agent_id = '' } = params;
	const found = agent(store, name);
	if (!found) {
		throw new TypedError({
			type: 'not_found',
			message: `Unknown agent: ${name}.`,
			details: available(store),
			status: 404,
		});
	}
	if (found.kind !== 'persistent') {
		throw new TypedError({
			type: 'invalid_request',
			message: 'dispatch() requires a persistent agent.',
			details: 'This agent module is not a create_agent() default export.',
			status: 400,
		});
	}
	const { input = null, session = null } = readPayload(call);
	if (session !== null && (typeof session !== 'string' || session.trim() === '')) {
		throw new RaisedError(
			'ValueError',
			'[pyflue] dispatch() "session" must be a non-empty string.',
		);
	}
	// Nobody learns how it ends; only the session remembers it.
	const delivery = answerPrompt(store, {
		agent: found,
		behaviour: store.agentBehaviours.get(name) ?? {},
		session: openSession(store, name, `${agent_id}:${session ?? 'default'}`),
		message: typeof input === 'string' ? input : JSON.stringify(input),
		operation: 'prompt',
	});
	inBackground(delivery, store.life);
	const dispatchId = `dispatch_${randomUUID().replaceAll('-', '')}`;
	const acceptedAt = isoTime(now()).replace('Z', '+00:00');
	sendJson(call, 202, {
		status: 'accepted',
		dispatch_id: dispatchId,
		dispatchId,
		accepted_at: acceptedAt,
		acceptedAt,
	});
}

function behaving({ store }: Call, name: string, run: Handler): Handler {
	return async (context) => {
		const { ms = 0, error } = store.agentBehaviours.get(name) ?? {};
		await context.pause(draw(ms));
		if (error) throw raise(error);
		return await run(context);
	};
}

function withMeta(result: Record<string, unknown>, id: string) {
	const given = isObject(result._meta) ? result._meta : {};
	return { ...result, _meta: { run_id: id, runId: id, ...given } };
}

function available(store: Call['store']): string {
	return `Available agents: ${Object.keys(agents(store)).sort().join(', ')}.`;
}

/** As Python's `str()`, but for nothing: that is empty. */
function text(value: unknown): string {
	if (value === undefined || value === null || value === false) return '';
	return typeof value === 'string' ? value : JSON.stringify(value);
}
