import type { FastifyReply } from 'fastify';
import { ApiError } from './errors.mts';
import type { ApiKey } from './records.mts';
import type { Store } from './store.mts';

const DAY_MS = 86_400_000;

/** Calls of one key in the windows they were last counted in. */
export interface Usage {
	minute: Window;
	day: Window;
}

interface Window {
	/** Number of the window since the epoch. */
	index: number;
	count: number;
}

/**
 * Counts a call in its calendar minute and UTC day and says so in the reply's headers; a call above
 * a limit counts too and gets a 429 (contract, section 2.3).
 */
export function countCall(store: Store, key: ApiKey, reply: FastifyReply): void {
	const now = Date.now();
	const before = store.usage.get(key.key);
	const minute = counted(before?.minute, Math.floor(now / key.minuteMs));
	const day = counted(before?.day, Math.floor(now / DAY_MS));
	store.usage.set(key.key, { minute, day });

	const minuteEnd = (minute.index + 1) * key.minuteMs;
	const dayEnd = (day.index + 1) * DAY_MS;
	void reply.headers({
		'X-RateLimit-Limit': key.perMinute,
		'X-RateLimit-Remaining': Math.max(0, key.perMinute - minute.count),
		'X-RateLimit-Reset': Math.ceil(minuteEnd / 1000),
		'X-RateLimit-Limit-Day': key.perDay,
		'X-RateLimit-Remaining-Day': Math.max(0, key.perDay - day.count),
	});
	if (minute.count > key.perMinute) {
		const seconds = secondsUntil(minuteEnd, now);
		const message = `Rate limit exceeded. Please retry after ${seconds} seconds.`;
		throw exceeded(reply, message, {
			limit: key.perMinute,
			window: 'minute',
			retry_after: seconds,
		});
	}
	if (day.count > key.perDay) {
		const message = 'Daily rate limit exceeded. Limit resets at midnight UTC.';
		const seconds = secondsUntil(dayEnd, now);
		throw exceeded(reply, message, { limit: key.perDay, window: 'day', retry_after: seconds });
	}
}

function counted(before: Window | undefined, index: number): Window {
	return { index, count: before?.index === index ? before.count + 1 : 1 };
}

function secondsUntil(end: number, now: number): number {
	return Math.ceil((end - now) / 1000);
}

function exceeded(
	reply: FastifyReply,
	message: string,
	details: { limit: number; window: 'minute' | 'day'; retry_after: number },
): ApiError {
	void reply.header('Retry-After', details.retry_after);
	return new ApiError(429, 'rate_limit_exceeded', message, details);
}
