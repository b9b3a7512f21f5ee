import { returnAllFields, simplifyField } from '../../../shared/form/fields';
import { knowledgeBaseOutput, simpleKnowledgeBaseSchema } from '../../output';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many knowledge bases',
	description: 'Retrieve a list of knowledge bases',
	parameters: [...returnAllFields, simplifyField],
	output: simpleKnowledgeBaseSchema,
	async execute({ returnAll, limit, simplify }, { session }) {
		const bases = await session.api.knowledgeBases.list();
		const wanted = returnAll ? bases : bases.slice(0, limit);
		return wanted.map((base) => knowledgeBaseOutput(base, simplify));
	},
});
