import { PlatformError } from '../../../shared/errors';
import { defined, isObject, type Json } from '../../../shared/json';
import { objectOf } from '../../../shared/form/parameters';
import { agentLocator, modelLocator } from '../../fields';
import { asItems } from '../../output';
import { configurationSchema } from '../../schemas';
import { operation } from '../../session';

export const updateConfiguration = operation({
	value: 'updateConfiguration',
	name: 'Update Configuration',
	action: 'Update an agent configuration',
	description: "Change parts of an agent's configuration; the others stay as they are",
	parameters: [
		agentLocator,
		{
			displayName: 'Update Fields',
			name: 'updateFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Enable Planning',
					name: 'enable_planning',
					type: 'boolean',
					default: true,
					description: 'Whether the agent makes a plan first',
				},
				{
					displayName: 'Enable Reflection',
					name: 'enable_reflection',
					type: 'boolean',
					default: true,
					description: 'Whether the agent looks over its own answer',
				},
				{
					displayName: 'Enable Retrieval',
					name: 'enable_retrieval',
					type: 'boolean',
					default: true,
					description: 'Whether the agent looks things up in its knowledge bases',
				},
				{
					displayName: 'Max Tokens',
					name: 'max_tokens',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 1024,
					description: 'How long an answer may become',
				},
				{
					displayName: 'Max Turns',
					name: 'max_turns',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 10,
					description: 'How often the agent may call tools and think again',
				},
				modelLocator,
				{
					displayName: 'Other Fields',
					name: 'others',
					type: 'json',
					default: '{}',
					description: 'More fields of the configuration, as a JSON object',
				},
				{
					displayName: 'System Prompt',
					name: 'system_prompt',
					type: 'string',
					typeOptions: { rows: 4 },
					default: '',
					description: 'What the agent is and how it should act',
				},
				{
					displayName: 'Temperature',
					name: 'temperature',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 2, numberPrecision: 2 },
					default: 0.7,
					description: 'Lower values make answers alike, higher ones make them varied',
				},
			],
		},
	],
	output: configurationSchema,
	async execute({ agent, updateFields }, { session }) {
		const { model, temperature, max_tokens, others, ...switches } = updateFields;
		const other = objectOf(others, 'Other Fields');
		const llmConfig = defined({ model: model || undefined, temperature, max_tokens });
		const changes = {
			...other,
			...(defined(switches) as { [key: string]: Json }),
			...(Object.keys(llmConfig).length > 0
				? {
						llm_config: {
							...(isObject(other.llm_config) ? other.llm_config : {}),
							...(llmConfig as { [key: string]: Json }),
						},
					}
				: {}),
		};
		if (Object.keys(changes).length === 0) {
			throw new PlatformError('Nothing is to be changed', {
				fix: "Add what is to be changed under 'Update Fields'.",
			});
		}
		const id = await session.agents.idOf(agent);
		return asItems(await session.api.agents.updateConfiguration(id, changes));
	},
});
