import { toolLocator } from '../../fields';
import { toolOutput } from '../../output';
import { operation } from '../../session';
import { showConfigurationOption } from './fields';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a tool',
	description: 'Retrieve one tool of the account with the state of its configuration',
	parameters: [toolLocator, showConfigurationOption],
	async execute({ tool, options }, { session }) {
		return toolOutput(await session.api.tools.get(tool), options.showConfiguration ?? false);
	},
});
