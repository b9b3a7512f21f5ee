import type { IDataObject } from 'n8n-workflow';
import type { Http } from '../shared/http/http';
import type { HttpRequest, OpenAnswer } from '../shared/http/request';
import { defined, type Json } from '../shared/json';
import { path } from '../shared/http/paths';
import { walkPages } from './paging';
import {
	agentSchema,
	anythingSchema,
	approvalSchema,
	artifactSchema,
	batchSchema,
	completionsSchema,
	configurationSchema,
	conversationSchema,
	createdConversationSchema,
	createdKnowledgeBaseSchema,
	createdPromptBlockSchema,
	handedOn,
	ingestionSchema,
	knowledgeBaseSchema,
	listOf,
	memoryBlockSchema,
	memoryLineSchema,
	messageSchema,
	modelSchema,
	pageOf,
	passageSchema,
	promptBlockSchema,
	promptPreviewSchema,
	registeredToolSchema,
	toolSchema,
	type Agent,
	type Approval,
	type Artifact,
	type Batch,
	type Completions,
	type Conversation,
	type CreatedPromptBlock,
	type Ingestion,
	type KnowledgeBase,
	type MemoryBlock,
	type Message,
	type Model,
	type PromptBlock,
	type Tool,
} from './schemas';

type JsonObject = { [key: string]: Json };

/** What a run is asked for (contract: Run). A field that is undefined is not sent. */
export interface ChatRequest extends JsonObject {
	message: string;
	conversation_id: string;
	message_id: string;
	stream: boolean;
}

export interface ToolRunRequest extends JsonObject {
	arguments: Json;
	conversation_id: string;
	message_id: string;
	stream: boolean;
}

export type CompletionKind = 'label' | 'extract' | 'summarize' | 'enrich' | 'run';

/** Which memory is meant; `agent_id` is needed for the scope "agent" (contract: Memory). */
export interface MemoryOwner extends IDataObject {
	scope: 'user' | 'agent';
	agent_id?: string;
}

export interface ConversationFilter extends IDataObject {
	agent_id?: string;
	all_users?: boolean;
	source_ref_id?: string;
	source?: string;
	exclude_source?: string;
}

/** How long fifty items, or a tool, may take to be worked out. */
const LONG_WORK_MS = 300_000;
/** The largest page of conversations that is documented (contract: Conversations). */
const CONVERSATIONS_A_PAGE = 100;

const body = (fields: object): JsonObject => defined(fields as JsonObject) as JsonObject;
const query = (fields: object): IDataObject => defined(fields as IDataObject) as IDataObject;

/** AgentFlow's REST API: one method an endpoint (contract: docs/contracts/agentflow.md). */
export class AgentFlowApi {
	constructor(private readonly http: Http) {}

	readonly agents = {
		list: async (): Promise<Agent[]> =>
			await this.http.json(
				{ method: 'GET', path: '/api/v1/agents' },
				listOf(agentSchema, 'agents'),
			),

		get: async (id: string): Promise<Agent> =>
			await this.http.json({ method: 'GET', path: path`/api/v1/agent/${id}` }, agentSchema),

		delete: async (id: string): Promise<void> =>
			await this.http.send({ method: 'DELETE', path: path`/api/v1/agent/${id}` }),

		getConfiguration: async (id: string): Promise<unknown> =>
			await this.http.json(
				{ method: 'GET', path: path`/api/v1/agent/${id}/config` },
				configurationSchema,
			),

		updateConfiguration: async (id: string, changes: JsonObject): Promise<unknown> =>
			await this.http.json(
				{
					method: 'PATCH',
					path: path`/api/v1/agent/${id}/config`,
					body: changes,
					mayBeEmpty: true,
				},
				configurationSchema,
			),

		statistics: async (): Promise<unknown> =>
			await this.http.json({ method: 'GET', path: '/api/v1/agents/stats' }, anythingSchema),

		/**
		 * Sends a message and opens its answer. Safe to repeat: the server de-duplicates by
		 * `message_id` (contract: Run).
		 *
		 * @param timing how long the answer may take to begin, and stay silent
		 */
		chat: async (
			id: string,
			request: ChatRequest,
			timing: Pick<HttpRequest, 'timeoutMs' | 'silenceMs' | 'signal'>,
		): Promise<OpenAnswer> =>
			await this.http.open({
				...chatOptions(request, timing),
				path: path`/api/v1/agent/${id}/chat`,
			}),

		/** The same for a sub-agent. */
		subagentChat: async (
			id: string,
			subagentId: string,
			request: ChatRequest,
			timing: Pick<HttpRequest, 'timeoutMs' | 'silenceMs' | 'signal'>,
		): Promise<OpenAnswer> =>
			await this.http.open({
				...chatOptions(request, timing),
				path: path`/api/v1/agent/${id}/subagents/${subagentId}/run`,
			}),
	};

