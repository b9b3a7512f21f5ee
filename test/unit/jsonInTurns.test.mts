// Parsing in parts against JSON.parse, and what it costs others.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseInTurns } from '../../nodes/shared/http/jsonInTurns.ts';
import { parseAnswer } from '../../nodes/shared/http/notNumbers.ts';

const value = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });
const padding = 'x'.repeat(300_000);

/** A value, made large at one place or another. */
const large = fc
	.record({
		parts: fc.array(value, { minLength: 1, maxLength: 6 }),
		at: fc.nat(),
		key: fc.string(),
		inside: fc.constantFrom('list', 'object', 'text', 'many'),
	})
	.map(({ parts, at, key, inside }) => {
		const filling = {
			list: [...parts, padding, ...parts],
			object: { [key]: padding, ['__proto__']: parts, more: { [key]: parts } },
			text: padding,
			many: Array.from({ length: 30_000 }, (_, index) => [index, `"\\,]${index}`]),
		}[inside];
		const place = at % (parts.length + 1);
		return { [key]: [...parts.slice(0, place), filling, ...parts.slice(place)], z: parts };
	});

const written = fc
	.tuple(large, fc.constantFrom(undefined, 1))
	.map(([json, indent]) => JSON.stringify(json, null, indent));

test('parses what JSON.parse does', async () => {
	await fc.assert(
		fc.asyncProperty(written, async (text) => {
			const parsed = await parseInTurns(text);
			expect(JSON.stringify(parsed)).toBe(JSON.stringify(parseAnswer(text)));
		}),
		{ numRuns: 60 },
	);
});

test('refuses what JSON.parse refuses, in its words', async () => {
	const mistake = fc.constantFrom('', '[', ']', '{', '}', ',', ':', '"', '\\', '0', ' ');
	let refused = 0;
	await fc.assert(
		fc.asyncProperty(written, fc.nat(), mistake, async (text, place, character) => {
			// Within what is not padding.
			const places = [...text.matchAll(/[[\]{},:"]/g)].map(({ index }) => index);
			const at = places[place % places.length];
			const spoiled = text.slice(0, at) + character + text.slice(at + 1);
			const expected = parseAnswer(spoiled);
			if (!expected.ok) refused++;
			expect(await parseInTurns(spoiled)).toEqual(expected);
		}),
		{ numRuns: 60 },
	);
	expect(refused).toBeGreaterThan(20);
});

test('refuses a comma with nothing behind it, whatever stands before', async () => {
	for (const text of [
		`["${padding}",]`,
		`{"a":"${padding}",}`,
		`["${padding}"] x`,
		`["${padding}"`,
	]) {
		expect(await parseInTurns(text)).toEqual({ ok: false, reason: expect.any(String) });
	}
});

describe('5 MB keep nobody waiting', () => {
	const texts = {
		'many keys': () =>
			Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`k${n}`, { n }])),
		'many lists': () => Array.from({ length: 1_600_000 }, () => []),
		'many rows': () =>
			Array.from({ length: 60_000 }, (_, n) => ({ n, name: `n${n}`, tags: ['a'] })),
		'a text': () => 'She said "hello".\n'.repeat(280_000),
	};
	test.each(Object.entries(texts))('%s', async (what, make) => {
		const text = JSON.stringify({ result: make() });
		let isOver = false;
		let turns = 0;
		const watching = (async () => {
			for (; !isOver; turns++) await nextTurn();
		})();
		await nextTurn();
		const parsed = await parseInTurns(text);
		isOver = true;
		await watching;
		expect(parsed.ok).toBe(true);
		// How long each of them is, the bench measures; a single text is read in one.
		expect(turns).toBeGreaterThan(what === 'a text' ? 1 : 5);
	});
});
