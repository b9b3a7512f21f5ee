import type { z } from 'zod';
import { PlatformError } from '../shared/errors';
import type { Http } from '../shared/http/http';
import type { HttpRequest, OpenAnswer } from '../shared/http/request';
import { defined, type Json } from '../shared/json';
import { take } from '../shared/list';
import { pagesAround, type Around, type Page, type Stretch } from '../shared/http/pagesAround';
import { path } from '../shared/http/paths';
import { uuid } from './ids';
import { nextPage, PER_PAGE, sizeAt } from './paging';
import {
	agentSchema,
	deliverySchema,
	executionSchema,
	knowledgeBaseSchema,
	memorySchema,
	messagesSchema,
	newWebhookSchema,
	queryResultSchema,
	recordSchema,
	replySchema,
	startedSchema,
	threadSchema,
	triggerSchema,
	webhookSchema,
	workflowSchema,
	wrapped,
	type Agent,
	type Delivery,
	type Execution,
	type KnowledgeBase,
	type Memory,
	type Message,
	type NewWebhook,
	type QueryResult,
	type Reply,
	type Thread,
	type Trigger,
	type Webhook,
	type Workflow,
} from './schemas';

type JsonObject = { [key: string]: Json };

/** What can be set of a webhook. A field that is undefined is not sent; null headers are removed. */
export interface WebhookFields {
	name?: string;
	url?: string;
	events?: string[];
	headers?: JsonObject | null;
	is_active?: boolean;
}

/** What a search of an agent's memory may be narrowed by. */
export interface MemorySearch {
	query: string;
	top_k?: number;
	similarity_threshold?: number;
	user_id?: string;
}

/** The longest that the server lets a message wait for its answer, in milliseconds (contract 3.3). */
export const LONGEST_ANSWER_MS = 120_000;
/** For the answer to a message to come back after the server's own limit, in milliseconds. */
const ANSWER_MARGIN_MS = 15_000;

const LOOK_FOR_EXECUTION =
	'It may have started all the same: look for it with Execution: Get Many and its workflow before you start it again.';

const body = (fields: object): JsonObject => defined(fields as JsonObject) as JsonObject;

const refuse = (error: PlatformError): never => {
	throw error;
};

/**
 * FlowMaestro's public API v1: one method an endpoint, all 32 of them, grouped by its routes
 * (contract 3). Every id is checked before it is sent.
 */
export class FlowMaestroApi {
	constructor(private readonly http: Http) {}

	readonly workflows = {
		list: (wanted?: number): AsyncGenerator<Workflow> =>
			this.list('/api/v1/workflows', workflowSchema, { wanted }),

		get: async (id: string): Promise<Workflow> =>
			await this.one(
				{ method: 'GET', path: path`/api/v1/workflows/${uuid('a workflow', id)}` },
				workflowSchema,
			),

		/**
		 * Starts an execution. It is never sent twice: there is no key that would make the second one
		 * the same (contract 3.1).
		 *
		 * @param inputs an object, because any other JSON breaks the lists for ever (contract 0.6)
		 */
		execute: async (id: string, inputs: JsonObject): Promise<Execution> =>
			await this.one(
				{
					method: 'POST',
					path: path`/api/v1/workflows/${uuid('a workflow', id)}/execute`,
					body: { inputs },
					survivesStop: true,
					ifUnanswered: LOOK_FOR_EXECUTION,
				},
				startedSchema,
			),
	};

	readonly executions = {
		/**
		 * Of one workflow, newest first: without a workflow the list cannot be paged (contract 0.3).
		 * Goes around executions that cannot be shown (contract 0.6).
		 *
		 * @param rowError receives the error for an execution of the wrong form
		 * @param wanted how many are wanted, so that no more are asked for at first
		 */
		pages: (
			workflowId: string,
			around: Around,
			rowError: (error: PlatformError) => void = refuse,
			wanted?: number,
		): AsyncGenerator<Stretch<Execution>> =>
			pagesAround({
				most: PER_PAGE,
				wanted,
				ask: async (offset, size) => await this.executionPage(workflowId, offset, size, rowError),
				sizeAt,
				keyOf: ({ id }) => id,
				// The backend sorts by nothing else (contract 2.1).
				tied: (a, b) => a.created_at === b.created_at,
				around,
			}),

		/** The newest of a workflow, in one request; one of the wrong form is left out. */
		newest: async (workflowId: string): Promise<Execution[]> =>
			(await this.executionPage(workflowId, 0, PER_PAGE, () => undefined)).rows,

		get: async (id: string): Promise<Execution> =>
			await this.one(
				{ method: 'GET', path: path`/api/v1/executions/${uuid('an execution', id)}` },
				executionSchema,
			),

		/**
		 * Sent even after the user has stopped the n8n execution: that is when it is wanted most. One
		 * that is cancelled already stays so.
		 */
		cancel: async (id: string): Promise<Record<string, unknown>> => {
			const execution = uuid('an execution', id);
			return await this.one(
				{
					method: 'POST',
					path: path`/api/v1/executions/${execution}/cancel`,
					repeatable: true,
					survivesStop: true,
					afterStop: true,
				},
				recordSchema,
			).then(undefined, async (error: unknown) =>
				isCancelledAlready(error)
					? { id: execution, status: 'cancelled' }
					: await Promise.reject(error),
			);
		},

		/**
		 * The event stream of an execution. It tells the end of one that has ended, and of any other
		 * nothing but that it is connected (contract 0.1 and 4).
		 *
		 * @param signal ends the reading
		 * @param silenceMs longest silence, in milliseconds; a comment comes every 30 s
		 */
		events: async (id: string, signal: AbortSignal, silenceMs: number): Promise<OpenAnswer> =>
			await this.http.open({
				method: 'GET',
				path: path`/api/v1/executions/${uuid('an execution', id)}/events`,
				headers: { accept: 'text/event-stream' },
				signal,
				silenceMs,
			}),
	};

