// NaN and Infinity in the text of an answer.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { noteOf, noteOn, parseAnswer, remember } from '../../nodes/shared/http/notNumbers.ts';

test('JSON is read as by JSON.parse', () => {
	fc.assert(
		fc.property(fc.json(), (text) => {
			expect(parseAnswer(text)).toEqual({ ok: true, value: JSON.parse(text), nulled: [] });
		}),
	);
});

test('NaN and Infinity are null wherever a value stands, and nowhere else', () => {
	// Python's JSON: some values are such words, and texts and keys may hold them, too.
	const words = fc.constantFrom('NaN', 'Infinity', '-Infinity');
	const texts = fc.oneof(words, fc.string(), fc.constantFrom('"', '\\', '\\"NaN', ',NaN]'));
	// No key is a quote alone: V8 itself reads some of those as another key.
	const keys = fc.oneof(words, fc.constantFrom('a', 'b:NaN', 'c\\"NaN', ',NaN]', '{'));
	const { tree } = fc.letrec((tie) => ({
		tree: fc.oneof(
			{ maxDepth: 4 },
			words.map((word) => [word, null] as [string, unknown]),
			texts.map((text) => [JSON.stringify(text), text] as [string, unknown]),
			fc.integer().map((number) => [String(number), number] as [string, unknown]),
			fc.array(tie('tree')).map((entries) => {
				const all = entries as Array<[string, unknown]>;
				return [`[ ${all.map(([text]) => text).join(',')}]`, all.map(([, value]) => value)];
			}),
			fc.uniqueArray(fc.tuple(keys, tie('tree')), { selector: ([key]) => key }).map((entries) => {
				const all = entries as Array<[string, [string, unknown]]>;
				const text = all.map(([key, [inner]]) => `${JSON.stringify(key)}: ${inner}`).join();
				return [`{${text}}`, Object.fromEntries(all.map(([key, [, value]]) => [key, value]))];
			}),
		),
	}));
	fc.assert(
		fc.property(tree, (pair) => {
			const [text, value] = pair as [string, unknown];
			const parsed = parseAnswer(text);
			expect(parsed.ok && JSON.stringify(parsed.value)).toBe(JSON.stringify(value));
		}),
	);
});

test.each(['NaN', '[NaN, -Infinity]', '{"a": {"b": [1, NaN]}}'])('%s is read', (text) => {
	expect(parseAnswer(text)).toMatchObject({ ok: true });
});

test.each([
	'nan',
	'NaNa',
	'+Infinity',
	'--Infinity',
	'[NaN',
	'{NaN: 1}',
	"['NaN']",
	'[NaN,]',
	'"NaN',
	'',
])('%s stays no JSON', (text) => {
	expect(parseAnswer(text)).toMatchObject({ ok: false });
});

test('a long text is no trouble', () => {
	const text = `{"long": "${'\\\\\\"NaN'.repeat(1_000_000)}", "n": NaN}`;

	expect(parseAnswer(text)).toMatchObject({ ok: true, value: { n: null }, nulled: ['n'] });
});

describe('the fields are named', () => {
	const parsed = parseAnswer('{"data": {"out": [{"n": NaN}, 1], "m": Infinity}, "o": -Infinity}');
	if (!parsed.ok) throw new Error(parsed.reason);

	test('by their path', () => {
		expect(parsed.nulled).toEqual(['data.out[0].n', 'data.m', 'o']);
	});

	test('on a part of the answer', () => {
		const value = structuredClone(parsed.value) as { data: object };
		remember(value, parsed.nulled);

		expect(noteOf(value.data)).toBe(noteOn(['out[0].n', 'm']));
		expect(noteOf({ fresh: true })).toBeUndefined();
		expect(JSON.stringify(value)).toBe(JSON.stringify(parsed.value));
	});

	test('but not all of very many', () => {
		const many = Array.from({ length: 13 }, (_, index) => `[${index}]`);

		expect(noteOn(many)).toMatch(/\[9\] and 3 more$/);
	});
});
