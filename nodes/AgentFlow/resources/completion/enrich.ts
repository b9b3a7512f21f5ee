import { simplifyField } from '../../../shared/form/fields';
import { complete } from '../../completions/complete';
import {
	completionOptions,
	contentField,
	enrichFields,
	enrichTask,
} from '../../completions/fields';
import { operation } from '../../session';

export const enrich = operation({
	value: 'enrich',
	name: 'Enrich',
	action: 'Enrich items',
	description: 'Work out more fields for each item; all input items go out together',
	parameters: [
		contentField,
		...enrichFields,
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
	executeAll: async (valuesOf, call) => await complete('enrich', valuesOf, enrichTask, call),
});