	readonly models = {
		list: async (): Promise<Model[]> =>
			await this.http.json(
				{ method: 'GET', path: '/api/v1/models' },
				listOf(modelSchema, 'models'),
			),
	};

	readonly conversations = {
		create: async (agentId: string, title?: string): Promise<Conversation> =>
			await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/conversations',
					body: body({ agent_id: agentId, title }),
					ifUnanswered: 'Look for it with Conversation: Get Many before you create it again.',
				},
				createdConversationSchema,
			),

		get: async (id: string): Promise<Conversation> =>
			await this.http.json(
				{ method: 'GET', path: path`/api/v1/conversations/${id}` },
				createdConversationSchema,
			),

		list: (filter: ConversationFilter = {}): AsyncGenerator<Conversation> =>
			walkPages(
				async (offset) =>
					await this.http.json(
						{
							method: 'GET',
							path: '/api/v1/conversations',
							query: query({ ...filter, limit: CONVERSATIONS_A_PAGE, offset }),
						},
						pageOf(conversationSchema, 'conversations'),
					),
				({ id }) => id,
			),

		/** In the server's order, and in pages of the server's size. */
		messages: (id: string): AsyncGenerator<Message> =>
			walkPages(
				async (offset) =>
					await this.http.json(
						{
							method: 'GET',
							path: path`/api/v1/conversations/${id}/messages`,
							query: offset > 0 ? { offset } : {},
						},
						pageOf(messageSchema, 'messages'),
					),
				(message) => message.id,
			),

		/** Adds to the history without running the agent. */
		addMessage: async (
			id: string,
			message: { content: string; message_id?: string; metadata?: Json },
		): Promise<Message> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/conversations/${id}/messages`,
					body: body({ role: 'user', ...message }),
					ifUnanswered: 'Look for it with Conversation: Get Messages before you add it again.',
				},
				messageSchema,
			),

		timeline: async (id: string): Promise<unknown> =>
			await this.http.json(
				{ method: 'GET', path: path`/api/v1/conversations/${id}/timeline` },
				anythingSchema,
			),
	};

	readonly tools = {
		list: async (agentId: string): Promise<Tool[]> =>
			await this.http.json(
				{ method: 'GET', path: path`/api/v1/agent/${agentId}/tools` },
				listOf(toolSchema, 'tools'),
			),

		register: async (agentId: string, tool: JsonObject): Promise<unknown> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/agent/${agentId}/tools`,
					body: tool,
					ifUnanswered: 'Look for it with Tool: Get Many before you register it again.',
				},
				registeredToolSchema,
			),

		delete: async (agentId: string, tool: string): Promise<void> =>
			await this.http.send({
				method: 'DELETE',
				path: path`/api/v1/agent/${agentId}/tools/${tool}`,
			}),

		/** Opens the answer of a call. It is never sent twice: a call that has ended is not de-duplicated. */
		run: async (
			agentId: string,
			tool: string,
			request: ToolRunRequest,
			timing: Pick<HttpRequest, 'timeoutMs' | 'silenceMs' | 'signal'>,
		): Promise<OpenAnswer> =>
			await this.http.open({
				...chatOptions(request, timing),
				path: path`/api/v1/agent/${agentId}/tools/${tool}/run`,
				repeatable: false,
				ifUnanswered: `Look at the conversation ${request.conversation_id} with Conversation: Get Timeline before you run the tool again.`,
			}),

		setApproval: async (
			agentId: string,
			tool: string,
			setting: { enabled: boolean; timeout_seconds?: number },
		): Promise<unknown> =>
			await this.http.json(
				{
					method: 'PUT',
					path: path`/api/v1/agent/${agentId}/tools/${tool}/approval`,
					body: body(setting),
					repeatable: true,
					mayBeEmpty: true,
				},
				anythingSchema,
			),
	};

	readonly approvals = {
		pending: (toolName?: string): AsyncGenerator<Approval> =>
			walkPages(
				async (_, page) =>
					await this.http.json(
						{
							method: 'GET',
							path: '/api/v1/approvals/pending',
							query: query({ page, tool_name: toolName }),
						},
						pageOf(approvalSchema, 'approvals'),
					),
				({ id }) => id,
			),

		respond: async (
			id: string,
			response: { status: 'approved' | 'denied'; reason?: string; modified_arguments?: Json },
		): Promise<unknown> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/approvals/${id}/respond`,
					body: body(response),
					mayBeEmpty: true,
					ifUnanswered: `Look with Approval: Get Many whether ${id} is still pending.`,
				},
				anythingSchema,
			),
	};

	readonly completions = {
		/** At most 50 items. It changes nothing on the platform, so any passing fault is retried. */
		run: async (kind: CompletionKind, request: JsonObject): Promise<Completions> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/completions/${kind}`,
					body: request,
					repeatable: true,
					patienceMs: LONG_WORK_MS,
				},
				completionsSchema,
			),
	};

	readonly batches = {
		create: async (request: JsonObject): Promise<Batch> =>
			await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/batches',
					body: request,
					survivesStop: true,
					ifUnanswered: 'Look for the batch in AgentFlow before you submit it again.',
				},
				batchSchema,
			),

		createFromFile: async (form: FormData): Promise<Batch> =>
			await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/files',
					form,
					survivesStop: true,
					patienceMs: LONG_WORK_MS,
					ifUnanswered: 'Look for the batch in AgentFlow before you submit it again.',
				},
				batchSchema,
			),

		get: async (id: string): Promise<Batch> =>
			await this.http.json({ method: 'GET', path: path`/api/v1/batches/${id}` }, batchSchema),
	};

	readonly knowledgeBases = {
		list: async (): Promise<KnowledgeBase[]> =>
			await this.http.json(
				{ method: 'GET', path: '/api/v1/knowledge-bases' },
				listOf(knowledgeBaseSchema, 'knowledge_bases', 'knowledgeBases'),
			),

		get: async (id: string): Promise<KnowledgeBase> =>
			await this.http.json(
				{ method: 'GET', path: path`/api/v1/knowledge-bases/${id}` },
				knowledgeBaseSchema,
			),

		createFromFiles: async (form: FormData): Promise<unknown> =>
			await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/knowledge-bases',
					form,
					patienceMs: LONG_WORK_MS,
					ifUnanswered: 'Look for it with Knowledge Base: Get Many before you create it again.',
				},
				createdKnowledgeBaseSchema,
			),

		createFromUrl: async (form: URLSearchParams): Promise<unknown> =>
			await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/knowledge-bases/create-from-url',
					form,
					mayBeEmpty: true,
					ifUnanswered: 'Look for it with Knowledge Base: Get Many before you create it again.',
				},
				createdKnowledgeBaseSchema,
			),

		addDocuments: async (id: string, form: FormData): Promise<Ingestion> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/knowledge-bases/${id}/documents`,
					form,
					patienceMs: LONG_WORK_MS,
					ifUnanswered: `Look at the knowledge base ${id} before you add the files again.`,
				},
				ingestionSchema,
			),

		search: async (id: string, request: JsonObject): Promise<unknown[]> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/knowledge-bases/${id}/search`,
					body: request,
					repeatable: true,
				},
				listOf(passageSchema, 'documents'),
			),
	};

	readonly promptBlocks = {
		list: async (): Promise<PromptBlock[]> =>
			await this.http.json(
				{ method: 'GET', path: '/api/v1/prompt-blocks' },
				listOf(promptBlockSchema, 'blocks', 'prompt_blocks'),
			),

		create: async (block: JsonObject): Promise<CreatedPromptBlock> =>
			await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/prompt-blocks',
					body: block,
					ifUnanswered: 'Look for it with Prompt Block: Get Many before you create it again.',
				},
				createdPromptBlockSchema,
			),

		preview: async (name: string, request: { agent_name: string; body?: string }) =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/api/v1/prompt-blocks/${name}/preview`,
					body: body(request),
					repeatable: true,
				},
				promptPreviewSchema,
			),
	};

	readonly memory = {
		get: async (type: string, owner: MemoryOwner): Promise<MemoryBlock> =>
			await this.http.json(
				{ method: 'GET', path: path`/api/v1/memory/blocks/${type}`, query: query(owner) },
				memoryBlockSchema,
			),

		/**
		 * Compare-and-set: refused with 409 unless `expectedUpdatedAt` is the block's own, or null
		 * where there is none yet (contract: Memory). That makes it safe to repeat.
		 */
		put: async (
			type: string,
			owner: MemoryOwner,
			content: string,
			expectedUpdatedAt: string | null,
		): Promise<unknown> =>
			await this.http.json(
				{
					method: 'PUT',
					path: path`/api/v1/memory/blocks/${type}`,
					query: query(owner),
					body: { content, expected_updated_at: expectedUpdatedAt },
					repeatable: true,
					mayBeEmpty: true,
				},
				handedOn(memoryBlockSchema),
			),

		recall: async (request: {
			query: string;
			agent_id?: string;
			limit?: number;
		}): Promise<unknown[]> =>
			await this.http.json(
				{
					method: 'POST',
					path: '/api/v1/memory/recall',
					body: body(request),
					repeatable: true,
				},
				listOf(memoryLineSchema, 'lines', 'memories'),
			),
	};

	readonly artifacts = {
		get: async (id: string): Promise<Artifact> =>
			await this.http.json({ method: 'GET', path: path`/api/v1/artifacts/${id}` }, artifactSchema),

		ofConversation: async (conversationId: string): Promise<Artifact[]> =>
			await this.http.json(
				{ method: 'GET', path: path`/api/v1/artifacts/conversation/${conversationId}` },
				listOf(artifactSchema, 'artifacts'),
			),

		updateState: async (id: string, state: JsonObject): Promise<unknown> =>
			await this.http.json(
				{
					method: 'PATCH',
					path: path`/api/v1/artifacts/${id}/state`,
					body: state,
					mayBeEmpty: true,
				},
				handedOn(artifactSchema),
			),

		types: async (): Promise<unknown[]> =>
			await this.http.json(
				{ method: 'GET', path: '/api/v1/artifacts/types' },
				listOf(anythingSchema, 'types'),
			),
	};

	readonly system = {
		health: async (): Promise<unknown> =>
			await this.http.json({ method: 'GET', path: '/health' }, anythingSchema),

		ready: async (): Promise<unknown> =>
			await this.http.json({ method: 'GET', path: '/ready' }, anythingSchema),
	};
}

/** A run's request: its answer is read as it arrives, and an answer after a stop is read too. */
const chatOptions = (
	request: ChatRequest | ToolRunRequest,
	timing: Pick<HttpRequest, 'timeoutMs' | 'silenceMs' | 'signal'>,
): Omit<HttpRequest, 'path'> => ({
	method: 'POST',
	body: request,
	headers: request.stream ? { accept: 'text/event-stream' } : {},
	repeatable: true,
	...timing,
});
