import { agentLocator } from '../../fields';
import { memoryLineSchema } from '../../schemas';
import { operation } from '../../session';

export const recall = operation({
	value: 'recall',
	name: 'Recall',
	action: 'Recall lines of memory',
	description: 'Search what is remembered; an empty query lists all lines of archival memory',
	parameters: [
		{
			displayName: 'Query',
			name: 'query',
			type: 'string',
			default: '',
			placeholder: 'e.g. delivery address',
			description: 'What to look for',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{ ...agentLocator, required: false, description: 'Also what this agent remembers' },
				{
					displayName: 'Limit',
					name: 'limit',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 50,
					description: 'Max number of results to return',
				},
			],
		},
	],
	output: memoryLineSchema,
	async execute({ query, options }, { session }) {
		return await session.api.memory.recall({
			query,
			agent_id: options.agent ? await session.agents.idOf(options.agent) : undefined,
			limit: options.limit,
		});
	},
});
