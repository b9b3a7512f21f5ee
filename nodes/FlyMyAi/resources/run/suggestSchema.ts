import { runLocator } from '../../fields';
import { suggestedSchemaSchema } from '../../schemas';
import { operation } from '../../session';

export const suggestSchema = operation({
	value: 'suggestSchema',
	name: 'Suggest Schema',
	action: 'Suggest schemas from a run',
	description: "Derive input and output schemas from a run and save them on the run's agent",
	parameters: [
		{
			displayName: "This also saves the suggested schemas on the run's agent.",
			name: 'savesNotice',
			type: 'notice',
			default: '',
		},
		runLocator,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Inputs Prompt',
					name: 'inputsPrompt',
					type: 'string',
					default: '',
					placeholder: 'e.g. one URL',
					description: 'What the inputs should be',
				},
				{
					displayName: 'Outputs Prompt',
					name: 'outputsPrompt',
					type: 'string',
					default: '',
					placeholder: 'e.g. a summary',
					description: 'What the output should be',
				},
			],
		},
	],
	output: suggestedSchemaSchema,
	async execute({ run, options }, { session }) {
		return await session.api.runs.suggestSchema(run, {
			inputs_prompt: options.inputsPrompt || undefined,
			outputs_prompt: options.outputsPrompt || undefined,
		});
	},
});
