import { PlatformError } from '../shared/errors';
import type { Explanation, Platform } from '../shared/http/platform';
import { isObject } from '../shared/json';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const MISSING_ROUTE =
	'Check the Base URL of the credential, and its Admin Path where lists of runs or the trigger say this.';
/** PyFlue's own 404s have a form: what has none comes from something else at this address. */
const NOT_PYFLUE = `This is no answer of a PyFlue server. ${MISSING_ROUTE} A Flue server has fewer operations than PyFlue.`;

/** What HTTP takes for the name of a header. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

const CHECK_NAME = 'Pick the name from the list, or correct it.';

/**
 * Errors by which the server itself turns a request away before any work has begun, by type, and in
 * which words: the code of an agent or workflow may raise errors of the same types.
 */
const REFUSALS: Record<string, { says: RegExp; fix?: string }> = {
	agent_not_found: { says: /^Agent ".*" is not registered/, fix: CHECK_NAME },
	agent_not_webhook: {
		says: /is not webhook-enabled/,
		fix: "The agent's triggers leave out 'webhook'. Add it on the server, or use Dispatch, which does not need it.",
	},
	instance_not_found: {
		says: /./,
		fix: 'The admin routes only know agents, workflows and instances that have a run in the history of the server.',
	},
	invalid_json: { says: /^Request body is not valid JSON/ },
	invalid_query_param: { says: /^Invalid value for query parameter/ },
	invalid_request: {
		says: /^Request is malformed|must be a JSON object\.$|^Request is invalid\. Webhook URLs|^dispatch\(\) requires/,
	},
	method_not_allowed: { says: /^(HTTP m|M)ethod \w+ is not allowed/ },
	not_found: { says: /^Unknown (agent|workflow): /, fix: CHECK_NAME },
	run_not_found: {
		says: /^Run ".*" (is not known to this server|was not found)/,
		fix: 'The server keeps the newest 1024 runs, in memory unless it is told otherwise: the run may be older, or older than its last start. With several workers, another worker may know it: each knows its own runs alone. A run of a workflow whose file cannot be loaded is never recorded.',
	},
	unsupported_media_type: { says: /^Request body must/ },
	validation_failed: { says: /^Request validation failed/ },
	workflow_not_found: { says: /^Workflow ".*" is not registered/, fix: CHECK_NAME },
	workflow_not_http: {
		says: /is not web-accessible/,
		fix: 'Give the workflow an HTTP route on the server.',
	},
};

function refusalIn(error: Record<string, unknown>): { fix?: string } | undefined {
	const type = textOf(error.type);
	const refusal = Object.hasOwn(REFUSALS, type) ? REFUSALS[type] : undefined;
	const said = `${textOf(error.message)} ${textOf(error.details)}`;
	return refusal?.says.test(said) ? refusal : undefined;
}

/** Whether the server itself says so, and no agent or workflow. */
export const isRefusal = (error: Record<string, unknown>): boolean =>
	refusalIn(error) !== undefined;

/** What Python and PyFlue say of a file that cannot be loaded. */
const UNLOADABLE = /No module named|cannot import name|must define /;
export const UNLOADABLE_AGENT =
	'PyFlue loads the files of all agents for each request, so a single one that cannot be loaded stops every agent. Fix or remove that file on the server; its log names it.';
const NO_HANDLER =
	'The file of this agent defines neither an agent nor default(context). Other agents are not affected. Fix it on the server.';
const UNLOADABLE_WORKFLOW =
	'The file of this workflow, or one that it imports, cannot be loaded. Other workflows and agents are not affected. Fix it on the server; its log has the whole trace.';
/** What Python says of a run's ID that no header can hold; the run takes place all the same. */
export const UNSENDABLE_ID = /'latin-1' codec can't encode/;
/** The same as an error. */
export const ID_NOT_SENDABLE = {
	type: 'id_not_sendable',
	message:
		"the server cannot send its ID, because the workflow's name has letters that an HTTP header cannot hold. Rename the workflow.",
};
const EXCEPTION =
	'This is an exception of the code on the server: its log has the whole trace. The node did not send the request again, because that could do the work twice.';

