import { returnAllFields } from '../../../shared/form/fields';
import { agentLocator } from '../../fields';
import { toolOutputSchema } from '../../output';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many tools of an agent',
	description: 'Retrieve the tools that an agent may use, with the schema of their arguments',
	parameters: [agentLocator, ...returnAllFields],
	output: toolOutputSchema,
	async execute({ agent, returnAll, limit }, { session }) {
		const tools = await session.api.tools.list(await session.agents.idOf(agent));
		return returnAll ? tools : tools.slice(0, limit);
	},
});
