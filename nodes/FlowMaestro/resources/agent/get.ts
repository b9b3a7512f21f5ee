import { agentLocator } from '../../fields';
import { agentSchema } from '../../schemas';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get an agent',
	description: 'Retrieve one agent with its prompt, model and tools (scope agents:read)',
	parameters: [agentLocator],
	output: agentSchema,
	async execute({ agent }, { session }) {
		return await session.api.agents.get(agent);
	},
});
