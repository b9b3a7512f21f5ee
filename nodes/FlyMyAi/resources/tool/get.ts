import { toolLocator } from '../../fields';
import { hintAtNextStep } from '../../configuration';
import { toolOutput } from '../../output';
import { toolSchema } from '../../schemas';
import { operation } from '../../session';
import { showConfigurationOption } from './fields';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a tool',
	description: 'Retrieve one tool of the account with the state of its configuration',
	parameters: [toolLocator, showConfigurationOption],
	output: toolSchema,
	async execute({ tool: id, options }, { session }) {
		const tool = await session.api.tools.get(id);
		hintAtNextStep(tool, session.hints);
		return toolOutput(tool, options.showConfiguration ?? false);
	},
});
