import { simplifyField } from '../../../shared/form/fields';
import { agentLocator } from '../../fields';
import { agentOutput, simpleAgentSchema } from '../../output';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get an agent',
	description: 'Retrieve one agent with its tools and subagents',
	parameters: [agentLocator, simplifyField],
	output: simpleAgentSchema,
	async execute({ agent, simplify }, { session }) {
		const id = await session.agents.idOf(agent);
		return agentOutput(await session.api.agents.get(id), simplify);
	},
});
