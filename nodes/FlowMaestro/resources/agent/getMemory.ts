import { agentLocator, userIdField } from '../../fields';
import { memorySchema } from '../../schemas';
import { operation } from '../../session';

export const getMemory = operation({
	value: 'getMemory',
	name: 'Get Memory',
	action: 'Get the memory of a user',
	description: 'Retrieve what an agent remembers of one user (scope agents:read)',
	parameters: [agentLocator, userIdField],
	output: memorySchema,
	async execute({ agent, user }, { session }) {
		return await session.api.memories.get(agent, user);
	},
});
