import type { FastifyInstance } from 'fastify';
import { OUTCOMES, agent, raise, workflowNames } from './behaviour.mts';
import type { AgentBehaviour, ErrorSpec, WorkflowBehaviour } from './behaviour.mts';
import { recordedError } from './errors.mts';
import type { Run, RunStatus } from './records.mts';
import { addRun, append, endRun, workflowRunId } from './runs.mts';
import type { Settings } from './settings.mts';
import { now } from './store.mts';
import type { Store } from './store.mts';

type SettingsChange = Partial<Omit<Settings, 'stream'>> & { stream?: Partial<Settings['stream']> };

interface NewRuns {
	count: number;
	workflow: string;
	status: RunStatus;
	/** Seconds since the epoch, of the newest run; by default now. */
	ended_at?: number;
	duration_ms: number;
	/** Between the ends of two runs. */
	step_ms: number;
	logs: number;
	result: unknown;
	/** So many bytes of text as the result, instead of `result`. */
	result_bytes?: number;
	error?: ErrorSpec;
	worker: number;
}

interface RunChange {
	status?: RunStatus;
	started_at?: number;
	ended_at?: number;
	result?: unknown;
	error?: ErrorSpec;
}

/** The routes under `/__sandbox/pyflue/` that tests and demos steer this stand-in with. */
export function registerPyFlueControl(server: FastifyInstance, store: Store): void {
	void server.register(
		async (control) => {
			control.get('/settings', async () => store.settings);
			control.post<{ Body: SettingsChange }>(
				'/settings',
				{ schema: { body: settingsSchema } },
				async ({ body }) => {
					const { settings } = store;
					store.settings = {
						...settings,
						...body,
						stream: { ...settings.stream, ...body.stream },
					};
					store.evict();
					return store.settings;
				},
			);

			// Adds a workflow or changes what one does; the last call counts.
			control.post<{ Body: WorkflowBehaviour & { name: string } }>(
				'/workflows',
				{ schema: { body: workflowSchema } },
				async ({ body: { name, ...behaviour } }) => {
					store.workflowBehaviours.set(name, behaviour);
					return { workflows: workflowNames(store) };
				},
			);

			control.post<{ Body: AgentBehaviour & { name: string } }>(
				'/agents',
				{ schema: { body: agentSchema } },
				async ({ body: { name, ...behaviour } }, reply) => {
					if (!agent(store, name))
						return await reply.code(404).send({ detail: `No agent ${name}` });
					store.agentBehaviours.set(name, behaviour);
					return behaviour;
				},
			);

			// Adds runs as they are given, oldest first; nothing makes a running one go on.
			control.post<{ Body: NewRuns }>(
				'/runs',
				{ schema: { body: newRunsSchema } },
				async ({ body }) => ({ runIds: createRuns(store, body).map(({ id }) => id) }),
			);

			control.post('/restart', async (_request, reply) => {
				store.restart();
				return await reply.code(204).send();
			});

			control.post<{ Params: { id: string }; Body: RunChange }>(
				'/runs/:id',
				{ schema: { body: runChangeSchema } },
				async ({ params, body }, reply) => {
					const run = store.runs.get(params.id);
					if (!run) return await reply.code(404).send({ detail: `No run ${params.id}` });
					changeRun(run, body);
					return { id: run.id, status: run.status, ended_at: run.endedAt };
				},
			);
		},
		{ prefix: '/__sandbox/pyflue' },
	);
}

function createRuns(store: Store, body: NewRuns): Run[] {
	const { count, workflow: name, status, duration_ms, step_ms, logs, error, worker } = body;
	const result = body.result_bytes === undefined ? body.result : prose(body.result_bytes);
	const newest = body.ended_at ?? now();
	return Array.from({ length: count }, (_, index) => {
		const endedAt = newest - ((count - 1 - index) * step_ms) / 1000;
		const startedAt = endedAt - duration_ms / 1000;
		const id = workflowRunId(store, name, startedAt);
		const run = addRun(store, {
			id,
			kind: 'workflow',
			name,
			instanceId: id,
			worker,
			payload: {},
			startedAt,
		});
		for (let step = 1; step <= logs; step += 1) {
			const at = startedAt + ((endedAt - startedAt) * step) / (logs + 1);
			append(run, { type: 'log', at, level: 'info', message: `step ${step}`, fields: { step } });
		}
		if (status !== 'running') endRun(run, { endedAt, ...outcome(status, result, error) });
		return run;
	});
}

