// The walk over a list answer against JSON.parse, whatever the pieces it arrives in.
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CutOff, walkRows } from '../../nodes/shared/http/jsonRows.ts';

const KEYS = ['results', 'items', 'data'];

async function* inPieces(pieces: Array<Buffer | string>) {
	yield* pieces;
}

async function walk(pieces: Array<Buffer | string>) {
	const rows: string[] = [];
	const walking = walkRows(inPieces(pieces), KEYS);
	for (;;) {
		const step = await walking.next();
		if (step.done) return { rows, envelope: step.value };
		rows.push(step.value.text);
	}
}

/** The same with everything parsed; fails as soon as one part does not parse. */
async function parsedWalk(pieces: Array<Buffer | string>) {
	const { rows, envelope } = await walk(pieces);
	return {
		rows: rows.map((row): unknown => JSON.parse(row)),
		envelope: envelope === '' ? undefined : (JSON.parse(envelope) as unknown),
	};
}

function cutAt(text: string, places: number[]): Buffer[] {
	const bytes = Buffer.from(text);
	const cuts = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b);
	return [0, ...cuts].map((from, index) => bytes.subarray(from, cuts[index]));
}

/** Every character beyond ASCII as its escape, as some servers write it. */
const escaped = (text: string): string =>
	text.replace(
		/[\u0080-\uffff]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);

const value = fc.jsonValue({ stringUnit: 'binary' });
const layout = fc.record({
	indent: fc.constantFrom(undefined, 1, '\t\r'),
	escape: fc.boolean(),
	cuts: fc.array(fc.nat(), { maxLength: 40 }),
});
const written = (json: unknown, indent: number | string | undefined, escape: boolean): string => {
	const text = JSON.stringify(json, null, indent);
	return escape ? escaped(text) : text;
};
/** A page object: some keys, one of which has the list, at any place. */
const page = fc
	.record({
		others: fc.dictionary(
			fc.string({ unit: 'binary' }).filter((key) => !KEYS.includes(key) && !/^\d+$/.test(key)),
			value,
			{ noNullPrototype: true },
		),
		key: fc.constantFrom(...KEYS),
		list: fc.array(value),
		place: fc.nat(),
	})
	.map(({ others, key, list, place }) => {
		const entries = Object.entries(others);
		const at = place % (entries.length + 1);
		const around = (middle: unknown) =>
			Object.fromEntries([...entries.slice(0, at), [key, middle], ...entries.slice(at)]);
		return { list, whole: around(list), emptied: around([]) };
	});

describe('yields what JSON.parse finds', () => {
	test('in any array, however it is cut', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(value), layout, async (list, { indent, escape, cuts }) => {
				const text = written(list, indent, escape);
				const { rows, envelope } = await parsedWalk(cutAt(text, cuts));

				expect(isDeepStrictEqual(rows, JSON.parse(text))).toBe(true);
				expect(envelope).toBeUndefined();
			}),
			{ numRuns: 200 },
		);
	});

	test('in any page object, with what is around the list', async () => {
		await fc.assert(
			fc.asyncProperty(page, layout, async ({ list, whole, emptied }, { indent, escape, cuts }) => {
				const text = written(whole, indent, escape);
				const { rows, envelope } = await parsedWalk(cutAt(text, cuts));

				expect(isDeepStrictEqual(rows, JSON.parse(JSON.stringify(list)))).toBe(true);
				expect(isDeepStrictEqual(envelope, JSON.parse(JSON.stringify(emptied)))).toBe(true);
			}),
			{ numRuns: 200 },
		);
	});

	test('byte by byte, with pieces of text in between', async () => {
		const text = '  [ {"a":"\\"]},[{é€😀\\\\"} , [1,[2]] ,"x,y", null ]\n';
		const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));

		expect((await parsedWalk(bytes)).rows).toEqual(JSON.parse(text));
		expect((await parsedWalk(['[1,', '', Buffer.from('2]')])).rows).toEqual([1, 2]);
	});
});

