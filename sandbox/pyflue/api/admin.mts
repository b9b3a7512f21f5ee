import { BareAnswer, RaisedError, TypedError, plainError, queryError } from '../errors.mts';
import { sendJson, sendRows } from '../http/call.mts';
import type { Call } from '../http/call.mts';
import { integer, limitRule, readInteger } from '../http/query.mts';
import type { Route } from '../http/router.mts';
import type { Run, RunStatus } from '../records.mts';
import { runRecord } from './views.mts';

/** Where the admin routes begin there is nothing, but a path without the slash is sent there. */
export const adminMount: Route = {
	methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
	path: '/admin/',
	handle: () => {
		throw new BareAnswer(404, { detail: 'Not Found' });
	},
};

/** A sub-application of its own: it has an OpenAPI document, and plain 500s. */
export const adminRoutes: Route[] = [
	{
		methods: ['GET'],
		path: '/admin/agents',
		handle: (call) => {
			const { items, nextCursor } = page(
				call,
				names(call).map((name) => ({ name, triggers: null })),
			);
			sendJson(call, 200, { agents: items, items, nextCursor });
		},
	},
	{
		methods: ['GET'],
		path: '/admin/agents/{name}/instances',
		handle: (call) => {
			const { name = '' } = call.params;
			const ids = instances(call, name);
			const { items, nextCursor } = page(
				call,
				ids.map((id) => ({ agent_id: id, instanceId: id })),
			);
			sendJson(call, 200, { agent: name, agentName: name, instances: items, items, nextCursor });
		},
	},
	{
		methods: ['GET'],
		path: '/admin/agents/{name}/instances/{agent_id}/runs',
		handle: async (call) => {
			const { name = '', agent_id = '' } = call.params;
			if (!instances(call, name).includes(agent_id)) throw notKnown('instance', agent_id);
			const { items, nextCursor } = runPage(
				call,
				(run) => run.name === name && run.instanceId === agent_id,
			);
			await sendRows(call, ['runs', 'items'], items, {
				nextCursor,
				agent: name,
				agentName: name,
				agent_id,
				instanceId: agent_id,
			});
		},
	},
	{
		methods: ['GET'],
		path: '/admin/runs',
		handle: async (call) => {
			const name = call.query.get('agentName') || call.query.get('agent_name');
			if (name && !names(call).includes(name)) throw notKnown('agent', name);
			const { items, nextCursor } = runPage(call, (run) => !name || run.name === name);
			await sendRows(call, ['runs', 'items'], items, { nextCursor });
		},
	},
	{
		methods: ['GET'],
		path: '/admin/runs/{run_id}',
		handle: (call) => {
			const { run_id = '' } = call.params;
			const run = call.store.runOf(call.worker, run_id);
			if (!run) throw notKnown('run', run_id);
			sendJson(call, 200, record(run));
		},
	},
];

/** Who has a run in the history; what is deployed does not count. */
function names({ store, worker }: Call): string[] {
	return [...new Set(store.runsOf(worker).map((run) => run.name))].sort();
}

function instances(call: Call, name: string): string[] {
	if (!names(call).includes(name)) throw notKnown('agent', name);
	const runs = call.store.runsOf(call.worker).filter((run) => run.name === name);
	return [...new Set(runs.map((run) => run.instanceId))].sort();
}

function runPage(call: Call, belongs: (run: Run) => boolean) {
	const status = readStatus(call.query);
	const runs = call.store
		.runsOf(call.worker)
		.filter((run) => belongs(run) && (status === null || run.status === status))
		.reverse();
	const { items, nextCursor } = page(call, runs);
	return { items: items.map(record), nextCursor };
}

function page<T>({ query }: Call, all: T[]): { items: T[]; nextCursor: string | null } {
	const limit = readInteger(query, 'limit', { otherwise: 100, ...limitRule });
	const offset = readCursor(query);
	const items = all.slice(offset, offset + limit);
	const next = offset + items.length;
	return { items, nextCursor: next < all.length ? encodeCursor(next) : null };
}

/** This part of the server has no handler for errors it does not expect. */
function record(run: Run) {
	try {
		return runRecord(run);
	} catch (error) {
		throw error instanceof RaisedError ? plainError() : error;
	}
}

function encodeCursor(offset: number): string {
	return Buffer.from(JSON.stringify({ offset })).toString('base64url');
}

function readCursor(query: URLSearchParams): number {
	const text = query.get('cursor');
	if (!text) return 0;
	const offset = /^\d+$/.test(text) ? Number(text) : decodeCursor(text);
	if (offset === null || offset < 0) {
		throw queryError('cursor', text, 'Must be a valid pagination cursor.');
	}
	return offset;
}

function decodeCursor(text: string): number | null {
	try {
		const cursor: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
		if (typeof cursor !== 'object' || cursor === null || !('offset' in cursor)) return null;
		return integer(String(cursor.offset));
	} catch {
		return null;
	}
}

const statuses = new Map<string, RunStatus>([
	['active', 'running'],
	['completed', 'succeeded'],
	['errored', 'failed'],
	['running', 'running'],
	['succeeded', 'succeeded'],
	['failed', 'failed'],
]);

function readStatus(query: URLSearchParams): RunStatus | null {
	const text = query.get('status');
	if (!text) return null;
	const status = statuses.get(text);
	if (!status) throw queryError('status', text, 'Must be one of: active, completed, errored.');
	return status;
}

function notKnown(kind: 'agent' | 'instance' | 'run', value: string): TypedError {
	return new TypedError({
		type: `${kind}_not_found`,
		message: `${kind.charAt(0).toUpperCase()}${kind.slice(1)} "${value}" is not known to this server.`,
		details: 'Admin lookups use in-process run history that may have been evicted.',
		status: 404,
	});
}
