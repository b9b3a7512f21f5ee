import type { Dialect, Frame } from '../http/sse.mts';
import type { JsonObject, Run, RunEvent } from '../records.mts';
import { checkSerializable } from './serializing.mts';

/** Throws what the server raises for a record that it cannot write. */
export function runRecord(run: Run) {
	checkSerializable(run.result);
	checkSerializable(run.error);
	const { startedAt, endedAt } = run;
	const isError = run.status === 'failed';
	return {
		run_id: run.id,
		runId: run.id,
		agent: run.name,
		agentName: run.name,
		agent_id: run.instanceId,
		instanceId: run.instanceId,
		started_at: startedAt,
		startedAt: isoTime(startedAt),
		ended_at: endedAt,
		endedAt: endedAt === null ? null : isoTime(endedAt),
		durationMs: endedAt === null ? null : Math.max(0, Math.floor((endedAt - startedAt) * 1000)),
		status: run.status,
		is_error: isError,
		isError,
		error: run.error,
		result: run.result,
		event_count: run.events.length,
	};
}

/** Events are counted from 1. */
export function runEvent(run: Run, event: RunEvent, position: number) {
	return {
		run_id: run.id,
		runId: run.id,
		event_index: position + 1,
		eventIndex: position + 1,
		type: event.type,
		timestamp: event.at,
		data: eventData(run, event),
	};
}

export function eventFrame(run: Run, event: RunEvent, position: number): Frame {
	return { id: position + 1, event: event.type, data: runEvent(run, event, position) };
}

export const dialect: Dialect = {
	contentType: 'text/event-stream; charset=utf-8',
	order: ['id', 'event', 'data'],
	stringify: pythonJson,
	headers: {},
};

/** Microseconds and `Z`, as Python writes a time. */
export function isoTime(seconds: number): string {
	const whole = Math.floor(seconds);
	const micros = Math.min(Math.round((seconds - whole) * 1_000_000), 999_999);
	return `${new Date(whole * 1000).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
}

function eventData(run: Run, event: RunEvent): JsonObject {
	switch (event.type) {
		case 'run_start':
			return { agent: run.name, agent_id: run.instanceId };
		case 'log':
			return { level: event.level, message: event.message, ...event.fields };
		case 'run_end':
			return { is_error: run.status === 'failed', error: run.error, status: run.status };
	}
}

/** As `json.dumps` writes it: blanks after commas and colons, nothing but ASCII. */
function pythonJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value).map(
			([key, entry]) => `${ascii(JSON.stringify(key))}: ${pythonJson(entry)}`,
		);
		return `{${entries.join(', ')}}`;
	}
	return ascii(JSON.stringify(value ?? null));
}

function ascii(json: string): string {
	return json.replace(
		/[\u007f-\uffff]/g,
		(unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}
