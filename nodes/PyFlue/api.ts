import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { PlatformError } from '../shared/errors';
import type { Http } from '../shared/http/http';
import type { HttpRequest } from '../shared/http/request';
import { defined, isObject, type Json } from '../shared/json';
import { path } from '../shared/http/paths';
import { parseEvents, type ServerSentEvent } from '../shared/http/sse';
import { adminRows, type AdminList } from './adminRows';
import { UNLOADABLE_AGENT } from './platform';
import {
	abortedSchema,
	agentListSchema,
	dispatchedSchema,
	eventPageSchema,
	instanceSchema,
	namedSchema,
	replySchema,
	runSchema,
	type Aborted,
	type Agent,
	type Dispatched,
	type Instance,
	type Named,
	type Reply,
	type Run,
	type RunEvent,
} from './schemas';

export type Payload = { [key: string]: Json };

export interface Message {
	message: string;
	session?: string;
}

export interface RunFilters {
	/** Of the agent or workflow. */
	name?: string;
	status?: string;
}

type RowError = (error: PlatformError) => void;

/** What is wanted of a list of runs. */
type Part = Pick<AdminList<typeof runSchema>, 'limit' | 'leaveOut' | 'measured' | 'signal'>;

/** The most events that one answer holds (contract: GET /runs/{run_id}/events). */
export const EVENTS_A_PAGE = 1000;
/** The server sends a heartbeat every 15 s: silence for longer than two of them is a lost connection. */
const HEARTBEATS_MISSED_MS = 35_000;
const RUN_ID = 'x-flue-run-id';

/**
 * The server takes a slash for the end of the segment even when it is encoded, and could then
 * carry out another route.
 */
function routable(id: string, what: string): string {
	if (!id.includes('/')) return id;
	throw new PlatformError(`The ${what} '${id}' holds a '/', for which PyFlue has no route`, {
		fix: `Give another ${what}, without a slash.`,
	});
}

const agentPath = (name: string, id: string): string =>
	path`/agents/${routable(name, 'agent name')}/${routable(id, 'instance ID')}`;

/** What the form calls the limit of a request that waits for the whole work. */
const MAX_WAIT = 'Max Wait';

const LOOK_FOR_RUN =
	'Look for its run with Run: Get Many and the filter Name, before you start it again.';
const LOOK_AT_SESSION = 'The session may hold the message and its answer all the same.';

/** What the answer of another kind of agent than was asked for means. */
const isPersistent = (name: string): PlatformError =>
	new PlatformError(`The agent '${name}' is a persistent agent, which has no runs`, {
		fix: "Use the operation Prompt, or Dispatch, for it. It has been asked all the same, with the payload's 'message' or with nothing.",
	});
const isHandler = (name: string, runId: string): PlatformError =>
	new PlatformError(`The agent '${name}' is a file handler, which has no conversations`, {
		runId,
		fix: `Use the operation Call for it. It has run now, as ${runId}.`,
	});

/**
 * The HTTP API of a PyFlue server: one method an endpoint, grouped as PyFlueClient groups them
 * (contract: PyFlue HTTP endpoints).
 */
export class PyFlueApi {
	private readonly adminPath: string;

	constructor(private readonly http: Http) {
		const { adminPath } = http.settings;
		const trimmed = (typeof adminPath === 'string' ? adminPath : '').replace(
			/^[\s/]+|[\s/]+$/g,
			'',
		);
		this.adminPath = trimmed && `/${trimmed}`;
	}

	/** The execution's cancel signal, where there is one. */
	get signal(): AbortSignal | undefined {
		return this.http.signal;
	}

	/** How far the server's clock is ahead of this one, in milliseconds, at the least: it tells seconds. */
	async clockSkew(signal?: AbortSignal): Promise<number> {
		// Of a route that Flue has, too, and short.
		const request = {
			method: 'GET',
			path: `${this.adminPath}/agents`,
			query: { limit: 1 },
			signal,
		} as const;
		const { headers } = await this.http.answer(request, z.unknown());
		const time = Date.parse(headers.date);
		return Number.isNaN(time) ? 0 : time - Date.now();
	}

