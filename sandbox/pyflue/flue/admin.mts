import { agents } from '../behaviour.mts';
import { sendJson } from '../http/call.mts';
import type { Call } from '../http/call.mts';
import type { Route } from '../http/router.mts';
import type { Run } from '../records.mts';
import { invalidQuery, readChoice, readNumber } from './errors.mts';
import { foundRun } from './runs.mts';
import { isoTime, runRecord, runSummary, statuses } from './views.mts';

export const adminRoutes: Route[] = [
	{
		methods: ['GET'],
		path: '/admin/agents',
		handle: (call) => {
			const items = Object.entries(agents(call.store))
				.filter(([, agent]) => agent.kind === 'persistent' && agent.webhook)
				.map(([name]) => ({ name, transports: { http: true, websocket: true }, created: true }));
			sendJson(call, 200, { items });
		},
	},
	{ methods: ['GET'], path: '/admin/runs', handle: listRuns },
	{
		methods: ['GET'],
		path: '/admin/runs/{runId}',
		handle: (call) => sendJson(call, 200, runRecord(foundRun(call))),
	},
];

/** Newest first; a page goes on where the last one's run stood, whatever was added since. */
function listRuns(call: Call): void {
	const { store, query, worker } = call;
	const limit = readNumber(query, 'limit', { otherwise: 100, min: 1, max: 1000 });
	const status = readChoice(query, 'status', ['active', 'completed', 'errored'] as const);
	const name = query.get('workflowName');
	const cursor = readCursor(query);
	const runs = store
		.runsOf(worker)
		.filter((run) => status === undefined || statuses[run.status] === status)
		.filter((run) => name === null || run.name === name)
		.sort((a, b) => (position(a) < position(b) ? 1 : -1))
		.filter((run) => cursor === null || position(run) < cursor);
	const page = runs.slice(0, limit);
	const last = page.at(-1);
	sendJson(call, 200, {
		items: page.map(runSummary),
		...(last && runs.length > limit && { nextCursor: encodeCursor(last) }),
	});
}

function position(run: Run): string {
	return `${isoTime(run.startedAt)} ${run.id}`;
}

function encodeCursor(run: Run): string {
	const cursor = { s: isoTime(run.startedAt), r: run.id };
	return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function readCursor(query: URLSearchParams): string | null {
	const text = query.get('cursor');
	if (text === null) return null;
	const decoded = Buffer.from(text, 'base64url').toString();
	const [, time, id] = /^\{"s":"([^"]+)","r":"([^"]+)"\}$/.exec(decoded) ?? [];
	if (time && id) return `${time} ${id}`;
	throw invalidQuery(query, 'cursor', {
		kind: 'validation',
		type: 'check',
		expected: 'cursor',
		message: 'cursor must be a valid pagination cursor.',
	});
}
