import { returnAllFields, simplifyField } from '../../../shared/form/fields';
import { agentOutput, simpleAgentSchema } from '../../output';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many agents',
	description: 'Retrieve a list of agents',
	parameters: [...returnAllFields, simplifyField],
	output: simpleAgentSchema,
	async execute({ returnAll, limit, simplify }, { session }) {
		const agents = await session.api.agents.list();
		const wanted = returnAll ? agents : agents.slice(0, limit);
		return wanted.map((agent) => agentOutput(agent, simplify));
	},
});
