import type { Platform } from '../shared/http/platform';
import { isObject } from '../shared/json';

/** What to do about an error, by the code that the public envelope names (contract 2.2). */
const FIXES: Record<string, string> = {
	timeout:
		'The agent goes on with its answer: look for it with Thread: Get Messages, or allow more time.',
	not_implemented: 'FlowMaestro does not offer this over its public API.',
};

const MISSING_ROUTE =
	"This path does not exist there. Check the Base URL of the credential: it is the address alone, such as https://api.flowmaestro.ai, without '/v1' or '/api/v1' at its end.";

/** Contract 0.11: lists are of the workspace, and most of the rest is of the key's owner. */
const NOT_OWNED =
	"Check the ID. A teammate's workflow and its executions are listed, but only the key of their owner may read, execute or cancel them; a teammate's trigger can be executed (Trigger: Execute).";

/** Contract 0.6: the row can be repaired by FlowMaestro only. */
const BROKEN_ROW =
	"An execution was started elsewhere with inputs that are no JSON object, and FlowMaestro can show neither it nor a page of a list that holds it. Ask FlowMaestro's support to remove it.";

/** What the server's JSON parser says of such a row. */
const BROKEN_INPUTS = /is not valid JSON|in JSON at position|Unexpected end of JSON/;

/** The scopes that a 403 names as missing. */
function missingScopes(details: unknown): string[] {
	const missing = isObject(details) ? details.missing_scopes : undefined;
	return Array.isArray(missing) ? missing.map(String) : [];
}

/** What to do about a 400 whose reason is no value of the form (contract 3.2 and 3.6), by its words. */
const STATES: Array<[said: RegExp, fix: string]> = [
	[/is not enabled/, 'Enable the trigger in FlowMaestro, then run the node again.'],
	[
		/Invalid workflow definition|No executable nodes/,
		'Repair the workflow in FlowMaestro, then run the node again.',
	],
	[
		/Current status: paused/,
		'FlowMaestro cannot cancel an execution that is paused: let it continue, or end it, in FlowMaestro.',
	],
	[/Current status: /, 'The execution has ended already, so there is nothing to cancel.'],
];

interface ErrorBody {
	code?: unknown;
	message: string;
	details?: unknown;
}

function fixOf(status: number, path: string, { code, message, details }: ErrorBody) {
	const missing = missingScopes(details);
	if (code === 'insufficient_scope' && missing.length > 0) {
		return `Give the API key these scopes in FlowMaestro, or use a key that has them: ${missing.join(', ')}.`;
	}
	if (code === 'resource_not_found' && /^(Workflow|Execution) /.test(message)) return NOT_OWNED;
	if (status >= 500 && BROKEN_INPUTS.test(message)) return BROKEN_ROW;
	const [, fix] = STATES.find(([said]) => said.test(message)) ?? [];
	if (fix) return fix;
	if (code === 'execution_failed') {
		return path.endsWith('/execute')
			? 'FlowMaestro could not start the execution, for the reason that it gives: look at the workflow there. It may have started all the same: look for it with Execution: Get Many before you start it again.'
			: 'The agent itself failed, for the reason that it gives: look at its model and tools in FlowMaestro.';
	}
	return typeof code === 'string' ? FIXES[code] : undefined;
}

/** Everything the FlowMaestro nodes' requests have in common (contract 1 and 2). */
export const platform: Platform = {
	name: 'FlowMaestro',
	credentialType: 'flowMaestroApi',

	/** Contract 2.2: `error` is an object in the public envelope, and text in the framework's own. */
	explain(status, body, _headers, path) {
		if (!isObject(body)) return undefined;
		const { error } = body;
		if (isObject(error)) {
			const said = [error.message, error.code].find((text) => typeof text === 'string');
			const message = typeof said === 'string' ? said : JSON.stringify(error);
			const type = typeof error.code === 'string' ? error.code : undefined;
			return { message, type, fix: fixOf(status, path, { ...error, message }) };
		}
		if (typeof error !== 'string') return undefined;
		const message = typeof body.message === 'string' ? body.message : error;
		return {
			message,
			fix: status === 404 ? MISSING_ROUTE : fixOf(status, path, { message }),
		};
	},

	/** Contract 2.3: windows of a calendar minute. What is left of the day is told by a 429 alone. */
	limitOf(headers) {
		const [perWindow, remaining, resets] = ['limit', 'remaining', 'reset'].map((name) =>
			Number(headers[`x-ratelimit-${name}`]),
		);
		const known = [perWindow, remaining, resets].every(Number.isFinite);
		return known ? { perWindow, remaining, resetsAt: resets * 1000 } : undefined;
	},
};
