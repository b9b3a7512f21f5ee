import { deletedSchema } from '../../../shared/output';
import { toolLocator } from '../../fields';
import { operation } from '../../session';

export const remove = operation({
	value: 'delete',
	name: 'Delete',
	action: 'Delete a tool',
	description: 'Remove a tool and its configuration from the account',
	parameters: [toolLocator],
	output: deletedSchema,
	async execute({ tool }, { session }) {
		await session.api.tools.delete(tool);
		return { deleted: true };
	},
});
