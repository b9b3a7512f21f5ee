/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Whether a value is an object with keys: not null, not a list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the parser quotes of the text, which may hold a secret. */
const QUOTED = /(, )?(\.\.\.)?"[^]*"(\.\.\.)? is not valid JSON$/;

/**
 * Parses text as JSON; a failure is a value with the parser's reason, not an exception. The reason
 * quotes no more than one character of the text.
 */
export function parseJson(text: string): { ok: true; value: Json } | { ok: false; reason: string } {
	try {
		return { ok: true, value: JSON.parse(text) as Json };
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return { ok: false, reason: reason.replace(QUOTED, '') || 'it is not valid JSON' };
	}
}

/** The object without the keys whose value is undefined, so that "not set" is not sent. */
export const defined = <T extends Record<string, unknown>>(object: T): Partial<T> =>
	Object.fromEntries(
		Object.entries(object).filter(([, value]) => value !== undefined),
	) as Partial<T>;
