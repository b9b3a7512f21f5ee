import { agentLocator } from '../../fields';
import { conversationOutput } from '../../output';
import { conversationSchema } from '../../schemas';
import { operation } from '../../session';

export const create = operation({
	value: 'create',
	name: 'Create',
	action: 'Create a conversation',
	description: 'Begin a conversation with an agent without a message yet',
	parameters: [
		agentLocator,
		{
			displayName: 'Title',
			name: 'title',
			type: 'string',
			default: '',
			placeholder: 'e.g. Customer 42',
			description: 'What to call the conversation',
		},
	],
	output: conversationSchema.omit({ has_active_generation: true }),
	async execute({ agent, title }, { session }) {
		const agentId = await session.agents.idOf(agent);
		const created = await session.api.conversations.create(agentId, title || undefined);
		return conversationOutput(created, false);
	},
});
