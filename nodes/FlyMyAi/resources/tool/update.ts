import { objectOf } from '../../../shared/form/parameters';
import { toolLocator } from '../../fields';
import { refuseMasks, toolOutput } from '../../output';
import { toolSchema } from '../../schemas';
import { operation } from '../../session';
import { secretsNotice, showConfigurationOption } from './fields';

export const update = operation({
	value: 'update',
	name: 'Update',
	action: 'Update a tool',
	description: "Change values of a tool's configuration; the others stay as they are",
	parameters: [
		toolLocator,
		secretsNotice,
		{
			displayName: 'Configuration',
			name: 'userConfig',
			type: 'json',
			default: '{}',
			required: true,
			description: 'The values to change, as a JSON object',
		},
		showConfigurationOption,
	],
	output: toolSchema,
	async execute({ tool, userConfig, options }, { session }) {
		const values = objectOf(userConfig, 'Configuration');
		refuseMasks(values);
		const changed = await session.api.tools.update(tool, values);
		return toolOutput(changed, options.showConfiguration ?? false);
	},
});
