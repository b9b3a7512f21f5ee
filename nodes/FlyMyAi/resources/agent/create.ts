import { hintAtPlaceholders } from '../../advice';
import { agentOutput } from '../../output';
import { agentSchema } from '../../schemas';
import { operation } from '../../session';
import { agentDetailFields, agentDetails } from './fields';

export const create = operation({
	value: 'create',
	name: 'Create',
	action: 'Create an agent',
	description:
		'Create an agent from a goal, the tools it may use, and schemas of its inputs and output',
	parameters: [
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Web Researcher',
			description: 'What to call the agent',
		},
		{
			displayName: 'Goal',
			name: 'goal',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. Research the topic and list its sources',
			description:
				'What the agent is to do. Names in double curly brackets stand for inputs; write them with an expression or in Fixed mode.',
		},
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: agentDetailFields,
		},
	],
	output: agentSchema,
	async execute({ name, goal, additionalFields }, { session }) {
		const fields = { name, user_prompt: goal, ...agentDetails(additionalFields) };
		const agent = await session.api.agents.create(fields);
		hintAtPlaceholders(agent, session.hints);
		return agentOutput(agent);
	},
});
