import { hasStatus, PlatformError } from '../shared/errors';
import { isObject } from '../shared/json';
import type { RunLifecycle } from '../shared/runs/lifecycle';
import { settle } from '../shared/settle';
import { parseAnswer } from '../shared/http/notNumbers';
import { parseEvents, type ServerSentEvent } from '../shared/http/sse';
import type { FlowMaestroApi } from './api';
import type { Execution } from './schemas';

/** Contract 3.2. Any other status is one that this package does not know and not an end. */
const ENDS = ['completed', 'failed', 'cancelled'];
/** Events after which a look at the execution is worth it (contract 4). */
const TELLING = ['completed', 'failed', 'cancelled', 'paused'].map((end) => `execution:${end}`);
/** Streams open at once: each costs a request, and on the known backend they report nothing. */
const MOST_STREAMS = 3;
/** Three of the stream's comments, in milliseconds: after so much silence it is dead. */
const STREAM_SILENCE_MS = 90_000;

export const isTerminal = ({ status }: Execution): boolean => ENDS.includes(status);
export const isPaused = ({ status }: Execution): boolean => status === 'paused';

/** The platform's reason as text: the documentation shows an object where the backend has text. */
export function reasonOf({ error, status }: Execution): string {
	if (typeof error === 'string' && error !== '') return error;
	if (isObject(error)) {
		return typeof error.message === 'string' ? error.message : JSON.stringify(error);
	}
	return `FlowMaestro gives no reason for the status '${status}'`;
}

/** What an event is called: its name, or the type that its data tells (contract 4). */
export function nameOf({ event, data }: ServerSentEvent): string {
	const parsed = parseAnswer(data);
	const type = parsed.ok && isObject(parsed.value) ? parsed.value.type : undefined;
	return event === 'message' && typeof type === 'string' ? type : event;
}

/**
 * A look at one execution. One of a teammate's workflow is only shown by its workflow's list
 * (contract 0.11).
 */
async function look(api: FlowMaestroApi, id: string, latest?: Execution): Promise<Execution> {
	const looked = await settle(async () => await api.executions.get(id));
	if ('value' in looked) return looked.value;
	const { error } = looked;
	const isHidden = hasStatus(error, 404);
	const listed =
		isHidden && latest?.workflow_id ? await api.executions.newest(latest.workflow_id) : [];
	const found = listed.find((execution) => execution.id === id);
	if (found) return found;
	throw error;
}

/** Resolves when the execution's stream tells its end, and rejects when it ends without that. */
async function streamedEnd(api: FlowMaestroApi, id: string, signal: AbortSignal): Promise<void> {
	const { body } = await api.executions.events(id, signal, STREAM_SILENCE_MS);
	for await (const event of parseEvents(body)) {
		if (TELLING.includes(nameOf(event))) return;
	}
	throw new PlatformError(`The event stream of execution ${id} ended early`);
}

const aborted = async (signal: AbortSignal): Promise<void> =>
	await new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

/** How FlowMaestro's executions go from pending to their end; one for a node execution. */
export function executionLifecycle(api: FlowMaestroApi): RunLifecycle<Execution> {
	/** Undefined while the first stream has not shown yet whether streams report anything. */
	let streamsReport: boolean | undefined;
	let streams = 0;
	return {
		noun: 'execution',
		nounInForm: 'Execution',
		idOf: ({ id }) => id,
		statusOf: ({ status }) => status,
		isTerminal,
		isPaused,
		failureOf: (execution) =>
			isTerminal(execution) && execution.status !== 'completed' ? reasonOf(execution) : undefined,
		get: async (id, latest) => await look(api, id, latest),
		async *listRecent(workflowIds) {
			for (const id of workflowIds.filter((workflowId) => workflowId !== '')) {
				yield* await api.executions.newest(id);
			}
		},
		listsByGroup: true,
		listIsWhole: true,
		groupOf: ({ workflow_id }) => workflow_id ?? '',
		durationOf({ started_at, completed_at }) {
			const took = Date.parse(completed_at ?? '') - Date.parse(started_at ?? '');
			return Number.isNaN(took) ? undefined : took;
		},
		async untilEnd(id, signal) {
			if (streams >= (streamsReport ? MOST_STREAMS : 1) || streamsReport === false) {
				return await aborted(signal);
			}
			streams++;
			const ended = await settle(async () => await streamedEnd(api, id, signal));
			streams--;
			// Where a look found the end first, or there is no stream, the next one would tell no more.
			streamsReport = 'value' in ended;
			if ('error' in ended) throw ended.error;
		},
		untilEndIsABonus: true,
		pace: api.pace,
		cancel: async (id) => void (await api.executions.cancel(id)),
	};
}
