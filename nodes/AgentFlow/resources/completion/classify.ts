import { z } from 'zod';
import { simplifyField } from '../../../shared/form/fields';
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
	// Several labels come as `labels`, and the input's fields on top where they are kept.
	output: z
		.object({ label: z.string().optional(), confidence: z.number().optional() })
		.passthrough(),
	executeAll: async (valuesOf, call) => await complete('label', valuesOf, classifyTask, call),
});
