import { randomUUID } from 'node:crypto';
import { isObject, parseJson, type Json } from '../json';

/*
 * NaN and Infinity, which Python writes into its JSON and JSON does not have. An answer that holds
 * them is read all the same, with null in their place, and says so.
 */

/** Most fields that are named. */
const MOST_NAMED = 10;
/** Where such a word begins outside of a text; a text is passed over. */
const CANDIDATE = /"|-?Infinity|NaN/g;

/** Of what was read: the fields in it that are null instead. */
const nulledIn = new WeakMap<object, string[]>();

/** What an answer holds, and the fields in it that are null instead of NaN or Infinity. */
export type Answer = { ok: true; value: Json; nulled: string[] } | { ok: false; reason: string };

/** Parses an answer as JSON, with null for NaN and Infinity; any other fault in it stays one. */
export function parseAnswer(text: string): Answer {
	const strict = parseJson(text);
	if (strict.ok) return { ...strict, nulled: [] };
	const stand = JSON.stringify(randomUUID());
	const mended = replaced(text, stand);
	const parsed = mended === text ? strict : parseJson(mended);
	const isName = new RegExp(`${stand}\\s*:`).test(mended);
	if (!parsed.ok || isName) return strict;
	const nulled: string[] = [];
	const value = withNulls(parsed.value, JSON.parse(stand) as string, '', nulled);
	return { ok: true, value, nulled };
}

/** The text with something else for each NaN and Infinity outside of its texts. */
function replaced(text: string, stand: string): string {
	let built = '';
	let from = 0;
	CANDIDATE.lastIndex = 0;
	for (let found = CANDIDATE.exec(text); found; found = CANDIDATE.exec(text)) {
		if (found[0] === '"') {
			CANDIDATE.lastIndex = behindText(text, found.index);
			continue;
		}
		built += text.slice(from, found.index) + stand;
		from = CANDIDATE.lastIndex;
	}
	return built + text.slice(from);
}

/** Where the text ends that the quote at this place opens. */
function behindText(text: string, quote: number): number {
	for (let at = text.indexOf('"', quote + 1); at >= 0; at = text.indexOf('"', at + 1)) {
		let backslashes = 0;
		while (text[at - 1 - backslashes] === '\\') backslashes++;
		if (backslashes % 2 === 0) return at + 1;
	}
	return text.length;
}

function withNulls(value: Json, stand: string, at: string, nulled: string[]): Json {
	if (value === stand) {
		nulled.push(at || 'the answer');
		return null;
	}
	if (Array.isArray(value)) {
		return value.map((entry, index) => withNulls(entry, stand, `${at}[${index}]`, nulled));
	}
	if (!isObject(value)) return value;
	const entries = Object.entries(value).map(([key, inner]) => [
		key,
		withNulls(inner, stand, at ? `${at}.${key}` : key, nulled),
	]);
	return Object.fromEntries(entries) as Json;
}

/** Keeps, on what was made of an answer and on the objects in it, which of their fields are null instead. */
export function remember(value: unknown, nulled: string[]): void {
	if (nulled.length === 0 || typeof value !== 'object' || value === null) return;
	nulledIn.set(value, nulled);
	for (const [key, inner] of Object.entries(value)) {
		const step = Array.isArray(value) ? `[${key}]` : key;
		const below = nulled.filter((path) => path.startsWith(step) && path !== step);
		remember(
			inner,
			below.map((path) => path.slice(step.length).replace(/^\./, '')),
		);
	}
}

/** Says which fields of it are null instead of NaN or Infinity, if any are. */
export function noteOf(value: unknown): string | undefined {
	const nulled = isObject(value) ? nulledIn.get(value) : undefined;
	return nulled && noteOn(nulled);
}

/** The same for these fields. */
export const noteOn = (nulled: string[]): string | undefined =>
	nulled.length === 0
		? undefined
		: `NaN or Infinity, which JSON does not have, came as null: ${named(nulled)}`;

/** The fields as a text, not more of them than somebody reads. */
export function named(nulled: string[]): string {
	const left = nulled.length - MOST_NAMED;
	return nulled.slice(0, MOST_NAMED).join(', ') + (left > 0 ? ` and ${left} more` : '');
}