describe('throws', () => {
	test('wherever a text is cut off', async () => {
		const texts = fc.oneof(
			fc.array(value).map((list) => JSON.stringify(list)),
			page.map(({ whole }) => JSON.stringify(whole)),
		);
		await fc.assert(
			fc.asyncProperty(texts, fc.nat(), async (text, at) => {
				const bytes = Buffer.from(text);
				const part = bytes.subarray(0, at % bytes.length);

				await expect(walk([part])).rejects.toBeInstanceOf(CutOff);
			}),
			{ numRuns: 300 },
		);
	});

	test('for a text that JSON.parse refuses, or leaves a part that it refuses', async () => {
		const texts = fc.oneof(
			fc.array(value, { minLength: 1 }).map((list) => JSON.stringify(list)),
			page.map(({ whole }) => JSON.stringify(whole)),
		);
		const mistake = fc.constantFrom('', '[', ']', '{', '}', ',', ':', '"', '\\', '0', ' ', '\v');
		let refused = 0;
		await fc.assert(
			fc.asyncProperty(texts, fc.nat(), mistake, async (text, place, character) => {
				const at = place % text.length;
				const spoiled = text.slice(0, at) + character + text.slice(at + 1);
				try {
					JSON.parse(spoiled);
				} catch {
					refused++;
					await expect(parsedWalk([spoiled])).rejects.toBeInstanceOf(SyntaxError);
				}
			}),
			{ numRuns: 800 },
		);
		expect(refused).toBeGreaterThan(200);
	});

	test.each([
		['no JSON', 'Hello', 'it starts like neither a list nor an object'],
		['text', '"Hello"', 'it starts like neither a list nor an object'],
		['a number', '7', 'it starts like neither a list nor an object'],
		['an object without a list', '{"detail":"x","results":{"a":[1]}}', 'it holds no list'],
		['a list of another name', '{"rows":[1]}', 'it holds no list (results, items, data)'],
		['text behind a list', '[1] x', 'there is text behind the end of the JSON'],
		['two lists', '[1][2]', 'there is text behind the end of the JSON'],
		['an empty row', '[1,,2]', 'a row of the list is empty'],
		['a comma behind the last row', '[1,]', 'a row of the list is empty'],
		['a list closed as an object', '[1}', 'a bracket is closed by one of another kind'],
	])('for %s, which is no matter of the connection', async (_, text, reason) => {
		const walking = walk([text]);

		await expect(walking).rejects.toThrow(reason);
		await expect(walking).rejects.not.toBeInstanceOf(CutOff);
	});

	test.each(['', '   ', '[', '{"results":[1]', '[{"a":1}'])(
		'for the beginning "%s"',
		async (text) => {
			await expect(walk([text])).rejects.toBeInstanceOf(CutOff);
		},
	);
});

test('rows come out before the text has ended', async () => {
	let asked = 0;
	async function* endless() {
		yield '[';
		for (;;) yield `{"n":${asked++}},`;
	}
	const walking = walkRows(endless(), KEYS);
	const first = [await walking.next(), await walking.next()];
	await walking.return('');

	expect(first.map(({ value }) => value)).toMatchObject([{ text: '{"n":0}' }, { text: '{"n":1}' }]);
	expect(asked).toBeLessThanOrEqual(3);
});

test('only the first list of a page object is its rows', async () => {
	const { rows, envelope } = await parsedWalk(['{"items":[1],"data":[2]}']);

	expect(rows).toEqual([1]);
	expect(envelope).toEqual({ items: [], data: [2] });
});

describe('leaves out what is not wanted', () => {
	const rows = fc.array(
		fc.record(
			{ id: fc.nat(), result: value, error: value, nested: fc.record({ result: value }) },
			{ requiredKeys: ['id'] },
		),
	);

	test('of a row, and nothing else, however it is cut', async () => {
		await fc.assert(
			fc.asyncProperty(rows, layout, fc.nat(30), async (list, { indent, escape, cuts }, beyond) => {
				const text = written({ runs: list, items: list }, indent, escape);
				const found: unknown[] = [];
				const walking = walkRows(inPieces(cutAt(text, cuts)), ['runs'], {
					leaveOut: { fields: ['result'], beyond },
				});
				for await (const row of walking) {
					const parsed = JSON.parse(row.text);
					found.push(parsed);
					const { result } = JSON.parse(JSON.stringify(list))[found.length - 1];
					const own = result === undefined ? '' : written(result, indent, escape);
					// With the spaces in front of it the value may be longer than it is itself.
					if (row.leftOut.length === 0) expect(Buffer.byteLength(own)).toBeLessThanOrEqual(beyond);
					if (row.leftOut.length > 0)
						expect([row.leftOut, parsed.result]).toEqual([['result'], null]);
				}
				const expected = JSON.parse(JSON.stringify(list)).map(
					(row: { result?: unknown }, index: number) =>
						(found[index] as { result?: unknown }).result === null ? { ...row, result: null } : row,
				);
				expect(isDeepStrictEqual(found, expected)).toBe(true);
			}),
			{ numRuns: 200 },
		);
	});

	test('says how large a row was, and keeps no more of it than is wanted', async () => {
		const large = { id: 1, result: 'é"\\'.repeat(400_000), error: null };
		const text = JSON.stringify({ runs: [large, { id: 2, result: 1 }] });
		const walking = walkRows(inPieces(cutAt(text, [9, 100, 70_000, 1_000_000])), ['runs'], {
			leaveOut: { fields: ['result', 'error'], beyond: 1000 },
		});
		const found = [];
		for await (const row of walking) found.push(row);

		expect(found).toEqual([
			{
				text: '{"id":1,"result":null,"error":null}',
				bytes: Buffer.byteLength(JSON.stringify(large)),
				leftOut: ['result'],
			},
			{ text: '{"id":2,"result":1}', bytes: 19, leftOut: [] },
		]);
	});

	test('behind the list, which is not read at all', async () => {
		let asked = 0;
		async function* twice() {
			yield '{"runs":[{"n":1}],"items":[';
			asked++;
			yield '{"n":1}],"next":null}';
		}
		const walking = walkRows(twice(), ['runs', 'items'], { nothingBehind: ['runs'] });
		const found = [];
		for await (const row of walking) found.push(row.text);

		expect([found, asked]).toEqual([['{"n":1}'], 0]);
	});
});
