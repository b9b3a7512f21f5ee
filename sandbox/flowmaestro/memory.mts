import type { FastifyInstance } from 'fastify';
import { findAgent } from './agents.mts';
import { keyOf, needs } from './auth.mts';
import { paged, readPage, single } from './envelope.mts';
import type { PageQuery } from './envelope.mts';
import { DatabaseError, invalid, notFound } from './errors.mts';
import { fieldsOf, isObject, uuid } from './input.mts';
import type { Agent, ApiKey, Memory } from './records.mts';
import { similarity } from './similarity.mts';
import { newestFirst, timestamp } from './store.mts';
import type { Store } from './store.mts';

const CONTEXT = 1;

type OfAgent = { Params: { agentId: string } };
type OfUser = { Params: { agentId: string; userId: string } };

/** The memory of an agent (contract, section 3.3); reading it is scope enough to write it. */
export function memoryRoutes(api: FastifyInstance, store: Store): void {
	const scopes = needs('agents:read');

	api.get<OfAgent & { Querystring: PageQuery }>('/:agentId/memory', scopes, async (request) => {
		const agent = findAgent(store, keyOf(request), request.params.agentId);
		const memories = newestFirst([...agent.memories.values(), ...agent.ofOtherThreads]);
		return paged(store.settings, readPage(request.query), memories, (memory) => memory);
	});

	api.get<OfUser>('/:agentId/memory/:userId', scopes, async (request) => {
		const { agent, memory } = findMemory(store, keyOf(request), request.params);
		return single({ agent_id: agent.id, ...memory });
	});

	api.put<OfUser>('/:agentId/memory/:userId', scopes, async (request) => {
		const { working_memory, metadata } = fieldsOf(request.body);
		const text = typeof working_memory === 'string' ? working_memory.trim() : '';
		if (text === '') {
			throw invalid('working_memory is required and must be a non-empty string');
		}
		const agent = findAgent(store, keyOf(request), request.params.agentId);
		const userId = uuid(request.params.userId);
		if (metadata !== undefined && !isObject(metadata)) {
			throw new DatabaseError('22P02', 'invalid input syntax for type json');
		}
		const now = timestamp();
		const memory: Memory = {
			user_id: userId,
			working_memory: text,
			metadata: metadata ?? {},
			created_at: agent.memories.get(userId)?.created_at ?? now,
			updated_at: now,
		};
		agent.memories.set(userId, memory);
		return single({ agent_id: agent.id, ...memory });
	});

	api.delete<OfUser>('/:agentId/memory/:userId', scopes, async (request) => {
		const { agent, memory } = findMemory(store, keyOf(request), request.params);
		agent.memories.delete(memory.user_id);
		return single({ agent_id: agent.id, user_id: memory.user_id, deleted: true });
	});

	api.post<OfAgent>('/:agentId/memory/search', scopes, async (request) => {
		const { query, top_k, similarity_threshold, user_id } = fieldsOf(request.body);
		const text = typeof query === 'string' ? query.trim() : '';
		if (text === '') throw invalid('query is required and must be a non-empty string');
		const agent = findAgent(store, keyOf(request), request.params.agentId);
		if (user_id !== undefined) uuid(String(user_id));
		const threshold = clamp(Number(similarity_threshold) || 0.7, 0, 1);
		const results = embeddings(store, agent)
			.map((embedding) => ({ ...embedding, similarity: similarity(text, embedding.content) }))
			.filter((result) => result.similarity >= threshold)
			.sort((a, b) => b.similarity - a.similarity)
			.slice(0, clamp(Number(top_k) || 10, 1, 50));
		return single({ agent_id: agent.id, query: text, results, result_count: results.length });
	});

	api.get<OfAgent>('/:agentId/memory/stats', scopes, async (request) => {
		const agent = findAgent(store, keyOf(request), request.params.agentId);
		return single({
			agent_id: agent.id,
			working_memory_count: agent.memories.size + agent.ofOtherThreads.length,
			embedding_count: embeddings(store, agent).length,
			memory_config: agent.memory_config,
		});
	});
}

function findMemory(store: Store, key: ApiKey, params: OfUser['Params']) {
	const agent = findAgent(store, key, params.agentId);
	const memory = agent.memories.get(uuid(params.userId));
	if (!memory) throw notFound('Working memory', `${params.agentId}/${params.userId}`);
	return { agent, memory };
}

/** What the agent's threads said, where its memory keeps that, with the messages around it. */
function embeddings(store: Store, agent: Agent) {
	if (agent.memory_config.type !== 'vector') return [];
	const threads = [...store.threads.values()].filter(({ agent_id }) => agent_id === agent.id);
	return threads.flatMap(({ messages }) =>
		messages.map(({ content, role, executionId }, at) => ({
			content,
			role,
			execution_id: executionId,
			context_before: messages.slice(Math.max(0, at - CONTEXT), at).map(said),
			context_after: messages.slice(at + 1, at + 1 + CONTEXT).map(said),
		})),
	);
}

function said({ role, content }: { role: string; content: string }) {
	return { role, content };
}

function clamp(value: number, min: number, max: number): number {
	return Math.min(max, Math.max(min, value));
}
