import { sendJson } from '../http/call.mts';
import type { Call } from '../http/call.mts';
import { integer } from '../http/query.mts';
import type { Route } from '../http/router.mts';
import { sendStream } from '../http/sse.mts';
import type { Run } from '../records.mts';
import { follow } from '../runs.mts';
import { invalidQuery, notFound, readNumber } from './errors.mts';
import { dialect, eventFrame, runEvent, runRecord } from './views.mts';

const documented = [200, 400, 404, 405, 415, 500, 501];

export const runRoutes: Route[] = [
	{
		methods: ['GET'],
		path: '/runs/{runId}',
		documented,
		handle: (call) => sendJson(call, 200, runRecord(foundRun(call))),
	},
	{
		methods: ['GET'],
		path: '/runs/{runId}/events',
		documented,
		handle: (call) => {
			const run = foundRun(call);
			const after = readNumber(call.query, 'after', { otherwise: -1, min: 0 });
			const limit = readNumber(call.query, 'limit', { otherwise: 100, min: 1, max: 1000 });
			const types = readTypes(call.query);
			const events = run.events
				.map((event, position) => ({ event, position }))
				.filter(({ event, position }) => position > after && (types?.includes(event.type) ?? true))
				.slice(0, limit)
				.map(({ event, position }) => runEvent(run, event, position));
			sendJson(call, 200, { events });
		},
	},
	{
		methods: ['GET'],
		path: '/runs/{runId}/stream',
		documented,
		handle: async (call) => {
			const run = foundRun(call);
			const last = call.request.headers['last-event-id'];
			const from = typeof last === 'string' ? (integer(last) ?? -1) + 1 : 0;
			await sendStream(
				call,
				dialect,
				async function* (signal) {
					for await (const { event, position } of follow(run, from, signal)) {
						yield eventFrame(run, event, position);
					}
				},
				{ heartbeatMs: call.store.settings.heartbeatMs },
			);
		},
	},
];

export function foundRun({ store, params, worker }: Call): Run {
	const { runId = '' } = params;
	const run = store.runOf(worker, runId);
	if (run) return run;
	throw notFound(
		'run_not_found',
		`Run "${runId}" was not found.`,
		'Verify the run id is correct and still within retention.',
	);
}

const KNOWN_TYPES = [
	'run_start run_resume agent_start agent_end turn_start turn_request turn_end message_start',
	'message_update message_end tool_execution_start tool_execution_update tool_execution_end',
	'text_delta thinking_start thinking_delta thinking_end tool_start tool_call turn task_start task',
	'compaction_start compaction operation_start operation log idle run_end',
].flatMap((line) => line.split(' '));

function readTypes(query: URLSearchParams): string[] | null {
	const text = query.get('types');
	if (text === null) return null;
	const types = text.split(',');
	if (types.every((type) => KNOWN_TYPES.includes(type))) return types;
	const one = `(${KNOWN_TYPES.join('|')})`;
	throw invalidQuery(query, 'types', {
		kind: 'validation',
		type: 'regex',
		expected: `/^${one}(,${one})*$/`,
		message: 'types must be a comma-separated list of known event type names.',
		requirement: {},
	});
}
