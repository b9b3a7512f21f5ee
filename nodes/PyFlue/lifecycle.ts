import { hasStatus, PlatformError } from '../shared/errors';
import { isObject } from '../shared/json';
import { settle } from '../shared/settle';
import type { RunLifecycle } from '../shared/runs/lifecycle';
import type { PyFlueApi } from './api';
import { followEvents } from './eventStream';
import { describeError } from './platform';
import { nameOf, type Run, type RunEvent } from './schemas';

/** The status of a run of which nothing is known but that the server has accepted it. */
export const ACCEPTED = 'accepted';
/** The same of one that the user has named. */
export const UNSEEN = 'unknown';

/** PyFlue's words and Flue's. */
const FAILED = ['failed', 'errored'];
const ENDED = ['succeeded', 'completed', ...FAILED];

/** What stands for an error in a run that succeeded with a result that the server cannot send. */
export const RESULT_NOT_JSON = {
	type: 'result_not_json',
	message:
		'its result is not JSON, so the server cannot send it. Let the workflow return an object, a list, text, a number or nothing.',
};

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
		error: end.data?.error ?? RESULT_NOT_JSON,
	};
}

const ONE_WORKER =
	"has several workers, each of which knows its own runs alone: give it one worker, or let the proxy in front of it send each client to the same one. Until then set Wait to 'In One Request'";

/** What a lasting 404 means for a run that the server has accepted (contract: traps 1 and 3). */
const neverRecorded = (id: string): PlatformError => {
	const [file, lacks] = id.startsWith('workflow:')
		? ['workflow', 'cannot be loaded or has no run(ctx)']
		: ['agent', 'has no default(context)'];
	return new PlatformError(`PyFlue accepted the run ${id}, but has no record of it`, {
		runId: id,
		// Flue checks its files when it is built, and has one process.
		fix:
			ifUnreachable(id) ??
			`Either the file of the ${file} ${lacks}: the server accepts such a run all the same and never records it; its log says what is wrong with the file. Or the server ${ONE_WORKER}.`,
	});
};

/** What a lasting 404 means for a run that was known, or that the user names. */
const lost = (id: string): PlatformError =>
	new PlatformError(`PyFlue no longer knows the run ${id}`, {
		runId: id,
		fix: [
			'Its result cannot be read any more. Either the server was restarted, which ended the run if it was not over; PYFLUE_RUN_STORE=sqlite keeps the records of those that were. Or 1024 newer runs have taken its place (PYFLUE_RUN_STORE_MAX).',
			`Or the server ${ONE_WORKER}.`,
			ifUnreachable(id),
		]
			.filter(Boolean)
			.join(' '),
	});

/** PyFlue's IDs have a `run_` in them, Flue's have none. */
const isOfFlue = (id: string): boolean => /^workflow:.*:[^:_]+$/.test(id);

const ifUnreachable = (id: string): string | undefined =>
	isOfFlue(id)
		? "An accepted workflow that throws ends the whole process of a Flue 0.8 server, and its runs with it: the server's log has the exception. With Wait set to 'In One Request' it does not."
		: undefined;

/** How the runs of workflows and file handlers go from running to their end. */
export const runLifecycle = (api: PyFlueApi): RunLifecycle<Run> => ({
	noun: 'run',
	idOf: ({ runId }) => runId,
	statusOf: ({ status }) => status,
	isTerminal: ({ status }) => ENDED.includes(status),
	failureOf: (run) =>
		describeError(run.error) ?? (hasFailed(run) ? 'the server gives no reason' : undefined),
	seeWhatItDid: 'Run: Get Events shows what it has logged.',
	isUnseen: ({ status }) => status === ACCEPTED || status === UNSEEN,
	get: async (id) => await readRun(api, id),
	notFound: ({ runId, status }) => (status === ACCEPTED ? neverRecorded(runId) : lost(runId)),
	ifUnreachable,
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
