import { hintAtNextStep } from '../../configuration';
import { toolOutput } from '../../output';
import { toolSchema } from '../../schemas';
import { operation } from '../../session';
import { byName, fromList } from '../../../shared/form/locator';

export const add = operation({
	value: 'add',
	name: 'Add',
	action: 'Add a tool',
	description: 'Add a tool of the catalog to the account; the output says how to configure it',
	parameters: [
		{
			displayName: 'Catalog Tool',
			name: 'catalogTool',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			description: 'The tool of the catalog to add',
			modes: [fromList('searchCatalog'), byName('e.g. github')],
		},
	],
	output: toolSchema,
	async execute({ catalogTool }, { session }) {
		const tool = await session.api.tools.create(catalogTool);
		hintAtNextStep(tool, session.hints);
		return toolOutput(tool, false);
	},
});
