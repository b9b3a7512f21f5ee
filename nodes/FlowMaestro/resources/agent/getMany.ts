import { returnAllFields } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { agentSchema } from '../../schemas';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many agents',
	description: "Retrieve a list of the workspace's agents, newest first (scope agents:read)",
	parameters: returnAllFields,
	output: agentSchema,
	async execute({ returnAll, limit }, { session }) {
		const wanted = returnAll ? Infinity : limit;
		return await take(session.api.agents.list(wanted), wanted);
	},
});
