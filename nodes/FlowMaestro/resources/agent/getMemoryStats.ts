import { agentLocator } from '../../fields';
import { operation } from '../../session';

export const getMemoryStats = operation({
	value: 'getMemoryStats',
	name: 'Get Memory Stats',
	action: 'Get the memory stats of an agent',
	description:
		'Count what an agent remembers, and see how its memory is set up (scope agents:read)',
	parameters: [agentLocator],
	async execute({ agent }, { session }) {
		return await session.api.memories.stats(agent);
	},
});
