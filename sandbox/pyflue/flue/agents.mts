import { agent, agents } from '../behaviour.mts';
import { TypedError } from '../errors.mts';
import { sendJson, wantsStream } from '../http/call.mts';
import type { Call } from '../http/call.mts';
import type { Route } from '../http/router.mts';
import { isObject } from '../project.mts';
import { answerPrompt, openSession, usage } from '../sessions.mts';
import { list, malformed, notFound } from './errors.mts';
import { readPayload } from './workflows.mts';

export const agentRoutes: Route[] = [
	{
		methods: ['POST'],
		path: '/agents/{name}/{id}',
		documented: [200, 400, 404, 405, 415, 500, 501],
		handle: postAgent,
	},
];

async function postAgent(call: Call): Promise<void> {
	const { store, params, request } = call;
	const { name = '', id = '' } = params;
	const found = agent(store, name);
	// Flue has no file handlers.
	if (found?.kind !== 'persistent' || !found.webhook) {
		throw notFound(
			'agent_not_found',
			`Agent "${name}" is not registered.`,
			'Verify the agent name is correct.',
			`Available agents: ${list(Object.keys(agents(store)))}.\n` +
				'Agents are loaded from the project root\'s "agents/" directory at build time. ' +
				'Verify the agent file is present in the project root being served.',
		);
	}
	if (request.headers['x-webhook'] !== undefined) {
		throw malformed(
			'Direct agent prompts are attached interactions. Use dispatch(...) for asynchronous delivery.',
		);
	}
	const { message, session } = readMessage(readPayload(call));
	if (wantsStream(call)) {
		throw new TypedError({
			type: 'not_implemented',
			message: 'This stand-in does not stream agents as Flue does.',
			details: 'Ask without "Accept: text/event-stream", or use the PyFlue variant.',
			status: 501,
		});
	}
	const reply = await answerPrompt(store, {
		agent: found,
		behaviour: store.agentBehaviours.get(name) ?? {},
		session: openSession(store, name, `${id}:${session}`),
		message,
		operation: 'prompt',
	});
	const counted = usage(message, reply);
	sendJson(call, 200, {
		result: {
			text: reply.text,
			usage: {
				input: counted.input,
				output: counted.output,
				cacheRead: counted.cache_read,
				cacheWrite: counted.cache_write,
				totalTokens: counted.total_tokens,
				cost: {
					input: counted.cost.input,
					output: counted.cost.output,
					cacheRead: counted.cost.cache_read,
					cacheWrite: counted.cost.cache_write,
					total: counted.cost.total,
				},
			},
			model: { id: reply.model },
		},
	});
}

function readMessage(body: unknown): { message: string; session: string } {
	if (isObject(body) && typeof body.message === 'string') {
		const { message, session = 'default' } = body;
		if (typeof session === 'string') return { message, session };
	}
	throw malformed(
		'Direct agent requests must use JSON object body { "message": string, "session"?: string }.',
	);
}