	readonly agents = {
		list: (wanted?: number): AsyncGenerator<Agent> =>
			this.list('/api/v1/agents', agentSchema, { wanted }),

		get: async (id: string): Promise<Agent> =>
			await this.one(
				{ method: 'GET', path: path`/api/v1/agents/${uuid('an agent', id)}` },
				agentSchema,
			),

		createThread: async (id: string): Promise<Thread> =>
			await this.one(
				{
					method: 'POST',
					path: path`/api/v1/agents/${uuid('an agent', id)}/threads`,
					survivesStop: true,
					ifUnanswered: 'A thread that nobody writes to costs nothing: create it again.',
				},
				threadSchema,
			),
	};

	/** What an agent remembers of its users; not in FlowMaestro's documentation (contract 3.3). */
	readonly memories = {
		list: (agentId: string, wanted?: number): AsyncGenerator<Memory> =>
			this.list(path`/api/v1/agents/${uuid('an agent', agentId)}/memory`, memorySchema, {
				wanted,
				// A user has one in each thread.
				keyOf: (memory) => JSON.stringify(memory),
			}),

		get: async (agentId: string, userId: string): Promise<Memory> =>
			await this.one({ method: 'GET', path: memoryPath(agentId, userId) }, memorySchema),

		/** Replaces what is remembered of the user, or begins it. */
		save: async (
			agentId: string,
			userId: string,
			memory: { working_memory: string; metadata?: JsonObject },
		): Promise<Memory> =>
			await this.one(
				{
					method: 'PUT',
					path: memoryPath(agentId, userId),
					body: body(memory),
					repeatable: true,
				},
				memorySchema,
			),

		delete: async (agentId: string, userId: string): Promise<void> =>
			await this.http.send({ method: 'DELETE', path: memoryPath(agentId, userId) }),

		search: async (agentId: string, search: MemorySearch): Promise<QueryResult> =>
			await this.one(
				{
					method: 'POST',
					path: path`/api/v1/agents/${uuid('an agent', agentId)}/memory/search`,
					body: body(search),
					repeatable: true,
				},
				queryResultSchema,
			),

		stats: async (agentId: string): Promise<Record<string, unknown>> =>
			await this.one(
				{ method: 'GET', path: path`/api/v1/agents/${uuid('an agent', agentId)}/memory/stats` },
				recordSchema,
			),
	};

	readonly threads = {
		get: async (id: string): Promise<Thread> =>
			await this.one(
				{ method: 'GET', path: path`/api/v1/threads/${uuid('a thread', id)}` },
				threadSchema,
			),

		/** The 1,000 oldest messages, oldest first; there are no pages (contract 3.3). */
		messages: async (id: string): Promise<Message[]> =>
			await this.one(
				{ method: 'GET', path: path`/api/v1/threads/${uuid('a thread', id)}/messages` },
				messagesSchema,
			),

		delete: async (id: string): Promise<void> =>
			await this.http.send({
				method: 'DELETE',
				path: path`/api/v1/threads/${uuid('a thread', id)}`,
			}),

		/**
		 * Sends a message and waits for the agent's answer. It is never sent twice: the agent would
		 * read it twice (contract 0.9). `stream` is left out, because any value asks for what the
		 * backend does not have (contract 0.4).
		 *
		 * @param timeoutMs how long the server waits for the answer, up to `LONGEST_ANSWER_MS`
		 */
		send: async (id: string, content: string, timeoutMs: number): Promise<Reply> =>
			await this.one(
				{
					method: 'POST',
					path: path`/api/v1/threads/${uuid('a thread', id)}/messages`,
					body: { content, timeout: timeoutMs },
					timeoutMs: timeoutMs + ANSWER_MARGIN_MS,
					ifUnanswered:
						'Look for the message and its answer with Thread: Get Messages before you send it again.',
				},
				replySchema,
			),
	};

	readonly triggers = {
		list: (wanted?: number): AsyncGenerator<Trigger> =>
			this.list('/api/v1/triggers', triggerSchema, { wanted }),

		/** Starts an execution; like a workflow's, it is never started twice. */
		execute: async (id: string, inputs: JsonObject): Promise<Execution> =>
			await this.one(
				{
					method: 'POST',
					path: path`/api/v1/triggers/${uuid('a trigger', id)}/execute`,
					body: { inputs },
					survivesStop: true,
					ifUnanswered: LOOK_FOR_EXECUTION,
				},
				startedSchema,
			),
	};

