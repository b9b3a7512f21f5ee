import { excerptOf, PlatformError, type PlatformErrorDetails } from '../errors';
import { isObject, type Json } from '../json';
import { parseAnswer } from './notNumbers';
import type { Platform } from './platform';
import { routeOf, type HttpRequest } from './request';
import { adviceOnCertificate } from './certificates';
import { isRepeatable, retryAfter, type Refused, type Unanswered } from './retries';

/* Why a request failed, in the user's words and without a secret. */

/** A limit that lasts longer than this is not one of a minute. */
const LONG_PAUSE_MS = 15 * 60_000;

/** A span of time as people say it: 45 s, 12 minutes, 17 hours. */
function inWords(ms: number): string {
	const seconds = Math.ceil(ms / 1000);
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.ceil(seconds / 60);
	return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

/** Faults of a request that certainly never reached the platform. */
const NEVER_ARRIVED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];
const TIMEOUTS = ['ECONNABORTED', 'ETIMEDOUT'];
/** Why an `AbortSignal.timeout` was aborted. */
const TIMEOUT = 'TimeoutError';
const FAULTS: Record<string, string> = {
	ECONNREFUSED: 'refused the connection',
	ENOTFOUND: 'has an address that is not known to the network',
	EAI_AGAIN: 'has an address that could not be looked up',
	EHOSTUNREACH: 'could not be reached',
	ENETUNREACH: 'could not be reached',
	ECONNABORTED: 'did not answer in time',
	ETIMEDOUT: 'did not answer in time',
};
/** Says of no single thing that it is missing; the route names its kind and its id. */
const ANONYMOUS = /^([a-z ]*not found\.?|HTTP status 404)$/i;
/** No repetition mends a connection that cannot be encrypted. */
const UNENCRYPTED = /TLS|SSL|EPROTO/;
/** What n8n says when it has not got an OAuth2 token. */
const NO_TOKEN = /OAuth2 access token/;

/** All texts and numbers in a value, however deep. */
export function textsIn(value: Json | undefined): string[] {
	if (typeof value === 'string' || typeof value === 'number') return [String(value)];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(textsIn);
}

/** The network's own name for what happened, wherever n8n has wrapped it. */
function faultCode(error: unknown): string {
	for (let at = error, hops = 0; isObject(at) && hops < 6; at = at.cause, hops++) {
		if (typeof at.code === 'string') return at.code;
	}
	return '';
}

/** Whom a node asks, and what must not be told about it. */
export interface Asked {
	platform: Pick<Platform, 'name' | 'explain' | 'selfHosted'>;
	/** Where the credential leads, e.g. "backend.flymy.ai". */
	host: string;
	/** The credential by its name in n8n. */
	credential: string;
	/** Texts that never appear in an error. */
	secrets: string[];
}

/** Makes the errors of the requests to one platform. */
export class Failures {
	constructor(private readonly asked: Asked) {}

	/** More texts that never appear in an error. */
	learn(secrets: string[]): void {
		this.asked.secrets.push(...secrets.filter((text) => !this.asked.secrets.includes(text)));
	}

	/** Texts that must not be told to anybody. */
	get secrets(): string[] {
		return this.asked.secrets;
	}

	/** The platform answered with an error, or leads elsewhere. */
	refused(
		request: HttpRequest,
		{ status, headers }: { status: number; headers: Record<string, string> },
		text: string,
	): Refused & { error: PlatformError } {
		const { platform } = this.asked;
		const parsed = parseAnswer(text);
		const body = parsed.ok ? parsed.value : undefined;
		const explained = platform.explain(status, body, headers, request.path);
		const original = explained?.original && JSON.stringify(explained.original);
		const plain =
			parsed.ok || /^\s*</.test(text) ? '' : this.redact(text, request).trim().slice(0, 300);
		const elsewhere = status < 400 && `it redirects to ${headers.location}`;
		// Cut behind the redaction: it would not know a part of a secret.
		const said = excerptOf(this.redact(explained?.message?.trim() ?? '', request));
		const words = elsewhere || said || plain || `HTTP status ${status}`;
		const reason = ANONYMOUS.test(words)
			? `${words.replace(/\.$/, '')} (${routeOf(request)})`
			: words;
		const retryAfterMs = retryAfter(headers['retry-after']);
		const error = this.error(`${platform.name}: ${reason}`, request, {
			status,
			type: explained?.type,
			original: original && JSON.parse(this.redact(original, request)),
			runId: explained?.runId,
			retryAfterMs,
			fix: explained?.fix ?? this.nextStep(request, status, retryAfterMs),
		});
		return { kind: 'refused', error, status, retryAfterMs };
	}

