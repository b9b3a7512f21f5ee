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
const REDIRECTS = [301, 302, 303, 307, 308];

/** What a server in trouble answers, or a proxy whose server is down: they say nothing of the credential. */
const OUT_OF_ORDER: Record<number, string> = {
	500: 'The server at this address reports an error of its own (500), such as a database that is down',
	502: 'A proxy answers at this address, but the server behind it does not (502)',
	503: 'The server at this address is not available right now (503): it is starting, overloaded or down',
	504: 'A proxy answers at this address, but the server behind it is too slow (504)',
	520: 'A proxy got an answer that it does not understand from the server at this address (520)',
	521: 'A proxy answers at this address, but the server behind it is down (521)',
	522: 'A proxy answers at this address, but cannot reach the server behind it (522)',
	523: 'A proxy answers at this address, but cannot reach the server behind it (523)',
	524: 'A proxy answers at this address, but the server behind it is too slow (524)',
};
const TRY_LATER = 'Address and credential may be right: check the server, or test again later.';
const TOO_FAST =
	'The server refuses requests for now because there were too many (429): test again in a minute';
const PROXY_LOGIN =
	"The proxy between n8n and the server wants a login (407): check n8n's proxy settings";

/** The answers for which a test is refused although its request ignores statuses. */
export const REFUSED_ALWAYS = [...REDIRECTS, 407, ...Object.keys(OUT_OF_ORDER).map(Number)];

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
 * The rules of a credential's test: what redirects is refused, trouble of the server is called that,
 * and the rest as it is given.
 *
 * @param messages what is said to a status
 */
export function testRules(
	messages: Record<number, string>,
	bodies: Rule[],
): ICredentialTestRequest['rules'] {
	const rules: Rule[] = [
		...REDIRECTS.map((status) => onStatus(status, REDIRECTED)),
		...Object.entries(OUT_OF_ORDER).map(([status, what]) =>
			onStatus(Number(status), `${what}. ${TRY_LATER}`),
		),
		onStatus(407, PROXY_LOGIN),
		onStatus(429, TOO_FAST),
		...Object.entries(messages).map(([status, message]) => onStatus(Number(status), message)),
		...bodies,
	];
	// n8n reads the kind of each rule; its type allows a list of one kind alone.
	return rules as ICredentialTestRequest['rules'];
}