	readonly agents = {
		/** No paging; agents without the webhook trigger are listed, too. */
		list: async (): Promise<Agent[]> => {
			const request = { method: 'GET', path: '/agents' } as const;
			const { agents } = await this.http
				.json(request, agentListSchema)
				.catch((error: unknown): never => {
					const { message, details } = error as PlatformError;
					if (details?.status !== 500) throw error;
					throw new PlatformError(message, { ...details, fix: UNLOADABLE_AGENT });
				});
			return agents;
		},

		/**
		 * Asks a persistent agent. The body has no envelope, which Flue would refuse.
		 *
		 * @throws PlatformError "… is already running …" while the session is busy: it was not asked
		 */
		prompt: async (
			name: string,
			id: string,
			message: Message,
			timeoutMs: number,
		): Promise<Reply> => {
			const { value, headers } = await this.http.answer(
				{ ...this.prompting(name, id, message), timeoutMs },
				z.unknown(),
			);
			if (headers[RUN_ID]) throw isHandler(name, headers[RUN_ID]);
			const reply = replySchema.safeParse(isObject(value) ? value.result : undefined);
			if (reply.success) return reply.data;
			throw new PlatformError(`The agent '${name}' answered in another form than expected`, {
				fix: 'Use the operation Call if it is a file handler and no persistent agent.',
			});
		},

		/** The same, told while it is being written; silence means nothing, as there is no heartbeat. */
		promptStream: async (
			name: string,
			id: string,
			message: Message,
			timeoutMs: number,
			signal: AbortSignal,
		): Promise<AsyncIterable<ServerSentEvent>> => {
			const answer = await this.http.open(
				streamed({ ...this.prompting(name, id, message), timeoutMs, signal }),
			);
			if (answer.headers[RUN_ID]) throw isHandler(name, answer.headers[RUN_ID]);
			return parseEvents(answer.body);
		},

		/** Calls a file handler and hears it out. The server adds `_meta` to an object. */
		call: async (name: string, id: string, payload: Payload, timeoutMs: number): Promise<Run> => {
			const { value, headers } = await this.http.answer(
				{
					method: 'POST',
					path: agentPath(name, id),
					body: { payload },
					once: true,
					timeoutMs,
					timeoutName: MAX_WAIT,
					ifUnanswered: LOOK_FOR_RUN,
				},
				z.unknown(),
			);
			const runId = headers[RUN_ID];
			if (!runId) throw isPersistent(name);
			const result = withoutMeta(value, runId);
			return { runId, status: 'succeeded', agentName: name, instanceId: id, result };
		},

		/** Has a file handler called in the background. @returns the run's id */
		accept: async (name: string, id: string, payload: Payload): Promise<string> => {
			const { headers } = await this.http.answer(
				{
					method: 'POST',
					path: agentPath(name, id),
					headers: { 'x-webhook': 'true' },
					body: { payload },
					survivesStop: true,
					ifUnanswered: LOOK_FOR_RUN,
				},
				z.unknown(),
			);
			if (headers[RUN_ID]) return headers[RUN_ID];
			throw isPersistent(name);
		},

		/** Hands an input to a persistent agent; nothing tells what becomes of it. */
		dispatch: async (
			name: string,
			id: string,
			delivery: { input: Json; session?: string },
		): Promise<Dispatched> =>
			await this.http.json(
				{
					method: 'POST',
					path: `${agentPath(name, id)}/dispatch`,
					body: defined(delivery) as Payload,
					survivesStop: true,
					ifUnanswered: LOOK_AT_SESSION,
				},
				dispatchedSchema,
			),
	};

	readonly workflows = {
		/**
		 * The server lists its workflows nowhere but in its 404. A file that begins with `_` is no
		 * workflow, so that this name never is one.
		 */
		names: async (): Promise<string[]> => {
			const refusal = await this.http.json(
				{ method: 'POST', path: '/workflows/_', body: {}, repeatable: true, expected: 404 },
				z.custom<Json>(),
			);
			const { error } = isObject(refusal) ? refusal : {};
			const { details, dev } = isObject(error) ? error : {};
			// PyFlue lists them in `details`, Flue, while it is developed with, in `dev` and in quotes.
			const [, listed] = /Available workflows: (.*)\.$/m.exec(`${details}\n${dev}`) ?? [];
			if (listed === undefined) {
				throw new PlatformError('This server does not tell the names of its workflows', {
					fix: "Choose 'By Name' and type the name of the workflow.",
				});
			}
			if (listed === '(none)') return [];
			return listed.split(', ').map((name) => name.replace(/^"(.*)"$/, '$1'));
		},

		/** Has a workflow run in the background. @returns the run's id */
		accept: async (name: string, payload: Payload): Promise<string> => {
			const { runId } = await this.http.json(
				{
					method: 'POST',
					path: path`/workflows/${routable(name, 'workflow name')}`,
					body: { payload },
					survivesStop: true,
					ifUnanswered: LOOK_FOR_RUN,
				},
				z.object({ runId: z.string().min(1) }).passthrough(),
			);
			return runId;
		},

		/** Runs a workflow and hears it out in the same request. */
		wait: async (name: string, payload: Payload, timeoutMs: number): Promise<Run> => {
			const { value, headers } = await this.http.answer(
				{
					method: 'POST',
					path: path`/workflows/${routable(name, 'workflow name')}`,
					query: { wait: 'result' },
					body: { payload },
					once: true,
					timeoutMs,
					timeoutName: MAX_WAIT,
					ifUnanswered: LOOK_FOR_RUN,
				},
				z
					.object({
						runId: z.string().optional(),
						/** Flue's place for it. */
						_meta: z.object({ runId: z.string() }).optional(),
						result: z.unknown(),
					})
					.passthrough(),
			);
			const runId = value.runId ?? value._meta?.runId ?? headers[RUN_ID];
			return {
				runId,
				// The word that its record has, on Flue as on PyFlue.
				status: value._meta ? 'completed' : 'succeeded',
				agentName: name,
				instanceId: runId,
				result: value.result,
			};
		},
	};

