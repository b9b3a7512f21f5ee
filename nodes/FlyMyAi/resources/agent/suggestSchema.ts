import { suggestedSchemaSchema } from '../../schemas';
import { operation } from '../../session';

export const suggestSchema = operation({
	value: 'suggestSchema',
	name: 'Suggest Schema',
	action: 'Suggest schemas for an agent',
	description: 'Have the inputs and the output of a goal described as JSON Schemas; stores nothing',
	parameters: [
		{
			displayName: 'Goal',
			name: 'goal',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. Summarize the web page',
			description: 'What the agent is to do',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Generate Descriptions',
					name: 'generateDescriptions',
					type: 'boolean',
					default: false,
					description: 'Whether to describe the inputs and the output in words too',
				},
				{
					displayName: 'Input Hint',
					name: 'inputHint',
					type: 'string',
					default: '',
					placeholder: 'e.g. a URL',
					description: 'What the inputs should be',
				},
				{
					displayName: 'Output Hint',
					name: 'outputHint',
					type: 'string',
					default: '',
					placeholder: 'e.g. a summary of three sentences',
					description: 'What the output should be',
				},
			],
		},
	],
	// Without Generate Descriptions there are none.
	output: suggestedSchemaSchema.omit({ input_description: true, output_description: true }),
	async execute({ goal, options }, { session }) {
		return await session.api.agents.suggestSchema({
			user_prompt: goal,
			generate_descriptions: options.generateDescriptions ?? false,
			input_hint: options.inputHint || undefined,
			output_hint: options.outputHint || undefined,
		});
	},
});
