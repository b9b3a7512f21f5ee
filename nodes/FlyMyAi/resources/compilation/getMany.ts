import { take } from '../../../shared/list';
import { returnAllFields, simplifyField } from '../../../shared/form/fields';
import { compilationOutput, simpleCompilationSchema } from '../../output';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many compilations',
	description: 'Retrieve a list of the compilations of the account',
	parameters: [...returnAllFields, simplifyField],
	output: simpleCompilationSchema,
	async execute({ returnAll, limit, simplify }, { session }) {
		const compilations = await take(session.api.compilations.list(), returnAll ? Infinity : limit);
		return compilations.map((compilation) => compilationOutput(compilation, simplify));
	},
});