	readonly sessions = {
		/** Reaches the sessions of the default agent only. */
		abort: async (id: string): Promise<Aborted> =>
			await this.http.json(
				{
					method: 'POST',
					path: path`/sessions/${routable(id, 'session ID')}/abort`,
					repeatable: true,
					survivesStop: true,
				},
				abortedSchema,
			),
	};

	readonly runs = {
		get: async (id: string): Promise<Run> =>
			await this.http.json(
				{ method: 'GET', path: path`/runs/${routable(id, 'run ID')}` },
				runSchema,
			),

		/**
		 * One page of a run's events, oldest first.
		 *
		 * @param after the index of the last event that is known; left out, it begins with the first
		 */
		events: async (
			id: string,
			query: { after?: number; limit?: number; types?: string },
		): Promise<RunEvent[]> => {
			const { events } = await this.http.json(
				{
					method: 'GET',
					path: path`/runs/${routable(id, 'run ID')}/events`,
					query: defined(query),
				},
				eventPageSchema,
			);
			return events;
		},

		/** A run's events from the one after `lastId` on, and then as they come. */
		stream: async (
			id: string,
			lastId: string | undefined,
			signal: AbortSignal,
		): Promise<AsyncIterable<ServerSentEvent>> => {
			const answer = await this.http.open(
				streamed({
					method: 'GET',
					path: path`/runs/${routable(id, 'run ID')}/stream`,
					headers: lastId === undefined ? {} : { 'last-event-id': lastId },
					silenceMs: HEARTBEATS_MISSED_MS,
					signal,
				}),
			);
			return parseEvents(answer.body);
		},
	};

	/** Newest first; only what is in the history of the server. */
	readonly admin = {
		agents: (limit?: number): AsyncGenerator<Named> =>
			adminRows(this.http, {
				limit,
				path: `${this.adminPath}/agents`,
				row: namedSchema,
				keyOf: ({ name }) => name,
			}),

		instances: (name: string, limit?: number): AsyncGenerator<Instance> =>
			adminRows(this.http, {
				limit,
				path: `${this.adminPath}${path`/agents/${routable(name, 'name')}/instances`}`,
				row: instanceSchema,
				keyOf: ({ instanceId }) => instanceId,
			}),

		instanceRuns: (
			name: string,
			id: string,
			status: string | undefined,
			rowError: RowError,
			part: Part = {},
		): AsyncGenerator<Run> =>
			adminRows(this.http, {
				...part,
				large: true,
				path: `${this.adminPath}${path`/agents/${routable(name, 'name')}/instances/${routable(id, 'instance ID')}/runs`}`,
				query: defined({ status }),
				row: runSchema,
				keyOf: ({ runId }) => runId,
				rowError,
			}),

		runs: (
			{ name, status }: RunFilters,
			rowError: RowError,
			part: Part = {},
		): AsyncGenerator<Run> =>
			adminRows(this.http, {
				...part,
				large: true,
				path: `${this.adminPath}/runs`,
				// PyFlue and Flue name this filter differently, and pass over what they do not know.
				query: defined({ status, agentName: name, workflowName: name }) as IDataObject,
				row: runSchema,
				keyOf: ({ runId }) => runId,
				rowError,
			}),
	};

	private prompting(name: string, id: string, message: Message) {
		return {
			method: 'POST',
			path: agentPath(name, id),
			body: defined({ ...message }) as Payload,
			once: true,
			timeoutName: MAX_WAIT,
			ifUnanswered: LOOK_AT_SESSION,
		} as const;
	}
}

const streamed = (request: HttpRequest): HttpRequest => ({
	...request,
	headers: { ...request.headers, accept: 'text/event-stream' },
});

/** A handler's own value: what the server added to tell the run is in the run's other fields. */
function withoutMeta(value: unknown, runId: string): unknown {
	if (!isObject(value) || !isObject(value._meta) || value._meta.runId !== runId) return value;
	const { _meta, ...rest } = value;
	const own = Object.entries(_meta as object).filter(([key]) => !['run_id', 'runId'].includes(key));
	return own.length > 0 ? { ...rest, _meta: Object.fromEntries(own) } : rest;
}