/** Text with what JSON escapes, of so many bytes. */
function prose(bytes: number): string {
	const line = 'The whale said "hello", and then it swam on towards the north.\n';
	return line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes);
}

function changeRun(run: Run, { status, started_at, ended_at, ...change }: RunChange): void {
	if (started_at !== undefined) run.startedAt = started_at;
	if (status === 'running') reopen(run);
	else if (status && run.status === 'running') {
		const { result = null, error } = change;
		endRun(run, { endedAt: ended_at ?? now(), ...outcome(status, result, error) });
		return;
	} else if (status) {
		Object.assign(run, { status, ...outcome(status, run.result, change.error) });
	}
	if (ended_at !== undefined) run.endedAt = ended_at;
	if ('result' in change) run.result = change.result;
	if (change.error) run.error = recordedError(raise(change.error));
}

/** As a run that was never ended: without `run_end`. */
function reopen(run: Run): void {
	Object.assign(run, { status: 'running', endedAt: null, result: null, error: null });
	if (run.events.at(-1)?.type === 'run_end') run.events.pop();
}

function outcome(
	status: RunStatus,
	result: unknown,
	error?: ErrorSpec,
): Pick<Run, 'error' | 'result'> {
	return status === 'failed'
		? { result: null, error: recordedError(raise(error)) }
		: { result, error: null };
}

function closed<P extends object>(properties: P, required: Array<keyof P & string> = []) {
	return { type: 'object', additionalProperties: false, required, properties };
}

const text = { type: 'string' };
const name = { type: 'string', minLength: 1 };
const seconds = { type: 'number' };
const status = { enum: ['running', 'succeeded', 'failed'] };
const millis = { type: 'number', minimum: 0 };
const duration = {
	anyOf: [millis, { type: 'array', items: millis, minItems: 2, maxItems: 2 }],
};

const error = closed({
	type: name,
	message: text,
	details: text,
	status: { type: 'integer', minimum: 400, maximum: 599 },
	dev: text,
	meta: { type: 'object' },
});

const settingsSchema = closed({
	project: { enum: ['demo', 'recorded', 'noWorkflows'] },
	variant: { enum: ['pyflue', 'flue'] },
	auth: {
		oneOf: [
			closed({ type: { const: 'none' } }, ['type']),
			closed({ type: { const: 'bearer' }, token: name }, ['type', 'token']),
			closed({ type: { const: 'header' }, name, value: text }, ['type', 'name', 'value']),
		],
	},
	prefix: { type: 'string', pattern: '^(/[^/]+)*$' },
	maxRuns: { type: 'integer', minimum: 1 },
	workers: { type: 'integer', minimum: 1 },
	runStore: { enum: ['memory', 'sqlite'] },
	dev: { type: 'boolean' },
	downAfterThrowMs: { type: ['integer', 'null'], minimum: 0 },
	heartbeatMs: { type: 'integer', minimum: 1 },
	brokenAgent: { type: ['string', 'null'] },
	stream: closed({
		chunkBytes: { type: ['integer', 'null'], minimum: 1 },
		lineEnd: { enum: ['\n', '\r\n', '\r'] },
		multilineData: { type: 'boolean' },
		comments: { type: 'boolean' },
		cutAfterEvents: { type: ['integer', 'null'], minimum: 1 },
	}),
});

const workflowSchema = closed(
	{
		name,
		ms: duration,
		logs: { type: 'integer', minimum: 0 },
		blocking: { type: 'boolean' },
		outcome: { enum: OUTCOMES },
		result: {},
		error,
	},
	['name'],
);

const agentSchema = closed({ name, ms: duration, error, deltas: { type: 'integer', minimum: 1 } }, [
	'name',
]);

const newRunsSchema = closed({
	count: { type: 'integer', minimum: 1, default: 1 },
	workflow: { ...name, default: 'summarize' },
	status: { ...status, default: 'succeeded' },
	ended_at: seconds,
	duration_ms: { ...millis, default: 1000 },
	step_ms: { ...millis, default: 1000 },
	logs: { type: 'integer', minimum: 0, default: 0 },
	result: { default: { source: 'local PyFlue stand-in' } },
	result_bytes: { type: 'integer', minimum: 0 },
	worker: { type: 'integer', minimum: 0, default: 0 },
	error,
});

const runChangeSchema = closed({
	status,
	started_at: seconds,
	ended_at: seconds,
	result: {},
	error,
});
