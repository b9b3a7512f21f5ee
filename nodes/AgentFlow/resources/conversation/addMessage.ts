import { objectOf } from '../../../shared/form/parameters';
import { conversationLocator } from '../../fields';
import { messageOutputSchema } from '../../output';
import { operation } from '../../session';

export const addMessage = operation({
	value: 'addMessage',
	name: 'Add Message',
	action: 'Add a conversation message',
	description: "Add a user's message to the history without running the agent",
	parameters: [
		conversationLocator,
		{
			displayName: 'Message',
			name: 'message',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			required: true,
			placeholder: 'e.g. My order number is 1002.',
			description: 'What the user said',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Message ID',
					name: 'messageId',
					type: 'string',
					default: '',
					description: 'An ID of your own for the message',
				},
				{
					displayName: 'Metadata',
					name: 'metadata',
					type: 'json',
					default: '{}',
					description: 'What else there is to say of the message, as a JSON object',
				},
			],
		},
	],
	output: messageOutputSchema,
	async execute({ conversation, message, options }, { session }) {
		const metadata = objectOf(options.metadata, 'Metadata');
		return await session.api.conversations.addMessage(conversation, {
			content: message,
			message_id: options.messageId || undefined,
			metadata: Object.keys(metadata).length > 0 ? metadata : undefined,
		});
	},
});
