import { simplifyField } from '../../../shared/form/fields';
import { complete } from '../../completions/complete';
import {
	completionOptions,
	contentField,
	summarizeFields,
	summarizeTask,
} from '../../completions/fields';
import { operation } from '../../session';

export const summarize = operation({
	value: 'summarize',
	name: 'Summarize',
	action: 'Summarize items',
	description: 'Sum up the text of each item; all input items go out together',
	parameters: [
		contentField,
		...summarizeFields,
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
	executeAll: async (valuesOf, call) => await complete('summarize', valuesOf, summarizeTask, call),
});
