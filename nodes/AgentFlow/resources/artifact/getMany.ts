import { returnAllFields } from '../../../shared/form/fields';
import { conversationLocator } from '../../fields';
import { artifactSchema } from '../../schemas';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many artifacts',
	description: 'Retrieve what was made in a conversation',
	parameters: [conversationLocator, ...returnAllFields],
	output: artifactSchema,
	async execute({ conversation, returnAll, limit }, { session }) {
		const artifacts = await session.api.artifacts.ofConversation(conversation);
		return returnAll ? artifacts : artifacts.slice(0, limit);
	},
});
