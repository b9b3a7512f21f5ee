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

/** Errors by which the server itself turns a request away before any work has begun, by type. */
const REFUSALS: Record<string, string | undefined> = {
	agent_not_found: CHECK_NAME,
	agent_not_webhook:
		"The agent's triggers leave out 'webhook'. Add it on the server, or use Dispatch, which does not need it.",
	instance_not_found:
		'The admin routes only know agents, workflows and instances that have a run in the history of the server.',
	invalid_json: undefined,
	invalid_query_param: undefined,
	invalid_request: undefined,
	method_not_allowed: undefined,
	not_found: CHECK_NAME,
	run_not_found:
		'The server keeps the newest 1024 runs, in memory unless it is told otherwise: the run may be older, or older than its last start. With several workers and no shared store (PYFLUE_RUN_STORE), another worker may know it. A run of a workflow whose file cannot be loaded is never recorded.',
	unsupported_media_type: undefined,
	validation_failed: undefined,
	workflow_not_found: CHECK_NAME,
	workflow_not_http: 'Give the workflow an HTTP route on the server.',
};

/** Whether an error of this type came before any work had begun. */
export const isRefusal = (type: string | undefined): boolean =>
	type !== undefined && Object.hasOwn(REFUSALS, type);

/** What Python and PyFlue say of a file that cannot be loaded. */
const UNLOADABLE = /No module named|cannot import name|must define a/;
export const UNLOADABLE_FILE =
	'PyFlue loads the files of all agents for each request, so a single one that cannot be loaded stops every agent. Mend or remove that file on the server; its log names it.';

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
	const named = !type || isRefusal(type) ? '' : ` (${type})`;
	return said || type ? `${said || type}${named}` : undefined;
}

function nextStep(error: Record<string, unknown>): string | undefined {
	const type = textOf(error.type);
	if (type === 'internal_error') {
		return UNLOADABLE.test(textOf(error.dev))
			? UNLOADABLE_FILE
			: 'This is an exception of the code on the server: its log has the whole trace. The node did not send the request again, because that could do the work twice.';
	}
	if (isRefusal(type)) return REFUSALS[type];
	const meta =
		error.meta === undefined ? '' : ` and says more about it: ${JSON.stringify(error.meta)}`;
	return `The agent or workflow refused by itself, by the type '${type}'${meta}.`;
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

	explain(status, body, headers) {
		const runId = headers['x-flue-run-id'];
		const fix = status === 404 ? NOT_PYFLUE : undefined;
		if (!isObject(body)) return { fix, runId };
		if (isObject(body.error)) {
			const { error } = body;
			const type = textOf(error.type) || undefined;
			return { message: describeError(error), fix: nextStep(error), type, runId };
		}
		if (body.detail !== undefined) return { ...explainDetail(status, body.detail), runId };
		return { message: textOf(body.error) || textOf(body.message) || undefined, fix, runId };
	},
};
