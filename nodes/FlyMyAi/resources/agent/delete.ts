import { deletedSchema } from '../../../shared/output';
import { agentLocator } from '../../fields';
import { operation } from '../../session';

export const remove = operation({
	value: 'delete',
	name: 'Delete',
	action: 'Delete an agent',
	description: 'Archive an agent, so that it is listed and run no more',
	parameters: [agentLocator],
	output: deletedSchema,
	async execute({ agent }, { session }) {
		await session.api.agents.delete(agent);
		return { deleted: true };
	},
});
