import { knowledgeBaseLocator } from '../../fields';
import { queryResultSchema } from '../../schemas';
import { operation } from '../../session';

export const query = operation({
	value: 'query',
	name: 'Query',
	action: 'Query a knowledge base',
	description:
		'Find the passages that are most like a question (scopes knowledge-bases:read, knowledge-bases:query)',
	parameters: [
		knowledgeBaseLocator,
		{
			displayName: 'Query',
			name: 'query',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. How long is the warranty?',
			description: 'What to look for',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Max Results',
					name: 'topK',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: 20, numberPrecision: 0 },
					default: 5,
					description: 'How many passages to return at most',
				},
			],
		},
	],
	output: queryResultSchema,
	async execute({ knowledgeBase, query: question, options }, { session }) {
		return await session.api.knowledgeBases.query(knowledgeBase, question, options.topK);
	},
});
