// A run's way from its start to its end, in real time.
import { EventEmitter, once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { Cancelled, isRaised, recordedError } from './errors.mts';
import { ulid } from './ids.mts';
import type { Handler } from './project.mts';
import type { Run, RunEvent } from './records.mts';
import { now, pause } from './store.mts';
import type { Store } from './store.mts';

/** `workflow:<name>:run_<ulid>` on PyFlue, without `run_` on Flue. */
export function workflowRunId(store: Store, name: string, seconds = now()): string {
	const prefix = store.settings.variant === 'flue' ? '' : 'run_';
	return `workflow:${name}:${prefix}${ulid(seconds)}`;
}

export function agentRunId(): string {
	return `run_${ulid(now())}`;
}

type NewRun = Pick<Run, 'id' | 'kind' | 'name' | 'instanceId' | 'worker' | 'payload'> &
	Partial<Pick<Run, 'startedAt'>>;

/** Keeps a run that has just started; nothing makes it go on. */
export function addRun(store: Store, { startedAt = now(), ...given }: NewRun): Run {
	const run: Run = {
		...given,
		startedAt,
		endedAt: null,
		status: 'running',
		error: null,
		result: null,
		events: [],
		live: new EventEmitter().setMaxListeners(0),
	};
	store.keep(run);
	append(run, { type: 'run_start', at: startedAt });
	return run;
}

/** Ends a run once; its last event is `run_end`. */
export function endRun(
	run: Run,
	end: Pick<Run, 'error' | 'result'> & Partial<Pick<Run, 'endedAt'>>,
): void {
	if (run.status !== 'running') return;
	const at = end.endedAt ?? now();
	Object.assign(run, { ...end, endedAt: at, status: end.error ? 'failed' : 'succeeded' });
	append(run, { type: 'run_end', at });
}

export function append(run: Run, event: RunEvent): void {
	run.events.push(event);
	run.live.emit('change');
}

/**
 * Starts a run of `handler`. `done` is fulfilled with its result or rejected with what it raised;
 * by then the run has ended.
 */
export function startRun(
	store: Store,
	given: NewRun,
	handler: Handler,
	headers: IncomingHttpHeaders,
): { run: Run; done: Promise<unknown> } {
	const run = addRun(store, given);
	return { run, done: execute(store, run, handler, headers) };
}

/** For a caller that does not wait: what the handler raised is in the run's record. */
export function inBackground(done: Promise<unknown>, life: AbortSignal): void {
	void done.catch((error: unknown) => {
		const isLeft = error instanceof Cancelled || life.aborted;
		if (!isRaised(error) && !isLeft) throw error;
	});
}

/** Events from 0-based position `from` on, then each new one, up to the run's end. */
export async function* follow(
	run: Run,
	from: number,
	signal: AbortSignal,
): AsyncGenerator<{ event: RunEvent; position: number }> {
	for (let position = from; ;) {
		const event = run.events[position];
		if (event) {
			yield { event, position };
			position += 1;
		} else if (run.status === 'running') {
			await once(run.live, 'change', { signal });
		} else {
			return;
		}
	}
}

async function execute(
	store: Store,
	run: Run,
	handler: Handler,
	headers: IncomingHttpHeaders,
): Promise<unknown> {
	const { life } = store;
	const wait = async (ms: number) => await pause(ms, life);
	try {
		const result = await handler({
			runId: run.id,
			instanceId: run.instanceId,
			payload: run.payload,
			headers,
			log: (level, message, fields = {}) => {
				// Patched to an end meanwhile: the handler goes on, but nothing follows `run_end`.
				if (run.status === 'running')
					append(run, { type: 'log', at: now(), level, message, fields });
			},
			pause: wait,
			block: async (ms) => await store.block(run.worker ?? 0, async () => await wait(ms)),
		});
		endRun(run, { result: result ?? null, error: null });
		return result ?? null;
	} catch (error) {
		if (isRaised(error)) endRun(run, { result: null, error: recordedError(error) });
		throw error;
	}
}
