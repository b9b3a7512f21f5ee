import { deletedSchema } from '../../../shared/output';
import { agentLocator, toolLocator } from '../../fields';
import { operation } from '../../session';

export const remove = operation({
	value: 'delete',
	name: 'Delete',
	action: 'Delete a tool of an agent',
	description: 'Take a tool away from an agent',
	parameters: [agentLocator, toolLocator],
	output: deletedSchema,
	async execute({ agent, tool }, { session }) {
		await session.api.tools.delete(await session.agents.idOf(agent), tool);
		return { deleted: true };
	},
});
