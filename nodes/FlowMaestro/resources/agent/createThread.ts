import { agentLocator } from '../../fields';
import { threadSchema } from '../../schemas';
import { operation } from '../../session';

export const createThread = operation({
	value: 'createThread',
	name: 'Create Thread',
	action: 'Create a thread with an agent',
	description: 'Begin a conversation with an agent (scopes agents:read, threads:write)',
	parameters: [agentLocator],
	output: threadSchema,
	async execute({ agent }, { session }) {
		return await session.api.agents.createThread(agent);
	},
});
