import type { FastifyInstance } from 'fastify';
import { z } from 'zod/v4';
import { found, handleErrors } from './errors.mts';
import type { Agent, Behaviour } from './records.mts';
import { changeSettings } from './settings.mts';
import type { Store } from './store.mts';

const milliseconds = z.number().min(0);

const BehaviourChange = z
	.strictObject({
		durationMs: milliseconds,
		deltaDelayMs: milliseconds,
		deltas: z.number().int().min(1),
		answer: z.string().nullable(),
		tool: z.string().nullable(),
		question: z
			.array(
				z.strictObject({
					id: z.string(),
					question: z.string(),
					options: z.array(z.string()).optional(),
				}),
			)
			.nullable(),
		artifact: z.string().nullable(),
		backgroundTaskMs: milliseconds.nullable(),
		errorAfter: z.number().int().min(0).nullable(),
		end: z.enum(['result', 'text', 'string', 'empty']),
	})
	.partial() satisfies z.ZodType<Partial<Behaviour>>;

/** The routes under `/__sandbox/agentflow/`. */
export function controlRoutes(control: FastifyInstance, store: Store): void {
	handleErrors(control);

	/** `POST settings` changes what is named, and answers all settings. */
	control.get('/settings', async () => store.settings);
	control.post('/settings', async (request) => {
		store.settings = changeSettings(store.settings, request.body);
		return store.settings;
	});

	/** How the runs of an agent, by id or name, go from now on. */
	control.post<{ Params: { agent: string } }>('/agents/:agent/behaviour', async (request) => {
		const agent = agentNamed(store, request.params.agent);
		const change = BehaviourChange.parse(request.body);
		if (change.tool)
			found(
				agent.tools.find(({ name }) => name === change.tool),
				'Tool',
			);
		agent.behaviour = { ...agent.behaviour, ...change };
		return agent.behaviour;
	});

	/** The runs so far, oldest first: how often their action was sent, and what became of them. */
	control.get<{ Querystring: { message_id?: string } }>('/runs', async (request) => {
		const { message_id } = request.query;
		return [...store.runs.values()]
			.filter(({ messageId }) => message_id === undefined || messageId === message_id)
			.map((run) => ({
				call_id: run.root.callId,
				run_id: run.runId,
				name: run.root.name,
				conversation_id: run.conversation.id,
				message_id: run.messageId,
				requests: run.requests,
				status: run.status,
				events: run.events.length,
			}));
	});

	/** Every machine token issued so far stops counting. */
	control.post('/tokens/expire', async (_request, reply) => {
		store.tokens.expireAll();
		return await reply.code(204).send();
	});
}

function agentNamed(store: Store, idOrName: string): Agent {
	const agents = [...store.agents.values()];
	const agent = agents.find(({ id, name }) => id === idOrName || name === idOrName);
	return found(agent, 'Agent');
}