	/** No answer came, or only a part of it. */
	unanswered(request: HttpRequest, cause: unknown): Unanswered & { error: PlatformError } {
		const { credential, host, platform } = this.asked;
		const code = faultCode(cause);
		const reason = isObject(cause) && typeof cause.message === 'string' ? cause.message : cause;
		const notAsked = (fix: string) => ({
			kind: 'fault' as const,
			arrived: false,
			passing: false,
			error: this.error(`${platform.name} could not be asked: ${reason}`, request, {
				unanswered: 'never arrived',
				fix,
			}),
		});
		const noToken = NO_TOKEN.test(String(reason));
		// n8n hands on no more than the words, where the login service has such a certificate.
		const fault = noToken && /certificate/.test(String(reason)) ? 'CERT' : code;
		const advice = adviceOnCertificate(fault, credential, platform.selfHosted === true);
		if (advice) return notAsked(advice);
		if (noToken) {
			return notAsked(
				'The login service gave no access token. Check its address, the client and the scopes in the credential.',
			);
		}
		if (code === '' || UNENCRYPTED.test(code)) {
			return notAsked(
				`Check the Base URL of the credential (${host}) and the certificate of the service.`,
			);
		}
		const arrived = !NEVER_ARRIVED.includes(code);
		const lost = arrived && !isRepeatable(request);
		const { timeoutMs, timeoutName, signal } = request;
		const isOver = signal?.aborted && isObject(signal.reason) && signal.reason.name === TIMEOUT;
		const isTimeout = timeoutName !== undefined && (isOver || TIMEOUTS.includes(code));
		const what = isTimeout
			? `did not answer within ${Math.round((timeoutMs ?? 0) / 1000)} s (${timeoutName})`
			: (FAULTS[code] ?? 'closed the connection before it had answered');
		const error = this.error(
			`${platform.name} ${what}${lost ? '; the request may have arrived all the same' : ''}`,
			request,
			{
				unanswered: arrived ? 'may have arrived' : 'never arrived',
				fix: lost
					? `It was not repeated, because that could do it twice. ${request.ifUnanswered ?? 'Look at the platform before you try again.'}${isTimeout ? ` Raise ${timeoutName} if it takes longer.` : ''}`
					: `Check the Base URL of the credential (${host}) and that the service is up, then run the node again.`,
			},
		);
		return { kind: 'fault', error, arrived, passing: true };
	}

	/** An answer came, and is not what the API answers. */
	unexpected(request: HttpRequest, what: string): PlatformError {
		const asked = `${this.asked.platform.name} to ${routeOf(request)}`;
		return this.error(`Unexpected answer of ${asked}: ${what}`, request, {
			status: 200,
			fix: `Check that the Base URL of the credential leads to the API itself. If it does, the API may have changed: look for a newer version of this package. ${request.ifUnanswered ?? ''}`.trim(),
		});
	}

	/** An answer came that nothing can be read from. */
	notJson(request: HttpRequest, text: string): PlatformError {
		const opening = this.redact(text, request).slice(0, 120).trim();
		return this.unexpected(request, opening ? `is not JSON: ${opening}` : 'is empty');
	}

	private error(
		message: string,
		request: HttpRequest,
		details: PlatformErrorDetails & { fix: string },
	): PlatformError {
		const fix = this.redact(details.fix, request);
		return new PlatformError(this.redact(message, request), { ...details, fix });
	}

	private redact(text: string, request: HttpRequest): string {
		return (
			[...this.asked.secrets, ...textsIn(request.secrets)]
				.filter((secret) => secret.length >= 4)
				// The longer ones first: a shorter one may be a part of them.
				.sort((a, b) => b.length - a.length)
				// An answer may hold it as it is or as JSON writes it, e.g. the line breaks of a key.
				.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
				.reduce((clean, secret) => clean.replaceAll(secret, '***'), text)
		);
	}

	private nextStep(request: HttpRequest, status: number, retryAfterMs?: number): string {
		const { credential, platform } = this.asked;
		const trouble = `${platform.name} has trouble on its side.`;
		if (status < 400) {
			return `Redirects are not followed. If you trust that address, set Base URL in ${credential} to its beginning.`;
		}
		if (status === 401)
			return `Check the key in ${credential}: it is missing, wrong or no longer valid.`;
		if (status === 403) return `The key in ${credential} is not allowed to do this.`;
		if (status === 404)
			return 'Check the ID, and that the credential belongs to the account that owns it.';
		if (status === 429) {
			if (retryAfterMs === undefined) {
				return 'Wait a little, then run the node again with fewer items or less parallelism.';
			}
			// Fewer requests at once do not help against the limit of a day.
			return retryAfterMs > LONG_PAUSE_MS
				? `The limit is free again in ${inWords(retryAfterMs)}. Run the node again then, or ask for a higher limit.`
				: `The limit is free again in ${inWords(retryAfterMs)}. Run the node again then, with fewer items or less parallelism.`;
		}
		if (status < 500) return 'Correct the values that the message names, then run the node again.';
		return isRepeatable(request)
			? `${trouble} Run the node again later.`
			: `${trouble} The request was not repeated, because that could do it twice. ${request.ifUnanswered ?? ''}`.trim();
	}
}
