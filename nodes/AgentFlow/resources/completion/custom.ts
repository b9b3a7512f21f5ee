import { simplifyField } from '../../../shared/form/fields';
import { complete } from '../../completions/complete';
import {
	completionOptions,
	contentField,
	customFields,
	customTask,
} from '../../completions/fields';
import { operation } from '../../session';

export const custom = operation({
	value: 'custom',
	name: 'Custom',
	action: 'Run a prompt on items',
	description:
		'Ask a model for each item with a prompt of your own; all input items go out together',
	parameters: [
		contentField,
		...customFields,
		simplifyField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: completionOptions,
		},
	],
	executeAll: async (valuesOf, call) => await complete('run', valuesOf, customTask, call),
});
