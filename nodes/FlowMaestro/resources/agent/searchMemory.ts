import { agentLocator } from '../../fields';
import { uuid } from '../../ids';
import { queryResultSchema } from '../../schemas';
import { operation } from '../../session';

export const searchMemory = operation({
	value: 'searchMemory',
	name: 'Search Memory',
	action: 'Search the memory of an agent',
	description:
		'Find what was said to an agent that is like a question, if its memory keeps that (scope agents:read)',
	parameters: [
		agentLocator,
		{
			displayName: 'Query',
			name: 'query',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. What does the customer like?',
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
					typeOptions: { minValue: 1, maxValue: 50 },
					default: 10,
					description: 'How many results to return at most',
				},
				{
					displayName: 'Similarity Threshold',
					name: 'threshold',
					type: 'number',
					typeOptions: { minValue: 0.01, maxValue: 1, numberPrecision: 2 },
					default: 0.7,
					description: 'How like the query a result must be, up to 1',
				},
				{
					displayName: 'User ID',
					name: 'user',
					type: 'string',
					default: '',
					placeholder: 'e.g. 3f2a8c1e-5b7d-4e9a-9c61-0d4f7a2b8e35',
					description: 'Only what this user of FlowMaestro said',
				},
			],
		},
	],
	output: queryResultSchema,
	async execute({ agent, query, options }, { session }) {
		return await session.api.memories.search(agent, {
			query,
			top_k: options.topK,
			similarity_threshold: options.threshold,
			user_id: options.user ? uuid('a user', options.user) : undefined,
		});
	},
});