/**
 * An error of PyFlue in one line: of an exception its text, of a typed error what it says and its
 * type (contract: Auth, errors, limits). The same form is in the record of a run.
 */
export function describeError(error: unknown): string | undefined {
	if (!isObject(error)) return textOf(error) || undefined;
	const type = textOf(error.type);
	const [message, details, dev] = [error.message, error.details, error.dev].map(textOf);
	if (type === 'internal_error') return dev || details || message;
	const said = [message, details, dev].filter(Boolean).join(' ');
	// Flue's records name the class of an exception instead of a type.
	const named = !type || Object.hasOwn(REFUSALS, type) ? '' : ` (${type})`;
	return said || type ? `${said || type}${named}` : undefined;
}

function nextStep(error: Record<string, unknown>, path: string): string | undefined {
	const type = textOf(error.type);
	if (type === 'internal_error') return nextStepOfException(textOf(error.dev), path);
	const refusal = refusalIn(error);
	if (refusal) return refusal.fix;
	const meta =
		error.meta === undefined ? '' : ` and says more about it: ${JSON.stringify(error.meta)}`;
	return `The agent or workflow refused by itself, by the type '${type}'${meta}.`;
}

function nextStepOfException(text: string, path: string): string {
	if (UNSENDABLE_ID.test(text))
		return `The run takes place all the same: ${ID_NOT_SENDABLE.message}`;
	if (!UNLOADABLE.test(text)) return EXCEPTION;
	if (path.startsWith('/workflows/')) return UNLOADABLE_WORKFLOW;
	return text.includes('must define ') ? NO_HANDLER : UNLOADABLE_AGENT;
}

/** The error of an answer in the form that the server's own have (contract: Auth, errors, limits). */
function originalIn(error: Record<string, unknown>): Record<string, unknown> | undefined {
	const { type, message, details } = error;
	return [type, message, details].every((field) => typeof field === 'string') ? error : undefined;
}

/** The server's `{"detail": …}`: of its router, or of what checks a request's form. */
function explainDetail(status: number, detail: unknown): Explanation {
	const message = typeof detail === 'string' ? detail : JSON.stringify(detail);
	if (status !== 404) return { message };
	return { message: `${message} (no such route)`, fix: MISSING_ROUTE };
}

/** Everything the PyFlue nodes' requests have in common (contract: Auth, errors, limits). */
export const platform: Platform = {
	name: 'PyFlue',
	selfHosted: true,
	credentialType: 'pyFlueApi',
	settings: ['adminPath', 'authentication', 'headerName'],

	/** None: n8n adds the one of the credential, and cannot send it by a name that is none. */
	headers({ authentication, headerName }) {
		const name = textOf(headerName).trim();
		if (authentication !== 'header' || name === '' || HEADER_NAME.test(name)) return {};
		// Not quoted: its value may have been pasted along with it.
		throw new PlatformError(
			'The Header Name of the PyFlue credential is not the name of a header',
			{
				fix: 'Open the credential and set Header Name to the name alone, such as X-API-Key: without spaces, a colon or the value.',
			},
		);
	},

	explain(status, body, headers, path) {
		const runId = headers['x-flue-run-id'];
		const fix = status === 404 ? NOT_PYFLUE : undefined;
		if (!isObject(body)) return { fix, runId };
		if (isObject(body.error)) {
			const { error } = body;
			const type = textOf(error.type) || undefined;
			return {
				message: describeError(error),
				fix: nextStep(error, path),
				type,
				original: originalIn(error),
				runId,
			};
		}
		if (body.detail !== undefined) return { ...explainDetail(status, body.detail), runId };
		return { message: textOf(body.error) || textOf(body.message) || undefined, fix, runId };
	},
};
