import { z } from 'zod/v4';
import { unprocessable } from '../errors.mts';
import { jsonObject, page, queryFlag, text } from '../fields.mts';
import type { Conversation } from '../records.mts';
import type { Router } from '../router.mts';
import { newId } from '../store.mts';
import type { Store } from '../store.mts';
import { overlap } from '../words.mts';

const scope = 'agentflow:conversations';
const tag = 'conversations';

const ConversationCreate = z
	.object({ agent_id: text, title: text.nullish() })
	.meta({ id: 'ConversationCreate' });

const MessageCreate = z
	.object({
		role: z.literal('user'),
		content: text.min(1),
		message_id: text.nullish(),
		metadata: jsonObject.nullish(),
	})
	.meta({ id: 'MessageCreate' });

const ConversationSearch = z
	.object({ query: text.min(1), limit: z.number().int().min(1).max(100).default(20) })
	.meta({ id: 'ConversationSearch' });

const ConversationFilter = z.object({
	...page(20, 100),
	agent_id: text.optional(),
	all_users: queryFlag,
	source_ref_id: text.optional(),
	source: text.optional(),
	exclude_source: text.optional(),
});

export function conversationRoutes(router: Router, store: Store): void {
	router.add({
		method: 'POST',
		path: '/api/v1/conversations',
		name: 'create_conversation',
		tag,
		scope,
		body: ConversationCreate,
		handle: ({ body, caller }) => {
			const agent = store.agent(body.agent_id);
			const conversation = addConversation(store, {
				agent_id: agent.id,
				title: body.title ?? null,
				userId: caller.userId,
			});
			return { conversation: view(conversation), created: true };
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/conversations',
		name: 'list_conversations',
		tag,
		scope,
		query: ConversationFilter,
		handle: ({ query, caller }) => {
			if (query.all_users && query.source_ref_id === undefined) {
				throw unprocessable('all_users', 'Value error, all_users needs source_ref_id');
			}
			const matching = [...store.conversations.values()]
				.filter(
					(conversation) =>
						(query.all_users || conversation.userId === caller.userId) &&
						fits(query.agent_id, conversation.agent_id) &&
						fits(query.source_ref_id, conversation.sourceRefId) &&
						fits(query.source, conversation.source) &&
						(query.exclude_source === undefined || conversation.source !== query.exclude_source),
				)
				.sort((a, b) => b.updated_at.localeCompare(a.updated_at));
			const conversations = matching.slice(query.offset, query.offset + query.limit).map(view);
			return { conversations, total: matching.length };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/conversations/search',
		name: 'search_conversations',
		tag,
		scope,
		body: ConversationSearch,
		handle: ({ body, caller }) => {
			const results = [...store.conversations.values()]
				.filter(({ userId }) => userId === caller.userId)
				.map((conversation) => ({
					conversation: view(conversation),
					score: overlap(
						body.query,
						[conversation.title ?? '', ...conversation.messages.map((one) => one.content)].join(
							' ',
						),
					),
				}))
				.filter(({ score }) => score > 0)
				.sort((a, b) => b.score - a.score);
			return { results: results.slice(0, body.limit), total: results.length };
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/conversations/{conversation_id}',
		name: 'get_conversation',
		tag,
		scope,
		handle: ({ params }) => {
			const conversation = store.conversation(params.conversation_id);
			return {
				...view(conversation),
				has_active_generation: store.hasActiveGeneration(conversation),
			};
		},
	});

	router.add({
		method: 'DELETE',
		path: '/api/v1/conversations/{conversation_id}',
		name: 'delete_conversation',
		tag,
		scope,
		handle: ({ params }) => {
			const conversation = store.conversation(params.conversation_id);
			for (const run of store.runs.values()) {
				if (run.conversation === conversation) run.stop.abort();
			}
			store.conversations.delete(conversation.id);
			return { message: 'Conversation deleted', id: conversation.id };
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/conversations/{conversation_id}/messages',
		name: 'list_messages',
		tag,
		scope,
		query: z.object(page(50, 1000)),
		handle: ({ params, query: { limit, offset } }) => {
			const { messages } = store.conversation(params.conversation_id);
			return {
				messages: messages.slice(offset, offset + limit),
				total: messages.length,
				limit,
				offset,
			};
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/conversations/{conversation_id}/messages',
		name: 'add_message',
		tag,
		scope,
		body: MessageCreate,
		handle: ({ params, body }) => {
			const conversation = store.conversation(params.conversation_id);
			const known = conversation.messages.find(({ id }) => id === body.message_id);
			if (known) return known;
			return store.addMessage(conversation, {
				role: body.role,
				content: body.content,
				...(body.message_id && { id: body.message_id }),
				...(body.metadata && { metadata: body.metadata }),
			});
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/conversations/{conversation_id}/timeline',
		name: 'get_timeline',
		tag,
		scope,
		handle: ({ params }) => {
			const conversation = store.conversation(params.conversation_id);
			const timeline = [...store.runs.values()]
				.filter((run) => run.conversation === conversation)
				.flatMap(({ events }) => events)
				.filter(({ type }) => type !== 'delta')
				.sort((a, b) => a.seq - b.seq);
			return { conversation_id: conversation.id, timeline };
		},
	});
}

type NewConversation = Pick<Conversation, 'agent_id' | 'title' | 'userId'> & Partial<Conversation>;

export function addConversation(store: Store, given: NewConversation): Conversation {
	const now = new Date().toISOString();
	const conversation: Conversation = {
		id: newId('conv'),
		created_at: now,
		updated_at: now,
		is_active: true,
		metadata: {},
		source: null,
		sourceRefId: null,
		messages: [],
		seq: 0,
		...given,
	};
	store.conversations.set(conversation.id, conversation);
	return conversation;
}

function fits(wanted: string | undefined, value: string | null): boolean {
	return wanted === undefined || wanted === value;
}

function view({ userId: _user, messages, seq: _seq, ...conversation }: Conversation) {
	const { source, sourceRefId: source_ref_id, ...fields } = conversation;
	return { ...fields, source, source_ref_id, message_count: messages.length };
}
