import { returnAllFields } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { namedSchema } from '../../schemas';
import { operation } from '../../session';

export const getAgents = operation({
	value: 'getAgents',
	name: 'Get Agents',
	action: 'Get agents and workflows',
	description:
		'Retrieve the names of workflows and file-handler agents that have runs in the history',
	parameters: returnAllFields,
	output: namedSchema,
	async execute({ returnAll, limit }, { session }) {
		const most = returnAll ? Infinity : limit;
		return await take(session.api.admin.agents(most), most);
	},
});
