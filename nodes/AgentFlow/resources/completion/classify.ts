import { simplifyField } from '../../../shared/fields';
import { complete } from '../../completions/complete';
import {
	completionOptions,
	contentField,
	classifyFields,
	classifyTask,
} from '../../completions/fields';
import { operation } from '../../session';

export const classify = operation({
	value: 'classify',
	name: 'Classify',
	action: 'Classify items',
	description: 'Say for each item which category it belongs to; all input items go out together',
	parameters: [
		contentField,
		...classifyFields,
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
	executeAll: async (valuesOf, call) => await complete('label', valuesOf, classifyTask, call),
});
