import { simplifyField } from '../../../shared/form/fields';
import { complete } from '../../completions/complete';
import {
	completionOptions,
	contentField,
	extractFields,
	extractTask,
} from '../../completions/fields';
import { operation } from '../../session';

export const extract = operation({
	value: 'extract',
	name: 'Extract',
	action: 'Extract data from items',
	description: 'Find data in the text of each item; all input items go out together',
	parameters: [
		contentField,
		...extractFields,
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
	executeAll: async (valuesOf, call) => await complete('extract', valuesOf, extractTask, call),
});
