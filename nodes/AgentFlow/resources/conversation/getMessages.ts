import { returnAllFields } from '../../../shared/form/fields';
import { conversationLocator } from '../../fields';
import { messagesOf } from '../../messaging/answer';
import { messageOutputSchema } from '../../output';
import { operation } from '../../session';

export const getMessages = operation({
	value: 'getMessages',
	name: 'Get Messages',
	action: 'Get conversation messages',
	description: 'Retrieve what was said in a conversation, oldest first',
	parameters: [
		conversationLocator,
		...returnAllFields,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Role',
					name: 'role',
					type: 'options',
					options: [
						{ name: 'Agent', value: 'assistant' },
						{ name: 'All', value: 'all' },
						{ name: 'User', value: 'user' },
					],
					default: 'all',
					description: 'Whose messages to return',
				},
			],
		},
	],
	output: messageOutputSchema,
	async execute({ conversation, returnAll, limit, options }, { session }) {
		const { role = 'all' } = options;
		const messages = (await messagesOf(session.api, conversation)).filter(
			(message) => role === 'all' || message.role === role,
		);
		// What was said last matters most.
		return returnAll || limit === undefined ? messages : messages.slice(-limit);
	},
});
