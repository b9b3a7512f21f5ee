import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject, LogEvent, Turn } from './records.mts';

/** What a workflow's `run(ctx)` and a file handler's `default(ctx)` get. */
export interface RunContext {
	runId: string;
	instanceId: string;
	/** An object on PyFlue, any JSON on Flue. */
	payload: unknown;
	headers: IncomingHttpHeaders;
	log(level: LogEvent['level'], message: string, fields?: JsonObject): void;
	pause(ms: number): Promise<void>;
	/** The same, but its process does nothing else. */
	block(ms: number): Promise<void>;
}

/** Answers the result or throws a `TypedError` or `RaisedError`. */
export type Handler = (context: RunContext) => unknown;

export interface ToolCall {
	toolName: string;
	args: JsonObject;
	result: unknown;
}

export interface Reply {
	text: string;
	metadata: JsonObject;
	model: string;
	toolCalls?: ToolCall[];
}

export interface PersistentAgent {
	kind: 'persistent';
	/** `false`: `POST /agents/{name}/{id}` refuses it. */
	webhook: boolean;
	/** Answers a message; `turns` are the session's earlier ones. */
	answer(message: string, turns: Turn[]): Reply;
}

export interface HandlerAgent {
	kind: 'handler';
	webhook: boolean;
	run: Handler;
}

export type Agent = PersistentAgent | HandlerAgent;

/** What is deployed on a server. */
export interface Project {
	root: string;
	harness: string;
	/** Serves `/prompt`. */
	defaultAgent: { name: string; agent: PersistentAgent };
	agents: Record<string, Agent>;
	workflows: Record<string, Handler>;
}

/** The payload's field, `undefined` where the payload is no object or lacks it. */
export function field(payload: unknown, name: string): unknown {
	return isObject(payload) && Object.hasOwn(payload, name) ? payload[name] : undefined;
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
