import { simplifyField } from '../../../shared/form/fields';
import { compilationLocator } from '../../fields';
import { simpleCompilationSchema } from '../../output';
import { operation } from '../../session';
import { compilationItem, fileFields } from './fields';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a compilation',
	description: 'Retrieve one compilation: its status, its script or its instruction',
	parameters: [
		compilationLocator,
		simplifyField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: fileFields,
		},
	],
	output: simpleCompilationSchema,
	async execute({ compilation: id, simplify, options }, { session, context }) {
		const compilation = await session.api.compilations.get(id);
		return await compilationItem(compilation, simplify, options, context);
	},
});
