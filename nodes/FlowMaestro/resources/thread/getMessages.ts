import { threadIdField } from '../../fields';
import { messageSchema } from '../../schemas';
import { operation } from '../../session';

export const getMessages = operation({
	value: 'getMessages',
	name: 'Get Messages',
	action: 'Get the messages of a thread',
	description: 'Retrieve the messages of a thread, oldest first, up to 1,000 (scope threads:read)',
	parameters: [threadIdField],
	output: messageSchema,
	async execute({ thread }, { session }) {
		return await session.api.threads.messages(thread);
	},
});
