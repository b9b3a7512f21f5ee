import { agentLocator, userIdField } from '../../fields';
import { deletedSchema } from '../../../shared/output';
import { operation } from '../../session';

export const deleteMemory = operation({
	value: 'deleteMemory',
	name: 'Delete Memory',
	action: 'Delete the memory of a user',
	description: 'Make an agent forget one user (scope agents:read)',
	parameters: [agentLocator, userIdField],
	output: deletedSchema,
	async execute({ agent, user }, { session }) {
		await session.api.memories.delete(agent, user);
		return { deleted: true };
	},
});
