import { knowledgeBaseLocator } from '../../fields';
import { knowledgeBaseSchema } from '../../schemas';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a knowledge base',
	description: 'Retrieve one knowledge base with its settings (scope knowledge-bases:read)',
	parameters: [knowledgeBaseLocator],
	output: knowledgeBaseSchema,
	async execute({ knowledgeBase }, { session }) {
		return await session.api.knowledgeBases.get(knowledgeBase);
	},
});
