import { workflow, workflowNames } from '../behaviour.mts';
import { RaisedError, TypedError } from '../errors.mts';
import { readPayload } from '../http/body.mts';
import { sendJson, sendRunId, wantsStream } from '../http/call.mts';
import type { Call } from '../http/call.mts';
import type { Route } from '../http/router.mts';
import { sendStream } from '../http/sse.mts';
import type { Handler } from '../project.mts';
import { inBackground, startRun, workflowRunId } from '../runs.mts';
import { hang } from '../store.mts';
import { jsonable } from './serializing.mts';
import { sendStarted } from './started.mts';
import { dialect } from './views.mts';

export const workflowRoutes: Route[] = [
	{
		methods: ['POST'],
		path: '/workflows/{name}',
		documented: [200, 202, 400, 404, 405, 415, 500, 422],
		handle: postWorkflow,
	},
];

async function postWorkflow(call: Call): Promise<void> {
	const { store, params, query, worker, request } = call;
	const { name = '' } = params;
	if (!workflowNames(store).includes(name)) throw unknownWorkflow(call, name);
	const payload = readPayload(call);
	const id = workflowRunId(store, name);
	const start = (handler: Handler) =>
		startRun(
			store,
			{ id, kind: 'workflow', name, instanceId: id, worker, payload },
			handler,
			request.headers,
		);
	const handler = load(call, name);

	if (wantsStream(call)) {
		sendRunId(call, id);
		if (handler instanceof RaisedError) return await sendNothing(call);
		return await sendStarted(call, start(handler), 'streaming this workflow');
	}
	if (query.get('wait') === 'result') {
		// A failed wait answers without the run id, so its header comes after.
		if (handler instanceof RaisedError) throw handler;
		const result = jsonable(await start(handler).done);
		sendRunId(call, id);
		return sendJson(call, 200, { status: 'completed', run_id: id, runId: id, result });
	}
	if (!(handler instanceof RaisedError)) inBackground(start(handler).done, store.life);
	sendRunId(call, id);
	sendJson(call, 202, { status: 'accepted', run_id: id, runId: id });
}

/** The workflow's function, or why its file cannot be imported. */
function load({ store }: Call, name: string): Handler | RaisedError {
	try {
		const handler = workflow(store, name);
		if (handler) return handler;
	} catch (error) {
		if (error instanceof RaisedError) return error;
		throw error;
	}
	throw new Error(`No workflow ${name}`);
}

/** A run that is never recorded has no events: headers, then silence. */
async function sendNothing(call: Call): Promise<void> {
	await sendStream(call, dialect, async function* (signal) {
		yield await hang(signal);
	});
}

function unknownWorkflow({ store }: Call, name: string): TypedError {
	return new TypedError({
		type: 'not_found',
		message: `Unknown workflow: ${name}.`,
		details: `Available workflows: ${workflowNames(store).join(', ') || '(none)'}.`,
		status: 404,
	});
}
