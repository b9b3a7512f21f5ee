import { objectOf } from '../../../shared/form/parameters';
import { agentLocator, userIdField } from '../../fields';
import { memorySchema } from '../../schemas';
import { operation } from '../../session';

export const saveMemory = operation({
	value: 'saveMemory',
	name: 'Save Memory',
	action: 'Save the memory of a user',
	description:
		'Write what an agent is to remember of one user, in place of what it did (scope agents:read)',
	parameters: [
		agentLocator,
		userIdField,
		{
			displayName: 'Memory',
			name: 'memory',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			required: true,
			placeholder: 'e.g. Prefers short answers',
			description: 'What the agent is to remember',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Metadata',
					name: 'metadata',
					type: 'json',
					default: '{}',
					description: 'Anything of yours as one JSON object, kept beside the memory',
				},
			],
		},
	],
	output: memorySchema,
	async execute({ agent, user, memory, options }, { session }) {
		return await session.api.memories.save(agent, user, {
			working_memory: memory,
			metadata: options.metadata === undefined ? undefined : objectOf(options.metadata, 'Metadata'),
		});
	},
});
