import { returnAllFields, simplifyField } from '../../../shared/form/fields';
import { agentOutput, simpleAgentSchema, simplifyAgent } from '../../output';
import { operation } from '../../session';
import { take } from '../../../shared/list';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many agents',
	description: 'Retrieve a list of the agents of the account; archived ones are left out',
	parameters: [...returnAllFields, simplifyField],
	output: simpleAgentSchema,
	async execute({ returnAll, limit, simplify }, { session }) {
		const agents = await take(session.api.agents.list(), returnAll ? Infinity : limit);
		return simplify ? agents.map(simplifyAgent) : agents.map(agentOutput);
	},
});
