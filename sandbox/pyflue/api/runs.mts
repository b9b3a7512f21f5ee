import { TypedError, queryError } from '../errors.mts';
import { sendJson } from '../http/call.mts';
import type { Call } from '../http/call.mts';
import { integer, limitRule, readInteger } from '../http/query.mts';
import type { Route } from '../http/router.mts';
import { sendStream } from '../http/sse.mts';
import type { Run } from '../records.mts';
import { follow } from '../runs.mts';
import { dialect, eventFrame, runEvent, runRecord } from './views.mts';

const documented = [200, 400, 404, 405, 415, 500, 422];

export const runRoutes: Route[] = [
	{
		methods: ['GET'],
		path: '/runs/{run_id}',
		documented,
		handle: (call) => sendJson(call, 200, runRecord(foundRun(call))),
	},
	{
		methods: ['GET'],
		path: '/runs/{run_id}/events',
		documented,
		handle: (call) => {
			const run = foundRun(call);
			const { after, limit, types } = readEventQuery(call.query);
			const events = run.events
				.map((event, position) => runEvent(run, event, position))
				.filter(({ eventIndex, type }) => eventIndex > after && (types?.includes(type) ?? true))
				.slice(0, limit);
			const next = events.at(-1)?.eventIndex ?? after;
			sendJson(call, 200, {
				run_id: run.id,
				runId: run.id,
				events,
				next_after: next,
				nextAfter: next,
			});
		},
	},
	{
		methods: ['GET'],
		path: '/runs/{run_id}/stream',
		documented,
		handle: async (call) => {
			const run = foundRun(call);
			const after = resumeAfter(call);
			await sendStream(
				call,
				dialect,
				async function* (signal) {
					for await (const { event, position } of follow(run, after, signal)) {
						yield eventFrame(run, event, position);
					}
				},
				{ heartbeatMs: call.store.settings.heartbeatMs },
			);
		},
	},
];

function foundRun({ store, params, worker }: Call): Run {
	const { run_id = '' } = params;
	const run = store.runOf(worker, run_id);
	if (run) return run;
	throw new TypedError({
		type: 'run_not_found',
		message: `Run "${run_id}" is not known to this server.`,
		details: 'Run history is kept in process memory and may have been evicted.',
		status: 404,
	});
}

/** `?after` overrides `Last-Event-ID`; what is no number counts as 0. */
function resumeAfter({ query, request }: Call): number {
	const last = request.headers['last-event-id'];
	const text = query.get('after') || (typeof last === 'string' ? last : '');
	return Math.max(0, integer(text) ?? 0);
}

function readEventQuery(query: URLSearchParams) {
	const after = readInteger(query, 'after', {
		otherwise: 0,
		min: 0,
		details: 'Must be a non-negative integer.',
	});
	const limit = readInteger(query, 'limit', { otherwise: 1000, ...limitRule });
	const text = query.get('types');
	if (!text) return { after, limit };
	const types = text
		.split(',')
		.map((type) => type.trim())
		.filter((type) => type !== '');
	if (types.length === 0) {
		throw queryError('types', text, 'Must be a comma-separated list of event types.');
	}
	return { after, limit, types };
}
