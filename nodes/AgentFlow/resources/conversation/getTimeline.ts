import { conversationLocator } from '../../fields';
import { asItems } from '../../output';
import { operation } from '../../session';

export const getTimeline = operation({
	value: 'getTimeline',
	name: 'Get Timeline',
	action: 'Get a conversation timeline',
	description: 'Retrieve the tool calls, subagents, artifacts and approvals of a conversation',
	parameters: [conversationLocator],
	async execute({ conversation }, { session }) {
		return asItems(await session.api.conversations.timeline(conversation));
	},
});
