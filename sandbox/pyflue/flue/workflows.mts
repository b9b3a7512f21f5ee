import { workflow, workflowNames } from '../behaviour.mts';
import { TypedError } from '../errors.mts';
import { parseJson } from '../http/body.mts';
import { bodyText, sendJson, sendRunId, wantsStream } from '../http/call.mts';
import type { Call } from '../http/call.mts';
import type { Route } from '../http/router.mts';
import { sendStream } from '../http/sse.mts';
import { NOT_JSON } from '../records.mts';
import { follow, inBackground, startRun, workflowRunId } from '../runs.mts';
import { list, notFound, readChoice } from './errors.mts';
import { dialect, eventFrame } from './views.mts';

export const workflowRoutes: Route[] = [
	{
		methods: ['POST'],
		path: '/workflows/{name}',
		documented: [200, 202, 400, 404, 405, 415, 500, 501],
		handle: postWorkflow,
	},
];

async function postWorkflow(call: Call): Promise<void> {
	const { store, params, query, worker, request } = call;
	const { name = '' } = params;
	if (!workflowNames(store).includes(name)) {
		throw notFound(
			'workflow_not_found',
			`Workflow "${name}" is not registered.`,
			'Verify the workflow name is correct.',
			`Available workflows: ${list(workflowNames(store))}.\n` +
				'Workflows are loaded from the project root\'s "workflows/" directory at build time.',
		);
	}
	const wait = readChoice(query, 'wait', ['result'] as const);
	// From here on the run is admitted: errors carry its id too.
	const id = workflowRunId(store, name);
	sendRunId(call, id);
	const payload = readPayload(call);
	const handler = workflow(store, name) ?? (() => null);
	const { run, done } = startRun(
		store,
		{ id, kind: 'workflow', name, instanceId: id, worker, payload },
		handler,
		request.headers,
	);
	if (wait) {
		const result = await done;
		return sendJson(call, 200, {
			result: result === NOT_JSON ? null : result,
			_meta: { runId: id },
		});
	}
	inBackground(done, store.life);
	if (!wantsStream(call)) {
		// Nobody handles what it throws, and so it ends the process.
		done.catch(() => store.end());
		return sendJson(call, 202, { status: 'accepted', runId: id });
	}
	await sendStream(call, dialect, async function* (signal) {
		for await (const { event, position } of follow(run, 0, signal)) {
			yield eventFrame(run, event, position);
		}
	});
}

/** The whole body is the payload; no body is `{}`. */
export function readPayload(call: Call): unknown {
	const text = bodyText(call);
	if (text === '') return {};
	const type = call.request.headers['content-type'] ?? '';
	if (!type.toLowerCase().includes('application/json')) {
		throw new TypedError({
			type: 'unsupported_media_type',
			message: 'Request body must be sent as application/json.',
			details:
				`Received Content-Type: "${type}".\n` +
				'Send the request body as JSON with the header "Content-Type: application/json", or omit ' +
				"the body entirely (and the Content-Type header) if the request doesn't have a payload.",
			status: 415,
		});
	}
	return parseJson(text, (reason) => ({
		type: 'invalid_json',
		message: 'Request body is not valid JSON.',
		details:
			`The JSON parser reported: ${reason}\nVerify the body is well-formed JSON, or omit the body ` +
			"entirely if the request doesn't have a payload.",
		status: 400,
	}));
}
