import type {
	IAuthenticateRuleResponseCode,
	IAuthenticateRuleResponseSuccessBody,
	ICredentialTestRequest,
} from 'n8n-workflow';

/* What the connection test of a credential says. A rule of n8n names what an answer must not be. */

type Rule = IAuthenticateRuleResponseCode | IAuthenticateRuleResponseSuccessBody;

const REDIRECTED =
	'This address redirects to another one. Redirects are not followed, because the key must not go there: set Base URL to the address where the API really is.';
/** The answers that lead elsewhere. */
export const REDIRECTS = [301, 302, 303, 307, 308];

/** No JSON begins so, or with nothing: pages do, and n8n has no rule for what an answer must be. */
const OPENINGS_OF_PAGES = ['<', '\n', '\r', '\t', ' ', undefined];

const onStatus = (value: number, message: string): Rule => ({
	type: 'responseCode',
	properties: { value, message },
});

/** Refuses an answer whose part `key` is `value`; `undefined` where it must be there. */
export const refuseBody = (key: string, value: string | undefined, message: string): Rule => ({
	type: 'responseSuccessBody',
	properties: { key, value, message },
});

/** Refuses a web page where a list or an object is wanted. The request asks for the body as text. */
export const refusePage = (message: string): Rule[] =>
	OPENINGS_OF_PAGES.map((opening) => refuseBody('0', opening, message));

/**
 * The rules of a credential's test: what redirects is refused, and the rest as it is given.
 *
 * @param messages what is said to a status
 */
export function testRules(
	messages: Record<number, string>,
	bodies: Rule[],
): ICredentialTestRequest['rules'] {
	const rules: Rule[] = [
		...REDIRECTS.map((status) => onStatus(status, REDIRECTED)),
		...Object.entries(messages).map(([status, message]) => onStatus(Number(status), message)),
		...bodies,
	];
	// n8n reads the kind of each rule; its type allows a list of one kind alone.
	return rules as ICredentialTestRequest['rules'];
}
