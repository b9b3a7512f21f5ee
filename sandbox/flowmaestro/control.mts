// What tests and demos steer the stand-in with, under `/__sandbox/flowmaestro/`.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { CONTROL_PREFIX } from '../core/paths.mts';
import { addEndedExecution } from './bulk.mts';
import { dispatch, executionData, FORGERIES } from './deliveries.mts';
import type { Dispatch } from './deliveries.mts';
import type { Answer, ApiKey, Course, Execution, JsonObject, Memory } from './records.mts';
import { OWNER } from './seed/accounts.mts';
import { addWorkflow } from './seed/workflows.mts';
import { timestamp } from './store.mts';
import type { Settings, Store } from './store.mts';

type WithId = { Params: { id: string } };

const text = { type: 'string' };
const nullableText = { type: ['string', 'null'] };
const milliseconds = { type: 'number', minimum: 0 };
const count = { type: 'integer', minimum: 1, maximum: 20_000 };
const object = { type: 'object' };

const behaviour = {
	outcome: { enum: ['completed', 'failed', 'cancelled', 'paused', 'never'] },
	durationMs: milliseconds,
	error: text,
};

const executionFields = {
	workflow_id: text,
	status: text,
	inputs: {},
	outputs: { type: ['object', 'null'] },
	error: nullableText,
	started_at: nullableText,
	completed_at: nullableText,
	created_at: text,
};

export function controlRoutes(server: FastifyInstance, store: Store): void {
	void server.register(
		async (control) => {
			// Merged into what was set before; an empty body goes back to the seed's own ways.
			control.post<WithId & { Body?: Partial<Course> }>(
				'/workflows/:id/behaviour',
				body({ ...behaviour, pendingMs: milliseconds, outputs: object }),
				async (request) => {
					const workflow = known(store.workflows.get(request.params.id));
					workflow.behaviour = merged(workflow.behaviour, request.body);
					return workflow.behaviour;
				},
			);

			control.post<WithId & { Body?: Partial<Answer> }>(
				'/agents/:id/behaviour',
				body({
					...behaviour,
					outcome: { enum: ['completed', 'failed', 'cancelled', 'never'] },
					content: text,
				}),
				async (request) => {
					const agent = known(store.agents.get(request.params.id));
					agent.behaviour = merged(agent.behaviour, request.body);
					return agent.behaviour;
				},
			);

			// What the agent remembers of a user in yet another thread.
			control.post<WithId & { Body: Pick<Memory, 'user_id' | 'working_memory'> }>(
				'/agents/:id/memories',
				body({ user_id: text, working_memory: text }, 'user_id', 'working_memory'),
				async (request) => {
					const agent = known(store.agents.get(request.params.id));
					const now = timestamp();
					const times = { created_at: now, updated_at: now };
					agent.ofOtherThreads.push({ ...request.body, metadata: {}, ...times });
					return agent.ofOtherThreads;
				},
			);

			control.post<WithId & { Body: JsonObject }>('/workflows/:id/schema', async (request) => {
				const workflow = known(store.workflows.get(request.params.id));
				workflow.inputSchema = request.body;
				return workflow.inputSchema;
			});

			control.post<{ Body: { count: number } }>(
				'/workflows',
				body({ count }, 'count'),
				async (request) =>
					times(request.body.count, (number) =>
						addWorkflow(store, { id: randomUUID(), name: `Workflow ${number + 1}` }),
					),
			);

			control.post<{ Body: Bulk }>(
				'/executions',
				body({ count, intervalMs: milliseconds, ...executionFields }, 'count', 'workflow_id'),
				async ({ body: { count: many, intervalMs = 1, ...given } }) => {
					const newest = given.created_at ? Date.parse(given.created_at) : Date.now();
					return times(many, (number) =>
						addEndedExecution(store, newest - (many - 1 - number) * intervalMs, {
							...given,
							created_at: new Date(newest - (many - 1 - number) * intervalMs).toISOString(),
						}),
					);
				},
			);

			// Whatever the execution was doing, it stays as it is said to be here.
			control.post<WithId & { Body: Partial<Execution> }>(
				'/executions/:id',
				body(executionFields),
				async (request) => {
					const execution = known(store.executions.get(request.params.id));
					store.background.stop(execution.id);
					return Object.assign(execution, request.body);
				},
			);

			// Executions of another customer, newer than all others (contract, finding 3).
			control.post<{ Body: { count: number } }>(
				'/noise',
				body({ count }, 'count'),
				async (request) =>
					times(request.body.count, () =>
						addEndedExecution(store, Date.now(), { workflow_id: randomUUID() }),
					),
			);

			control.post<{ Body: Limits }>(
				'/limits',
				body({ apiKey: text, perMinute: count, perDay: count, minuteMs: milliseconds }, 'apiKey'),
				async ({ body: { apiKey, ...limits } }) => {
					store.usage.delete(apiKey);
					const { perMinute, perDay, minuteMs } = Object.assign(
						known(store.keys.get(apiKey)),
						limits,
					);
					return { perMinute, perDay, minuteMs };
				},
			);

			control.post<{ Body: Partial<Settings> }>(
				'/settings',
				body({
					hasMore: { type: 'boolean' },
					temporal: { enum: ['up', 'hang', 'error'] },
					deliverEvents: { type: 'boolean' },
					retryScale: { type: 'number', minimum: 0 },
				}),
				async (request) => Object.assign(store.settings, request.body),
			);

			control.post<{ Body: EventOrder }>(
				'/events',
				body(
					{
						event: text,
						data: object,
						execution_id: text,
						userId: text,
						forge: { enum: [...FORGERIES] },
						repeat: { type: 'integer', minimum: 0 },
					},
					'event',
				),
				async ({ body: { execution_id, data, userId = OWNER.userId, ...order } }) =>
					dispatch(store, userId, {
						...order,
						data: data ?? (execution_id ? dataOf(store, execution_id) : {}),
					}),
			);
		},
		{ prefix: `${CONTROL_PREFIX}/flowmaestro` },
	);
}

type Bulk = Pick<Execution, 'workflow_id'> &
	Partial<Execution> & {
		count: number;
		/** Between one's creation and the next; the last is created at `created_at`, or now. */
		intervalMs?: number;
	};
type Limits = { apiKey: string } & Partial<Pick<ApiKey, 'perMinute' | 'perDay' | 'minuteMs'>>;
type EventOrder = Omit<Dispatch, 'data'> & {
	data?: Dispatch['data'];
	/** Makes the data of this execution. */
	execution_id?: string;
	userId?: string;
};

function merged<T extends object>(behaviour: T, change: T | undefined): T | Record<string, never> {
	return change && Object.keys(change).length > 0 ? { ...behaviour, ...change } : {};
}

function dataOf(store: Store, executionId: string) {
	const execution = known(store.executions.get(executionId));
	return executionData(execution, known(store.workflows.get(execution.workflow_id)));
}

/** Route options that take these fields and no others. */
function body(properties: Record<string, object>, ...required: string[]) {
	const type = required.length > 0 ? 'object' : ['object', 'null'];
	return { schema: { body: { type, additionalProperties: false, required, properties } } };
}

function known<T>(record: T | undefined): T {
	if (record !== undefined) return record;
	throw Object.assign(new Error('No such record'), { statusCode: 404 });
}

/** The ids of what was made, in the order of creation. */
function times(many: number, make: (number: number) => { id: string }): { ids: string[] } {
	return { ids: Array.from({ length: many }, (_nothing, number) => make(number).id) };
}
