import { take } from '../../../shared/list';
import { returnAllFields } from '../../../shared/form/fields';
import { toolOutput } from '../../output';
import { toolSchema } from '../../schemas';
import { operation } from '../../session';
import { showConfigurationOption } from './fields';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many tools',
	description: 'Retrieve a list of the tools of the account',
	parameters: [...returnAllFields, showConfigurationOption],
	output: toolSchema,
	async execute({ returnAll, limit, options }, { session }) {
		const tools = await take(session.api.tools.list(), returnAll ? Infinity : limit);
		return tools.map((tool) => toolOutput(tool, options.showConfiguration ?? false));
	},
});
