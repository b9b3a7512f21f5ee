import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { keyOf, needs } from './auth.mts';
import { paged, readPage, single } from './envelope.mts';
import type { PageQuery } from './envelope.mts';
import { find } from './input.mts';
import type { Agent, ApiKey, Thread } from './records.mts';
import { newestFirst, timestamp } from './store.mts';
import type { Store } from './store.mts';

type WithId = { Params: { id: string } };

/** Contract, section 3.3. */
export function agentRoutes(api: FastifyInstance, store: Store): void {
	api.get<{ Querystring: PageQuery }>('/', needs('agents:read'), async (request) => {
		const { workspaceId } = keyOf(request);
		const agents = newestFirst(store.agents.values()).filter(
			(agent) => agent.workspaceId === workspaceId,
		);
		return paged(store.settings, readPage(request.query), agents, summary);
	});

	api.get<WithId>('/:id', needs('agents:read'), async (request) => {
		const agent = findAgent(store, keyOf(request), request.params.id);
		const { created_at, updated_at, ...rest } = summary(agent);
		return single({
			...rest,
			system_prompt: agent.system_prompt,
			temperature: agent.temperature,
			max_tokens: agent.max_tokens,
			available_tools: agent.available_tools,
			created_at,
			updated_at,
		});
	});

	// The body is ignored: metadata and title are dropped.
	api.post<WithId>(
		'/:id/threads',
		needs('agents:read', 'threads:write'),
		async (request, reply) => {
			const agent = findAgent(store, keyOf(request), request.params.id);
			const { id, agent_id, status, created_at } = addThread(store, agent);
			return await reply.code(201).send(single({ id, agent_id, status, created_at }));
		},
	);
}

export function findAgent(store: Store, { workspaceId }: ApiKey, id: string): Agent {
	return find('Agent', store.agents, id, (agent) => agent.workspaceId === workspaceId);
}

function addThread(store: Store, agent: Agent): Thread {
	const created = timestamp();
	const thread: Thread = {
		id: randomUUID(),
		agent_id: agent.id,
		workspaceId: agent.workspaceId,
		title: null,
		status: 'active',
		created_at: created,
		updated_at: created,
		last_message_at: null,
		messages: [],
	};
	store.threads.set(thread.id, thread);
	return thread;
}

function summary({ id, name, description, model, provider, created_at, updated_at }: Agent) {
	return { id, name, description, model, provider, created_at, updated_at };
}
