import { z } from 'zod/v4';
import type { Caller } from '../auth.mts';
import { ApiError, found, unprocessable } from '../errors.mts';
import { text } from '../fields.mts';
import { entries, memoryKey, writeMemory } from '../memory.mts';
import type { MemoryBlock } from '../records.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';
import { overlap } from '../words.mts';

const tag = 'memory';
const path = '/api/v1/memory/blocks/{block_type}';

const Owner = z.object({
	scope: z.enum(['user', 'agent']).default('user'),
	agent_id: text.optional(),
});

const MemoryBlockUpdate = z
	.object({ content: text, expected_updated_at: text.nullable() })
	.meta({ id: 'MemoryBlockUpdate' });

const MemoryRecall = z
	.object({
		query: text,
		agent_id: text.nullish(),
		limit: z.number().int().min(1).max(100).default(10),
	})
	.meta({ id: 'MemoryRecall' });

export function memoryRoutes(router: Router, store: Store): void {
	const keyOf = (type: string, owner: z.output<typeof Owner>, caller: Caller): string => {
		if (type !== 'core' && type !== 'archival') throw new ApiError(404, 'Memory block not found');
		if (owner.scope === 'user') return memoryKey(type, 'user', caller.userId);
		if (owner.agent_id === undefined) {
			throw unprocessable('agent_id', 'Value error, agent_id is required for scope agent');
		}
		return memoryKey(type, 'agent', store.agent(owner.agent_id).id);
	};
	const blocksOf = (caller: Caller, agentId: string | null | undefined): MemoryBlock[] => {
		const keys = (['core', 'archival'] as const).flatMap((type) => [
			memoryKey(type, 'user', caller.userId),
			...(agentId ? [memoryKey(type, 'agent', agentId)] : []),
		]);
		return keys.flatMap((key) => store.memory.get(key) ?? []);
	};

	router.add({
		method: 'GET',
		path: '/api/v1/memory/blocks',
		name: 'list_memory_blocks',
		tag,
		query: z.object({ agent_id: text.optional() }),
		handle: ({ query, caller }) => ({ blocks: blocksOf(caller, query.agent_id) }),
	});

	router.add({
		method: 'GET',
		path,
		name: 'get_memory_block',
		tag,
		query: Owner,
		handle: ({ params, query, caller }) =>
			found(store.memory.get(keyOf(params.block_type, query, caller)), 'Memory block'),
	});

	router.add({
		method: 'PUT',
		path,
		name: 'update_memory_block',
		tag,
		query: Owner,
		body: MemoryBlockUpdate,
		handle: ({ params, query, body, caller }) => {
			const key = keyOf(params.block_type, query, caller);
			const before = store.memory.get(key);
			if ((before?.updated_at ?? null) !== withoutZone(body.expected_updated_at)) {
				throw new ApiError(409, 'Memory block was changed since it was read');
			}
			return writeMemory(store, {
				type: params.block_type === 'core' ? 'core' : 'archival',
				scope: query.scope,
				owner: query.scope === 'agent' ? (query.agent_id ?? '') : caller.userId,
				content: body.content,
			});
		},
	});

	router.add({
		method: 'DELETE',
		path,
		name: 'delete_memory_block',
		tag,
		query: Owner,
		handle: ({ params, query, caller }) => {
			const key = keyOf(params.block_type, query, caller);
			const block = found(store.memory.get(key), 'Memory block');
			store.memory.delete(key);
			return { message: 'Memory block deleted', id: block.id };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/memory/recall',
		name: 'recall_memory',
		tag,
		body: MemoryRecall,
		handle: ({ body, caller }) => {
			const all = body.query.trim() === '';
			const lines = blocksOf(caller, body.agent_id)
				.filter(({ block_type }) => !all || block_type === 'archival')
				.flatMap((block) =>
					entries(block.content).map((content, index) => ({
						content,
						score: all ? 1 : overlap(body.query, content),
						block_type: block.block_type,
						scope: block.scope,
						agent_id: block.agent_id,
						line_number: index + 1,
						updated_at: block.updated_at,
					})),
				)
				.filter(({ score }) => score > 0)
				.sort((a, b) => b.score - a.score);
			return all ? lines : lines.slice(0, body.limit);
		},
	});
}

function withoutZone(time: string | null): string | null {
	return time === null ? null : time.replace(/(?:Z|\+00:00)$/, '');
}
