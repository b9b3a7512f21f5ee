import { sleep } from 'n8n-workflow';
import { hasStatus, PlatformError } from '../shared/errors';
import { isObject } from '../shared/json';
import { settle } from '../shared/settle';
import type { RunLifecycle } from '../shared/runs/lifecycle';
import type { PyFlueApi } from './api';
import { followEvents } from './eventStream';
import { describeError } from './platform';
import { nameOf, type Run, type RunEvent } from './schemas';

/** How long a run that is not found is looked for: with several workers, another one may know it. */
export const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

/** PyFlue's words and Flue's. */
const FAILED = ['failed', 'errored'];
const ENDED = ['succeeded', 'completed', ...FAILED];

export const hasFailed = ({ status }: Run): boolean => FAILED.includes(status);

/**
 * The record of a run. A result that is no JSON makes the server answer 500 for it (contract: traps);
 * the events then tell how it ended, and `error` says that its result cannot be had.
 */
export async function readRun(api: PyFlueApi, id: string): Promise<Run> {
	const read = await settle(async () => await api.runs.get(id));
	if ('value' in read) return read.value;
	const { error } = read;
	if (!hasStatus(error, 500)) throw error;
	const events = await settle(
		async () => await api.runs.events(id, { types: 'run_start,run_end' }),
	);
	const ended = 'value' in events ? withoutResult(id, events.value) : undefined;
	if (ended) return ended;
	throw error;
}

function withoutResult(runId: string, events: RunEvent[]): Run | undefined {
	const [start, end] = ['run_start', 'run_end'].map((type) =>
		events.find((event) => event.type === type),
	);
	if (!end) return undefined;
	const time = (event?: RunEvent) =>
		typeof event?.timestamp === 'number' ? event.timestamp * 1000 : undefined;
	const iso = (ms?: number) => (ms === undefined ? undefined : new Date(ms).toISOString());
	const [began, over] = [time(start), time(end)];
	const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
	return {
		runId,
		status: text(end.data?.status) ?? 'succeeded',
		agentName: text(start?.data?.agent),
		instanceId: text(start?.data?.agent_id),
		startedAt: iso(began),
		endedAt: iso(over),
		durationMs: began !== undefined && over !== undefined ? Math.round(over - began) : undefined,
		result: null,
		error: end.data?.error ?? {
			type: 'result_not_json',
			message:
				'its result is not JSON, so the server cannot send it. Let the workflow return an object, a list, text, a number or nothing.',
		},
	};
}

/**
 * Looks for a run that a server may not know yet, or not on every worker.
 *
 * @param patienceMs how long to look for it
 * @param over ends the search, as a stop of the execution does
 * @returns undefined when it was not found, or the search was ended
 */
export async function lookFor(
	api: PyFlueApi,
	id: string,
	patienceMs: number,
	over?: AbortSignal,
): Promise<Run | undefined> {
	const signal = AbortSignal.any([api.signal, over].filter((one) => one !== undefined));
	const until = Date.now() + patienceMs;
	for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
		const read = await settle(async () => await readRun(api, id));
		if ('value' in read) return read.value;
		if (signal.aborted) return undefined;
		if (!hasStatus(read.error, 404)) throw read.error;
		if (Date.now() + pause > until) return undefined;
		const slept = await settle(async () => await sleep(pause, signal));
		if ('error' in slept) return undefined;
	}
}

/** What a lasting 404 means for a run that the server has accepted (contract: traps 1 and 3). */
export const neverRecorded = (id: string): PlatformError =>
	new PlatformError(`PyFlue accepted the run ${id}, but has no record of it`, {
		runId: id,
		fix: "Either the file of the workflow cannot be loaded or has no run(ctx): the server accepts such a run all the same and never records it; its log says what is wrong with the file. Or the server has several workers that share no run store: set PYFLUE_RUN_STORE=sqlite and PYFLUE_RUN_STORE_PATH on the server, give it one worker, or set Wait to 'In One Request'.",
	});

/** What a lasting 404 means for a run that was known, or that the user names. */
export const lost = (id: string): PlatformError =>
	new PlatformError(`PyFlue no longer knows the run ${id}`, {
		runId: id,
		fix: 'The server was restarted without a lasting run store (PYFLUE_RUN_STORE=sqlite), has more than 1024 newer runs, or has several workers that share no run store.',
	});

/** How the runs of workflows and file handlers go from running to their end. */
export const runLifecycle = (api: PyFlueApi): RunLifecycle<Run> => ({
	noun: 'run',
	idOf: ({ runId }) => runId,
	statusOf: ({ status }) => status,
	isTerminal: ({ status }) => ENDED.includes(status),
	failureOf: (run) =>
		describeError(run.error) ?? (hasFailed(run) ? 'the server gives no reason' : undefined),
	async get(id, _latest, over) {
		const run = await lookFor(api, id, PATIENCE_MS, over);
		if (run) return run;
		throw lost(id);
	},
	typeOf: ({ error }) =>
		isObject(error) && typeof error.type === 'string' ? error.type : undefined,
	groupOf: (run) => nameOf(run) ?? '',
	durationOf: ({ durationMs }) => durationMs ?? undefined,
	async untilEnd(id, signal) {
		const open = async (lastId?: string) => await api.runs.stream(id, lastId, signal);
		for await (const { event } of followEvents(open, signal)) {
			if (event === 'run_end') return;
		}
	},
	ifEndless:
		"A run whose server was ended in the middle of it stays 'running' for ever: start it again in that case.",
});
