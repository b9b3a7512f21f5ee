/* Which requests are sent again, and when. */

/** What a request says of its repetition; see `HttpRequest`. */
export interface Retried {
	method: string;
	repeatable?: boolean;
	once?: boolean;
	attempts?: number;
}

/** The platform's answer was an error. */
export interface Refused {
	kind: 'refused';
	status: number;
	retryAfterMs?: number;
}

/** There was no answer. */
export interface Unanswered {
	kind: 'fault';
	/** The request may have reached the platform. */
	arrived: boolean;
	/** Another attempt may fare better. */
	passing: boolean;
}

/** How often a request is tried at most, unless it says otherwise. */
const ATTEMPTS = 5;
const BACKOFF_MS = 500;
const LONGEST_RETRY_AFTER_MS = 120_000;

/** Milliseconds a `Retry-After` header (seconds or a date) asks for. */
export function retryAfter(header: string | undefined): number | undefined {
	if (!header) return undefined;
	const seconds = Number(header);
	const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
	return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Whether any passing fault of the request may be retried. */
export const isRepeatable = ({ repeatable, method }: Retried): boolean =>
	repeatable ?? method === 'GET';

/** How long to wait before the next attempt, in milliseconds: twice as long each time, with jitter. */
const backoff = (attempt: number): number =>
	BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);

/** How long to wait before the same request is sent again, or undefined when it must not be. */
export function pauseBeforeRetry(
	outcome: Refused | Unanswered,
	request: Retried,
	attempt: number,
): number | undefined {
	if (attempt >= (request.attempts ?? ATTEMPTS)) return undefined;
	if (outcome.kind === 'fault') {
		const safe = !outcome.arrived || isRepeatable(request);
		return outcome.passing && safe ? backoff(attempt) : undefined;
	}
	const { status, retryAfterMs } = outcome;
	if (request.once) return undefined;
	if (retryAfterMs !== undefined && retryAfterMs > LONGEST_RETRY_AFTER_MS) return undefined;
	const turnedAway = status === 429 || (status === 503 && retryAfterMs !== undefined);
	const passing = [502, 503, 504].includes(status) && isRepeatable(request);
	if (!turnedAway && !passing) return undefined;
	return Math.max(retryAfterMs ?? 0, backoff(attempt));
}
