import { humanise } from '../shared/form/labels';
import { isObject } from '../shared/json';
import { settle } from '../shared/settle';
import { timeOf, type Report, type State, type Step } from '../shared/report/report';
import type { PyFlueApi } from './api';
import { hasFailed, runLifecycle } from './lifecycle';
import { readEvents } from './runEvents';
import { nameOf, usageSchema, type Run, type RunEvent, type StartedRun } from './schemas';

/** More events than any report shows one by one. */
const MOST_EVENTS = 10_000;

/** Pieces of an answer as it is written: the event behind them has it whole. */
const PIECES = /_(delta|update)$/;
/** Which of two events that belong together an event is, as Flue names them. */
const PAIRED = /^(.+)_(start|end)$/;
/** What events of a pair have in common. */
const PAIR_IDS = ['toolCallId', 'operationId', 'turnId', 'messageId', 'taskId', 'id'];

/** What an event tells of itself; the rest is what it is about. */
const OWN_NAMES = new Set([
	...['type', 'run_id', 'runId', 'event_index', 'eventIndex', 'timestamp', 'data', 'owner'],
	...['instanceId', 'workflowName', 'level', 'message', 'isError', 'error', 'durationMs'],
	...['toolName', 'name', 'args', 'arguments', 'input', 'result', 'output', 'attributes'],
	...PAIR_IDS,
]);

/** Describes a run for a report, from its record and its events. */
export const reportOf =
	(api: PyFlueApi) =>
	async (started: StartedRun): Promise<Report> => {
		const { runId } = started;
		// A request that was lost on its way does not tell which run it has begun.
		if (runId === null) return describe(api, { ...started, runId: 'unknown' }, []);
		const run = { ...started, runId };
		const read = await settle(async () => await readEvents(api, run.runId, MOST_EVENTS));
		if ('value' in read) return describe(api, run, read.value);
		// The record alone tells how the run ended: one worker of several may have the record only.
		const reason = read.error instanceof Error ? read.error.message : String(read.error);
		return { ...describe(api, run, []), note: `The events could not be read: ${reason}` };
	};

function describe(api: PyFlueApi, run: Run, events: RunEvent[]): Report {
	const name = nameOf(run);
	const isOver = runLifecycle(api).isTerminal(run);
	const state = hasFailed(run) ? 'failed' : isOver ? 'succeeded' : 'running';
	const { instanceId = run.owner?.instanceId } = run;
	const start = events.find(({ type }) => type === 'run_start');
	return {
		platform: 'PyFlue',
		noun: 'run',
		id: run.runId,
		title: name ?? '',
		status: run.status,
		state,
		begin: timeOf(run.startedAt),
		end: timeOf(run.endedAt),
		facts: [
			...(instanceId && instanceId !== run.runId
				? [['Instance', instanceId] as [string, string]]
				: []),
			...usageOf(run.result),
		],
		parts: [
			// PyFlue does not keep what a run was given; Flue does.
			...('payload' in run || start?.payload !== undefined
				? [{ title: 'Payload', value: run.payload ?? start?.payload }]
				: []),
			{ title: 'Result', value: run.result },
		],
		reason: runLifecycle(api).failureOf(run),
		steps: stepsOf(events),
		note: 'The server logs what the code of a run writes with ctx.log, but not the agents that it calls.',
	};
}

/** What an agent's answer says of its usage, where the run hands that on. */
function usageOf(result: unknown): Array<[string, string]> {
	const read = usageSchema.safeParse(isObject(result) ? result.usage : undefined);
	if (!read.success) return [];
	const { input, output, cost } = read.data;
	return [
		...(typeof input === 'number' && typeof output === 'number'
			? [['Tokens', `${input} in, ${output} out`] as [string, string]]
			: []),
		...(typeof cost?.total === 'number'
			? [['Cost', String(Number(cost.total.toPrecision(3)))] as [string, string]]
			: []),
	];
}

/** What an event tells: PyFlue has it in `data`, Flue in the event itself. */
function toldBy(event: RunEvent): Record<string, unknown> {
	return event.data ?? event;
}

const timeOfEvent = ({ timestamp }: RunEvent): number | undefined =>
	timeOf(typeof timestamp === 'number' ? timestamp * 1000 : timestamp);

function stepsOf(events: RunEvent[]): Step[] {
	const steps: Step[] = [];
	const open = new Map<string, Step>();
	for (const event of events) {
		const { type } = event;
		if (type === 'run_start' || type === 'run_end' || PIECES.test(type)) continue;
		const told = toldBy(event);
		const [, stem = type, side] = PAIRED.exec(type) ?? [];
		const id = PAIR_IDS.map((name) => told[name]).find((value) => value !== undefined);
		const key = `${stem} ${String(id)}`;
		const begun = side === 'end' ? open.get(key) : undefined;
		const step = stepOf(event, told, stem);
		if (begun) {
			open.delete(key);
			close(begun, step);
			continue;
		}
		if (side === 'start') {
			open.set(key, step);
			step.state = 'running';
		}
		steps.push(step);
	}
	return steps;
}

/** Adds to a step what its end tells. */
function close(step: Step, end: Step): void {
	step.end = end.end ?? end.begin;
	step.state = end.state === 'failed' ? 'failed' : 'succeeded';
	step.reason = end.reason;
	step.parts.push(...end.parts);
}

function stepOf(event: RunEvent, told: Record<string, unknown>, stem: string): Step {
	const { level, message, toolName, name, error, isError, durationMs } = told;
	const at = timeOfEvent(event);
	const isFailed = isError === true || level === 'error' || (!!error && isError !== false);
	const took = typeof durationMs === 'number' && durationMs >= 0 ? durationMs : undefined;
	const text = [toolName, message, name].find((value) => typeof value === 'string');
	const kind = stem === 'log' && typeof level === 'string' ? `Log: ${level}` : humanise(stem);
	const state: State = isFailed ? 'failed' : took === undefined ? 'noted' : 'succeeded';
	const said = isObject(error) ? error.message : error;
	const rest = Object.entries(told).filter(([key]) => !OWN_NAMES.has(key));
	return {
		kind: kind || 'Event',
		name: String(text ?? ''),
		state,
		...(took === undefined || at === undefined ? { begin: at } : { begin: at - took, end: at }),
		reason: isFailed && typeof said === 'string' ? said : undefined,
		parts: [
			{ title: 'Arguments', value: told.args ?? told.arguments ?? told.input },
			{ title: 'Result', value: told.result ?? told.output },
			{
				title: 'Details',
				value: {
					...Object.fromEntries(rest),
					...(isObject(told.attributes) ? told.attributes : {}),
				},
			},
		],
	};
}
