import { returnAllFields } from '../../../shared/form/fields';
import { agentSchema } from '../../schemas';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many agents',
	description: 'Retrieve a list of the agents that are deployed on the server',
	parameters: returnAllFields,
	output: agentSchema,
	async execute({ returnAll, limit }, { session }) {
		const agents = await session.api.agents.list();
		return returnAll ? agents : agents.slice(0, limit);
	},
});
