import { z } from 'zod';
import { agentLocator } from '../../fields';
import { operation } from '../../session';

export const getMemoryStats = operation({
	value: 'getMemoryStats',
	name: 'Get Memory Stats',
	action: 'Get memory stats of an agent',
	description:
		'Count what an agent remembers, and see how its memory is set up (scope agents:read)',
	parameters: [agentLocator],
	output: z.object({
		agent_id: z.string(),
		working_memory_count: z.number(),
		embedding_count: z.number(),
		memory_config: z.record(z.unknown()).nullable(),
	}),
	async execute({ agent }, { session }) {
		return await session.api.memories.stats(agent);
	},
});
