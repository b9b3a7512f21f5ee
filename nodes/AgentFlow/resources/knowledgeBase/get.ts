import { simplifyField } from '../../../shared/form/fields';
import { knowledgeBaseLocator } from '../../fields';
import { knowledgeBaseOutput, simpleKnowledgeBaseSchema } from '../../output';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a knowledge base',
	description: 'Retrieve one knowledge base and whether it is ready',
	parameters: [knowledgeBaseLocator, simplifyField],
	output: simpleKnowledgeBaseSchema,
	async execute({ knowledgeBase, simplify }, { session }) {
		return knowledgeBaseOutput(await session.api.knowledgeBases.get(knowledgeBase), simplify);
	},
});
