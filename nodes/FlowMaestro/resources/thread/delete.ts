import { threadIdField } from '../../fields';
import { deletedSchema } from '../../../shared/output';
import { operation } from '../../session';

export const remove = operation({
	value: 'delete',
	name: 'Delete',
	action: 'Delete a thread',
	description: 'Delete a thread with its messages (scope threads:write)',
	parameters: [threadIdField],
	output: deletedSchema,
	async execute({ thread }, { session }) {
		await session.api.threads.delete(thread);
		return { deleted: true };
	},
});
