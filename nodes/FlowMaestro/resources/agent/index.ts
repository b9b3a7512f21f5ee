import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { createThread } from './createThread';
import { deleteMemory } from './deleteMemory';
import { get } from './get';
import { getMany } from './getMany';
import { getManyMemories } from './getManyMemories';
import { getMemory } from './getMemory';
import { getMemoryStats } from './getMemoryStats';
import { saveMemory } from './saveMemory';
import { searchMemory } from './searchMemory';

export const agent: Resource<Session> = {
	value: 'agent',
	name: 'Agent',
	operations: [
		createThread,
		deleteMemory,
		get,
		getMany,
		getManyMemories,
		getMemory,
		getMemoryStats,
		saveMemory,
		searchMemory,
	],
};
