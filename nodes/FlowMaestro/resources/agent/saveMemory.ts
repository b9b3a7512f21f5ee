import { hasStatus } from '../../../shared/errors';
import { objectOf } from '../../../shared/form/parameters';
import { isObject, type Json } from '../../../shared/json';
import { settle } from '../../../shared/settle';
import { agentLocator, userIdField } from '../../fields';
import { memorySchema } from '../../schemas';
import { operation, type Session } from '../../session';

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
					description:
						'Anything of yours as one JSON object, kept beside the memory. What is stored stays unless you add this.',
				},
			],
		},
	],
	output: memorySchema,
	async execute({ agent, user, memory, options }, { session }) {
		const { memories } = session.api;
		const metadata =
			options.metadata === undefined
				? await storedMetadata(memories, agent, user)
				: objectOf(options.metadata, 'Metadata');
		return await memories.save(agent, user, { working_memory: memory, metadata });
	},
});

/** Without metadata FlowMaestro would erase what it has: it is read and sent back. */
async function storedMetadata(memories: Session['api']['memories'], agent: string, user: string) {
	const read = await settle(async () => await memories.get(agent, user));
	if ('error' in read && !hasStatus(read.error, 404)) throw read.error;
	const stored = 'value' in read ? read.value.metadata : undefined;
	return isObject(stored) ? (stored as { [key: string]: Json }) : undefined;
}
