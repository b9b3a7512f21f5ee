import { deletedSchema } from '../../../shared/output';
import { agentLocator } from '../../fields';
import { operation } from '../../session';

export const remove = operation({
	value: 'delete',
	name: 'Delete',
	action: 'Delete an agent',
	description: 'Delete an agent permanently',
	parameters: [agentLocator],
	output: deletedSchema,
	async execute({ agent }, { session }) {
		await session.api.agents.delete(await session.agents.idOf(agent));
		return { deleted: true };
	},
});
