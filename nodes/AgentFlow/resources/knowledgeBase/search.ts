import { defined, type Json } from '../../../shared/json';
import { objectOf } from '../../../shared/form/parameters';
import { knowledgeBaseLocator } from '../../fields';
import { passageSchema } from '../../schemas';
import { operation } from '../../session';

export const search = operation({
	value: 'search',
	name: 'Search',
	action: 'Search a knowledge base',
	description: 'Find the passages that fit a query, one item each',
	parameters: [
		knowledgeBaseLocator,
		{
			displayName: 'Query',
			name: 'query',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. How long does a refund take?',
			description: 'What to look for',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			description: 'Max number of results to return',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Enable MMR',
					name: 'enable_mmr',
					type: 'boolean',
					default: true,
					description: 'Whether to prefer passages that differ from each other',
				},
				{
					displayName: 'Keyword Weight',
					name: 'keyword_weight',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
					default: 0.5,
					description: 'How much the words count in a hybrid search',
				},
				{
					displayName: 'Metadata Filters',
					name: 'metadata_filters',
					type: 'json',
					default: '{}',
					description: 'Only passages with this metadata, as a JSON object',
				},
				{
					displayName: 'MMR Lambda',
					name: 'mmr_lambda',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
					default: 0.5,
					description: 'How much fitting counts against differing',
				},
				{
					displayName: 'Neighboring Chunks',
					name: 'neighboring_chunks_count',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 1,
					description: 'How many passages before and after each to add',
				},
				{
					displayName: 'Search Type',
					name: 'search_type',
					type: 'options',
					options: [
						{ name: 'Hybrid', value: 'hybrid', description: 'By meaning and by words' },
						{ name: 'Keyword', value: 'keyword', description: 'By words' },
						{ name: 'Semantic', value: 'semantic', description: 'By meaning' },
					],
					default: 'hybrid',
					description: 'How passages are found',
				},
				{
					displayName: 'Similarity Threshold',
					name: 'similarity_threshold',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
					default: 0.5,
					description: 'How well a passage must fit, from 0 to 1',
				},
				{
					displayName: 'Vector Weight',
					name: 'vector_weight',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
					default: 0.5,
					description: 'How much the meaning counts in a hybrid search',
				},
			],
		},
	],
	output: passageSchema,
	async execute({ knowledgeBase, query, limit, options }, { session }) {
		const filters = objectOf(options.metadata_filters, 'Metadata Filters');
		const request = {
			query,
			limit,
			...options,
			metadata_filters: Object.keys(filters).length > 0 ? filters : undefined,
		};
		return await session.api.knowledgeBases.search(
			knowledgeBase,
			defined(request) as { [key: string]: Json },
		);
	},
});
