import { returnAllFields } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { knowledgeBaseSchema } from '../../schemas';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many knowledge bases',
	description:
		"Retrieve a list of the knowledge bases of the key's owner (scope knowledge-bases:read)",
	parameters: returnAllFields,
	output: knowledgeBaseSchema,
	async execute({ returnAll, limit }, { session }) {
		const wanted = returnAll ? Infinity : limit;
		return await take(session.api.knowledgeBases.list(wanted), wanted);
	},
});
