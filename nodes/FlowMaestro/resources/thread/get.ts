import { threadIdField } from '../../fields';
import { threadSchema } from '../../schemas';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a thread',
	description: 'Retrieve one thread, without its messages (scope threads:read)',
	parameters: [threadIdField],
	output: threadSchema,
	async execute({ thread }, { session }) {
		return await session.api.threads.get(thread);
	},
});
