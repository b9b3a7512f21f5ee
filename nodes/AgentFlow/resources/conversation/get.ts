import { simplifyField } from '../../../shared/form/fields';
import { conversationLocator } from '../../fields';
import { conversationOutput, simpleConversationSchema } from '../../output';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a conversation',
	description: 'Retrieve one conversation and whether its agent is at work in it',
	parameters: [conversationLocator, simplifyField],
	output: simpleConversationSchema,
	async execute({ conversation, simplify }, { session }) {
		return conversationOutput(await session.api.conversations.get(conversation), simplify);
	},
});
