import { agentLocator } from '../../fields';
import { agentOutput } from '../../output';
import { agentSchema } from '../../schemas';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get an agent',
	description: 'Retrieve one agent with its goal, schemas and tools',
	parameters: [agentLocator],
	output: agentSchema,
	async execute({ agent }, { session }) {
		return agentOutput(await session.api.agents.get(agent));
	},
});
