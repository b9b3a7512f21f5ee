// Routes for tests, under `/__sandbox/flymyai/`: what the real service does not let anybody steer.
import type { FastifyInstance } from 'fastify';
import { addRun } from './create.mts';
import { found } from './errors.mts';
import { prompt, result } from './lifecycle.mts';
import type { Agent, Behaviour, Run, RunStatus } from './records.mts';
import { formatTime } from './store.mts';
import type { Store } from './store.mts';
import { runDetail } from './views.mts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** So many ids of new runs are answered; of more only the first and the last. */
const MAX_IDS = 1000;
/** Bulk history repeats itself after so many runs, and shares the text of what is repeated. */
const VARIETY = 20;

const status = { enum: ['pending', 'running', 'completed', 'failed', 'cancelled'] };
const time = { type: 'string', format: 'date-time' };
const duration = {
	anyOf: [
		{ type: 'number', minimum: 0 },
		{ type: 'array', items: { type: 'number', minimum: 0 }, minItems: 2, maxItems: 2 },
	],
};

interface History {
	count: number;
	agent?: string;
	status?: RunStatus;
	createdFrom?: string;
	createdTo?: string;
	messageBytes?: number;
}

type RunPatch = Partial<Omit<Run, 'id' | 'order' | 'agentUuid'>> & { agent?: string };

export function controlRoutes(control: FastifyInstance, store: Store): void {
	control.post<{ Params: { uuid: string }; Body: Partial<Behaviour> }>(
		'/agents/:uuid/behaviour',
		{
			schema: body({
				pendingMs: duration,
				runningMs: duration,
				compileMs: duration,
				outcome: { enum: ['completed', 'failed', 'never'] },
				error: { type: 'string' },
				result: {},
				messageBytes: { type: 'integer', minimum: 0 },
			}),
		},
		async (request) => {
			const { uuid, behaviour } = found(store.agents.get(request.params.uuid));
			return store.changeAgent(uuid, { behaviour: { ...behaviour, ...request.body } }).behaviour;
		},
	);

	control.post<{ Body: History }>(
		'/runs',
		{
			schema: body(
				{
					count: { type: 'integer', minimum: 1, maximum: 200_000 },
					agent: { type: 'string' },
					status,
					createdFrom: time,
					createdTo: time,
					messageBytes: { type: 'integer', minimum: 0 },
				},
				['count'],
			),
		},
		async (request) => {
			const ids = addHistory(store, request.body);
			return { ids: ids.length > MAX_IDS ? [ids.at(0), ids.at(-1)] : ids };
		},
	);

	control.post<{ Params: { id: string }; Body: RunPatch }>(
		'/runs/:id',
		{
			schema: body({
				agent: { type: 'string' },
				visible: { type: 'boolean' },
				messageBytes: { type: 'integer', minimum: 0 },
				previous_execution: { type: ['string', 'null'] },
				original_prompt: { type: 'string' },
				variables: { type: 'object' },
				created_at: time,
				updated_at: time,
				messages: { type: 'array', items: { type: 'object' } },
				logs: { type: 'array', items: { type: 'object' } },
				status,
				run_seq: { type: 'integer', minimum: 1 },
				error: { type: ['string', 'null'] },
				agent_result: {},
			}),
		},
		async (request) => {
			const run = found(store.runs.get(request.params.id));
			return runDetail(store, patchRun(store, run, request.body));
		},
	);

	// The account of somebody who has just signed up.
	control.post('/empty', async (_request, reply) => {
		store.clear();
		return await reply.code(204).send();
	});

	control.post<{ Body: { offsetMs: number } }>(
		'/clock',
		{ schema: body({ offsetMs: { type: 'number' } }, ['offsetMs']) },
		async (request) => {
			store.clockOffsetMs = request.body.offsetMs;
			return { now: store.timestamp() };
		},
	);

	control.post<{ Body: { page: boolean } }>(
		'/listing',
		{ schema: body({ page: { type: 'boolean' } }, ['page']) },
		async (request) => {
			store.paged = request.body.page;
			return { page: store.paged };
		},
	);
}

function body(properties: Record<string, unknown>, required: string[] = []) {
	return { body: { type: 'object', properties, required, additionalProperties: false } };
}

/** Runs that ended 4 s after their creation, spread evenly over a time (the last 30 days). */
function addHistory(store: Store, history: History): string[] {
	const agent: Agent = found(
		history.agent === undefined
			? store.agents.values().next().value
			: store.agents.get(history.agent),
	);
	const to = history.createdTo ? Date.parse(history.createdTo) : store.now();
	const from = history.createdFrom ? Date.parse(history.createdFrom) : to - 30 * DAY_MS;
	const step = history.count > 1 ? (to - from) / (history.count - 1) : 0;

	const kinds = Array.from({ length: Math.min(VARIETY, history.count) }, (_, index) =>
		pastRun(store, agent, `Topic ${index + 1}`, history),
	);
	return Array.from({ length: history.count }, (_, index) => {
		const created = Math.round(from + index * step);
		const updated_at = formatTime(created + 4000);
		return addRun(store, agent, created, { ...kinds[index % VARIETY], updated_at }).id;
	});
}

function pastRun(store: Store, agent: Agent, topic: string, history: History): Partial<Run> {
	const { status = 'completed', messageBytes = 0 } = history;
	const variables = { topic };
	const asked = {
		agentUuid: agent.uuid,
		original_prompt: agent.user_prompt,
		variables,
		logs: [],
	};
	return {
		variables,
		messageBytes,
		messages: [{ role: 'user', content: prompt(agent, variables) }],
		status,
		agent_result: status === 'completed' ? result(store, asked) : null,
		error: status === 'failed' ? 'The agent gave up.' : null,
	};
}

/** Changes just what is named; only a new status moves `updated_at` by itself. */
function patchRun(store: Store, run: Run, { agent, ...patch }: RunPatch): Run {
	if (patch.status !== undefined) store.stopWork(run.id);
	const moved = patch.status === undefined ? run.updated_at : store.timestamp();
	return store.changeRun(run.id, {
		updated_at: moved,
		...(agent === undefined ? {} : { agentUuid: found(store.agents.get(agent)).uuid }),
		...(patch.created_at === undefined
			? {}
			: { order: [Date.parse(patch.created_at), run.order[1]] }),
		...patch,
	});
}
