import { entriesIn } from '../shared/form/coerce';
import { byId, byName, fromList } from '../shared/form/locator';
import { field } from '../shared/form/parameters';

/* The form fields that several operations of this node share. */

export const agentLocator = field({
	displayName: 'Agent',
	name: 'agent',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The agent to work with',
	modes: [
		fromList('searchAgents'),
		byId('e.g. 3f2a8c1e-5b7d-4e9a-9c61-0d4f7a2b8e35'),
		byName('e.g. MainAgent'),
	],
});

export const conversationLocator = field({
	displayName: 'Conversation',
	name: 'conversation',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The conversation to work with; its ID is in the output of Agent: Send Message',
	modes: [fromList('searchConversations'), byId('e.g. conv_8f14e45f')],
});

export const toolLocator = field({
	displayName: 'Tool',
	name: 'tool',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: "The agent's tool to work with",
	modes: [
		fromList('searchTools'),
		{
			displayName: 'By ID or Name',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. send_email',
		},
	],
});

export const knowledgeBaseLocator = field({
	displayName: 'Knowledge Base',
	name: 'knowledgeBase',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The knowledge base to work with',
	modes: [fromList('searchKnowledgeBases'), byId('e.g. kb_8f14e45f')],
});

export const modelLocator = field({
	displayName: 'Model',
	name: 'model',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'One of the models that your tenant allows; any other is refused',
	modes: [fromList('searchModels'), byId('e.g. openai/gpt-5')],
});

/** Names or ids between commas, or in a JSON list; undefined where there is none. */
export function listed(text: string | undefined): string[] | undefined {
	const entries = entriesIn(text ?? '');
	return entries.length > 0 ? entries : undefined;
}
