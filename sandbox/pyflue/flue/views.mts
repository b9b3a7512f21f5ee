import type { Dialect, Frame } from '../http/sse.mts';
import { NOT_JSON } from '../records.mts';
import type { JsonObject, Run, RunEvent, RunStatus } from '../records.mts';

export const statuses: Record<RunStatus, 'active' | 'completed' | 'errored'> = {
	running: 'active',
	succeeded: 'completed',
	failed: 'errored',
};

export const dialect: Dialect = {
	contentType: 'text/event-stream',
	order: ['event', 'id', 'data'],
	stringify: (value) => JSON.stringify(value),
	headers: { 'cache-control': 'no-cache' },
};

export function runRecord(run: Run) {
	return {
		...identity(run),
		payload: run.payload,
		...ending(run),
		...(run.status === 'succeeded' && { result: resultOf(run) }),
		...(run.status === 'failed' && { error: jsError(run) }),
	};
}

/** As lists show it: neither what went in nor what came out. */
export function runSummary(run: Run) {
	const { endedAt, isError, durationMs: took } = ending(run);
	return { ...identity(run), ...(endedAt && { endedAt, durationMs: took, isError }) };
}

/** Events are counted from 0 and have no `data` of their own. */
export function runEvent(run: Run, event: RunEvent, eventIndex: number): JsonObject {
	const { type } = event;
	const stamp = { eventIndex, timestamp: isoTime(event.at) };
	const runId = run.id;
	switch (event.type) {
		case 'run_start':
			return {
				type,
				runId,
				owner: owner(run),
				instanceId: run.instanceId,
				workflowName: run.name,
				startedAt: isoTime(run.startedAt),
				payload: run.payload,
				...stamp,
			};
		case 'log':
			return {
				type,
				level: event.level,
				message: event.message,
				attributes: event.fields,
				runId,
				...stamp,
			};
		case 'run_end':
			return {
				type,
				runId,
				result: resultOf(run),
				isError: run.status === 'failed',
				...(run.status === 'failed' && { error: jsError(run) }),
				durationMs: durationMs(run),
				...stamp,
			};
	}
}

export function eventFrame(run: Run, event: RunEvent, position: number): Frame {
	return { id: position, event: event.type, data: runEvent(run, event, position) };
}

export function isoTime(seconds: number): string {
	return new Date(Math.floor(seconds * 1000)).toISOString();
}

function identity(run: Run) {
	return {
		runId: run.id,
		owner: owner(run),
		status: statuses[run.status],
		startedAt: isoTime(run.startedAt),
	};
}

function ending(run: Run): { endedAt?: string; isError?: boolean; durationMs?: number } {
	if (run.endedAt === null) return {};
	return {
		endedAt: isoTime(run.endedAt),
		isError: run.status === 'failed',
		durationMs: durationMs(run),
	};
}

function owner({ name, instanceId }: Run) {
	return { kind: 'workflow', workflowName: name, instanceId };
}

function durationMs({ startedAt, endedAt }: Run): number {
	return Math.max(0, Math.floor(((endedAt ?? startedAt) - startedAt) * 1000));
}

/** JavaScript knows no value that JSON cannot take but `undefined`; it becomes null. */
function resultOf({ result }: Run): unknown {
	return result === NOT_JSON ? null : result;
}

/** An `Error`'s name and message; the record keeps the exception's text in its details. */
function jsError({ error }: Run) {
	return { name: 'Error', message: error?.details || error?.message || '' };
}
