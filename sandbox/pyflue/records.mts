import type { EventEmitter } from 'node:events';

export type JsonObject = Record<string, unknown>;

/** Milliseconds, or a range to draw from. */
export type Duration = number | [min: number, max: number];

export type RunStatus = 'running' | 'succeeded' | 'failed';

export interface LogEvent {
	type: 'log';
	/** Seconds since the epoch. */
	at: number;
	level: 'info' | 'warn' | 'error';
	message: string;
	fields: JsonObject;
}

export type RunEvent = { type: 'run_start' | 'run_end'; at: number } | LogEvent;

/** One run as the server knows it; each variant shows it in its own shape. */
export interface Run {
	id: string;
	kind: 'workflow' | 'agent';
	/** Of the workflow or the agent. */
	name: string;
	/** The run's own id for a workflow, the id in the path for an agent. */
	instanceId: string;
	/** The process that knows it, of several; `null`: all do, from a file read when they started. */
	worker: number | null;
	/** Seconds since the epoch. */
	startedAt: number;
	endedAt: number | null;
	status: RunStatus;
	/** What the handler raised, as the record shows it. */
	error: JsonObject | null;
	/** May be one of the symbols below. */
	result: unknown;
	payload: unknown;
	events: RunEvent[];
	/** Emits `change` with each event. */
	live: EventEmitter;
}

/** Stands for a Python object that no JSON encoder takes. */
export const NOT_JSON = Symbol('object()');

/** Stands for a function, or an object of a class: one encoder takes it for an empty object. */
export const NO_FIELDS = Symbol('function');

/** Stands for bytes that are no UTF-8. */
export const NOT_UTF8 = Symbol("b'\\xff'");

export interface Turn {
	role: 'user' | 'assistant';
	text: string;
}

/** One conversation with an agent. */
export interface Session {
	/** Whose it is; `null`: the default agent's, of `/prompt`. */
	agent: string | null;
	/** What the wire calls it. */
	id: string;
	turns: Turn[];
	/** The operation that goes on; a second one is refused. */
	running: { operation: 'prompt' | 'stream'; controller: AbortController } | null;
}
