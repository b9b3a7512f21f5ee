import { conversationLocator } from '../../fields';
import { conversationOutput, simpleConversationSchema } from '../../output';
import { operation } from '../../session';

export const getReport = operation({
	value: 'getReport',
	name: 'Get Report',
	action: 'Get a report of a conversation',
	description:
		'Create an HTML page that shows what happened in a conversation: timeline, tool calls, approvals and messages',
	parameters: [conversationLocator],
	output: simpleConversationSchema,
	async execute({ conversation }, { session }) {
		const found = await session.api.conversations.get(conversation);
		const told = { conversationId: found.id, conversation: found };
		return await session.reports.item(told, conversationOutput(found, true));
	},
});
