import { fields, type Values } from '../../../shared/form/parameters';
import type { MemoryOwner } from '../../api';
import { agentLocator } from '../../fields';
import type { Session } from '../../session';

/** Which block of memory is meant. */
export const blockFields = fields([
	{
		displayName: 'Block',
		name: 'block',
		type: 'options',
		options: [
			{ name: 'Archival', value: 'archival', description: 'Recalled when it fits' },
			{ name: 'Core', value: 'core', description: 'Always in mind' },
		],
		default: 'core',
		description: 'Which memory it is',
	},
	{
		displayName: 'Scope',
		name: 'scope',
		type: 'options',
		options: [
			{ name: 'Agent', value: 'agent', description: 'What an agent remembers for all users' },
			{ name: 'User', value: 'user', description: 'What is remembered of the user' },
		],
		default: 'user',
		description: 'Whose memory it is',
	},
	{ ...agentLocator, displayOptions: { show: { scope: ['agent'] } } },
]);

/** The block's owner as the API names it. */
export async function ownerOf(
	{ agents }: Session,
	{ scope, agent }: Pick<Values<typeof blockFields>, 'scope' | 'agent'>,
): Promise<MemoryOwner> {
	return scope === 'agent' ? { scope, agent_id: await agents.idOf(agent ?? '') } : { scope };
}
