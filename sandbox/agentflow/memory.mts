import { unprocessable } from './errors.mts';
import type { BlockType, MemoryBlock, MemoryScope } from './records.mts';
import { newId } from './store.mts';
import type { Store } from './store.mts';

const LIMITS: Record<BlockType, { characters: number; entries: number }> = {
	core: { characters: 4000, entries: 20 },
	archival: { characters: 8000, entries: Infinity },
};

/** Under which key the store keeps a block. */
export function memoryKey(type: BlockType, scope: MemoryScope, owner: string): string {
	return `${type} ${scope} ${owner}`;
}

/** Makes or replaces a block; throws a 422 when it is longer than its type may be. */
export function writeMemory(
	store: Store,
	given: { type: BlockType; scope: MemoryScope; owner: string; content: string },
): MemoryBlock {
	const { type, scope, owner, content } = given;
	const limit = LIMITS[type];
	if (content.length > limit.characters || entries(content).length > limit.entries) {
		throw unprocessable('content', `Value error, too long for ${type} memory`);
	}
	const key = memoryKey(type, scope, owner);
	const before = store.memory.get(key);
	const now = nextTime(before?.updated_at);
	const block: MemoryBlock = {
		id: before?.id ?? newId('mem'),
		block_type: type,
		content,
		scope,
		agent_id: scope === 'agent' ? owner : null,
		created_at: before?.created_at ?? now,
		updated_at: now,
	};
	store.memory.set(key, block);
	return block;
}

/** The lines of a block. */
export function entries(content: string): string[] {
	return content.split('\n').filter((line) => line.trim() !== '');
}

/** Without a zone and with microseconds, and never the same time twice for one block. */
function nextTime(before: string | undefined): string {
	const micros = Math.floor((performance.now() * 1000) % 1000);
	const now = new Date().toISOString().replace('Z', String(micros).padStart(3, '0'));
	return now === before ? nextTime(before) : now;
}