	readonly knowledgeBases = {
		list: (wanted?: number): AsyncGenerator<KnowledgeBase> =>
			this.list('/api/v1/knowledge-bases', knowledgeBaseSchema, { wanted }),

		get: async (id: string): Promise<KnowledgeBase> =>
			await this.one(
				{
					method: 'GET',
					path: path`/api/v1/knowledge-bases/${uuid('a knowledge base', id)}`,
				},
				knowledgeBaseSchema,
			),

		/** `top_k` is left out where it is not set: null would find nothing (contract 3.5). */
		query: async (id: string, query: string, topK: number | undefined): Promise<QueryResult> =>
			await this.one(
				{
					method: 'POST',
					path: path`/api/v1/knowledge-bases/${uuid('a knowledge base', id)}/query`,
					body: body({ query, top_k: topK }),
					repeatable: true,
				},
				queryResultSchema,
			),
	};

	readonly webhooks = {
		list: (wanted?: number): AsyncGenerator<Webhook> =>
			this.list('/api/v1/webhooks', webhookSchema, { wanted }),

		get: async (id: string): Promise<Webhook> =>
			await this.one({ method: 'GET', path: webhookPath(id) }, webhookSchema),

		/** The answer alone ever holds the secret (contract 3.6). */
		create: async (fields: WebhookFields): Promise<NewWebhook> =>
			await this.one(
				{
					method: 'POST',
					path: '/api/v1/webhooks',
					body: body(fields),
					secrets: fields.headers ?? undefined,
					ifUnanswered: 'Look for it with Webhook: Get Many before you create it again.',
				},
				newWebhookSchema,
			),

		update: async (id: string, fields: WebhookFields): Promise<Webhook> =>
			await this.one(
				{
					method: 'PATCH',
					path: webhookPath(id),
					body: body(fields),
					repeatable: true,
					secrets: fields.headers ?? undefined,
				},
				webhookSchema,
			),

		delete: async (id: string): Promise<void> =>
			await this.http.send({ method: 'DELETE', path: webhookPath(id) }),

		/** Has the test event sent; that it was refused is an answer, too. */
		test: async (id: string): Promise<Record<string, unknown>> =>
			await this.one(
				{
					method: 'POST',
					path: path`/api/v1/webhooks/${uuid('a webhook', id)}/test`,
					ifUnanswered: 'The test event may have been sent; sending it again does no harm.',
				},
				recordSchema,
			),

		deliveries: (id: string): AsyncGenerator<Delivery> =>
			this.list(path`/api/v1/webhooks/${uuid('a webhook', id)}/deliveries`, deliverySchema),
	};

	/** How far apart requests that can wait have to be to stay within the rate limit, in milliseconds. */
	pace = (): number => this.http.pace;

	private async one<S extends z.ZodTypeAny>(request: HttpRequest, schema: S): Promise<z.infer<S>> {
		const answer = await this.http.json(request, wrapped(schema));
		return answer.data as z.infer<S>;
	}

	private async executionPage(
		workflowId: string,
		offset: number,
		size: number,
		rowError: (error: PlatformError) => void,
	): Promise<Page<Execution>> {
		const workflow_id = uuid('a workflow', workflowId);
		const end = { held: 0, more: false };
		const request: HttpRequest = {
			method: 'GET',
			path: '/api/v1/executions',
			query: { page: offset / size + 1, per_page: size, workflow_id },
			nextPage(page) {
				Object.assign(end, { held: page.rows, more: nextPage(page) !== undefined });
				return undefined;
			},
		};
		const rows = await take(this.http.rows(request, executionSchema, ({ id }) => id, rowError));
		return { rows, ...end };
	}

	private list<S extends z.ZodTypeAny>(
		listPath: string,
		schema: S,
		{ wanted = PER_PAGE, keyOf = ({ id }: z.infer<S>): string => id }: Listing<z.infer<S>> = {},
	): AsyncGenerator<z.infer<S>> {
		const query = { page: 1, per_page: Math.max(1, Math.min(PER_PAGE, wanted)) };
		return this.http.rows(
			{ method: 'GET', path: listPath, query, nextPage },
			schema,
			keyOf,
			refuse,
		);
	}
}

interface Listing<Row> {
	/** How many rows are wanted, so that no page holds more. Default: as many as a page can hold. */
	wanted?: number;
	keyOf?(row: Row): string;
}

const isCancelledAlready = (error: unknown): boolean =>
	error instanceof PlatformError && /Current status: cancelled$/.test(error.message);

const memoryPath = (agentId: string, userId: string): string =>
	path`/api/v1/agents/${uuid('an agent', agentId)}/memory/${uuid('a user', userId)}`;

const webhookPath = (id: string): string => path`/api/v1/webhooks/${uuid('a webhook', id)}`;
