import { z } from 'zod/v4';
import { found } from '../errors.mts';
import { jsonObject, text } from '../fields.mts';
import { playAgent, startRun } from '../play.mts';
import type { Agent } from '../records.mts';
import { newUnit, Run } from '../run.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';
import { sendRun } from '../stream.mts';

const RetrievalOptions = z
	.object({
		top_k: z.number().int().min(1).nullish(),
		search_type: z.enum(['semantic', 'keyword', 'hybrid']).nullish(),
	})
	.meta({ id: 'RetrievalOptions' });

const ContextRef = z.object({ system: text, type: text, id: text }).meta({ id: 'ContextRef' });

const InlinePromptBlock = z
	.object({
		name: text,
		body: text,
		tags: z.array(text).nullish(),
		description: text.nullish(),
		message: z.enum(['system', 'user']).nullish(),
		type: z.enum(['static', 'dynamic']).nullish(),
		mode: z.enum(['cached', 'real_time']).nullish(),
		scope: z.enum(['conversation', 'turn']).nullish(),
	})
	.meta({ id: 'InlinePromptBlock' });

const MemoryPolicy = z
	.object({
		archival_mode: z.enum(['tool_only', 'auto', 'off']).default('tool_only'),
		archival_limit: z.number().int().default(10),
		archival_min_score: z.number().nullable().default(null),
		include_user_core: z.boolean().default(true),
		include_agent_core: z.boolean().default(true),
	})
	.meta({ id: 'MemoryPolicy' });

const ChatRequest = z
	.object({
		message: text.min(1),
		conversation_id: text,
		message_id: text.min(1),
		stream: z.boolean().default(true),
		verbose: z.boolean().default(false),
		attachment_ids: z.array(text).nullish(),
		knowledge_bases: z.array(text).nullish(),
		retrieval_options: RetrievalOptions.nullish(),
		skills: z.array(text).nullish(),
		artifacts: z.array(text).nullish(),
		context_refs: z.array(ContextRef).nullish(),
		prompt_blocks: z.array(InlinePromptBlock).nullish(),
		memory_policy: MemoryPolicy.prefault({}),
		model: text.nullish(),
		temperature: z.number().min(0).max(2).nullish(),
		max_tokens: z.number().int().min(1).nullish(),
		top_p: z.number().min(0).max(1).nullish(),
		frequency_penalty: z.number().min(-2).max(2).nullish(),
		presence_penalty: z.number().min(-2).max(2).nullish(),
		max_turns: z.number().int().min(1).nullish(),
		reasoning_effort: text.nullish(),
		reasoning_summary: text.nullish(),
		image_detail: text.nullish(),
		enable_planning: z.boolean().nullish(),
		enable_reflection: z.boolean().nullish(),
		enable_query_rewrite: z.boolean().nullish(),
		selected_tools: z.array(text).nullish(),
		client_timezone: text.nullish(),
		session_context: jsonObject.nullish(),
		source: text.nullish(),
		source_id: text.nullish(),
		source_metadata: jsonObject.nullish(),
		call_id: text.nullish(),
	})
	.meta({ id: 'ChatRequest' });

type ChatRequest = z.output<typeof ChatRequest>;

export function chatRoutes(router: Router, store: Store): void {
	router.add({
		method: 'POST',
		path: '/api/v1/agent/{agent_id}/chat',
		name: 'chat_with_agent',
		tag: 'agents',
		scope: 'agentflow:conversations',
		body: ChatRequest,
		handle: async ({ params, body, caller, request, reply }) => {
			const run = chat(store, store.agent(params.agent_id), body, caller.userId);
			return await sendRun(store, run, body, request, reply);
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/agent/{agent_id}/subagents/{subagent_id}/run',
		name: 'run_subagent',
		tag: 'agents',
		scope: 'agentflow:conversations',
		body: ChatRequest,
		handle: async ({ params, body, caller, request, reply }) => {
			const agent = store.agent(params.agent_id);
			const id = found(
				agent.subAgents.find((subAgent) => subAgent === params.subagent_id),
				'Sub-agent',
			);
			const run = chat(store, store.agent(id), body, caller.userId);
			return await sendRun(store, run, body, request, reply);
		},
	});
}

/** The run of a user action: a new one, or, when the action is sent again, the one it has. */
function chat(store: Store, agent: Agent, body: ChatRequest, userId: string): Run {
	const conversation = store.conversation(body.conversation_id);
	const known = [...store.runs.values()].find(
		(run) =>
			run.root.role !== 'tool' &&
			run.conversation === conversation &&
			run.messageId === body.message_id,
	);
	if (known) {
		known.requests += 1;
		return known;
	}
	store.checkModel(body.model);
	const ask = {
		message: body.message,
		userId,
		knowledgeBases: (body.knowledge_bases ?? []).map((id) =>
			found(store.knowledgeBases.get(id), 'Knowledge base'),
		),
		attachments: (body.attachment_ids ?? []).map((id) =>
			found(store.attachments.get(id), 'Attachment'),
		),
		memory: {
			user: body.memory_policy.include_user_core,
			agent: body.memory_policy.include_agent_core,
		},
	};
	conversation.source ??= body.source ?? null;
	conversation.sourceRefId ??= body.source_id ?? null;
	if (!conversation.messages.some(({ id }) => id === body.message_id)) {
		const id = store.settings.ownMessageIds ? {} : { id: body.message_id };
		store.addMessage(conversation, { ...id, role: 'user', content: body.message });
	}

	const root = newUnit('agent', agent.name, undefined, body.call_id ?? undefined);
	const run = new Run({ root, conversation, messageId: body.message_id });
	startRun(store, run, async () => await playAgent(store, run, root, agent, ask));
	return run;
}
