// Lists of which single rows cannot be shown, as the lists of two platforms are paged.
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sizeAt } from '../../nodes/FlowMaestro/paging.ts';
import { PlatformError } from '../../nodes/shared/errors.ts';
import { pagesAround } from '../../nodes/shared/http/pagesAround.ts';

const MOST = 100;
const fault = () => new PlatformError('no', { status: 500 });

/** Reads a list of numbers of which some cannot be shown. */
async function read(total: number, broken: Set<number>, numbered: boolean, left = Infinity) {
	const asked: Array<{ offset: number; size: number }> = [];
	const told: string[] = [];
	const given: number[] = [];
	const pages = pagesAround({
		most: MOST,
		async ask(offset, size) {
			asked.push({ offset, size });
			const rows = Array.from({ length: total }, (_, row) => row).slice(offset, offset + size);
			if (rows.some((row) => broken.has(row))) throw fault();
			return { rows, held: rows.length, more: offset + size < total };
		},
		sizeAt: numbered ? sizeAt : undefined,
		keyOf: String,
		around: {
			detours: { left },
			rowError: ({ message }) => told.push(message),
			gaveUp: ({ message }) => told.push(message),
		},
	});
	for await (const { rows } of pages) given.push(...rows);
	return { given, told, asked };
}

const lists = fc.record({
	total: fc.integer({ min: 0, max: 450 }),
	broken: fc.uniqueArray(fc.integer({ min: 0, max: 449 }), { maxLength: 12 }),
	numbered: fc.boolean(),
});
const soundRows = (total: number, broken: Set<number>) =>
	Array.from({ length: total }, (_, row) => row).filter((row) => !broken.has(row));

test('every row that can be shown comes once, in order', async () => {
	await fc.assert(
		fc.asyncProperty(lists, async ({ total, broken: rows, numbered }) => {
			const broken = new Set(rows.filter((row) => row < total));
			const { given, told, asked } = await read(total, broken, numbered);

			expect(given).toEqual(soundRows(total, broken));
			expect(told.length > 0).toBe(broken.size > 0);
			// Seven halvings find a row, and a few pages more make up for it.
			expect(asked.length).toBeLessThanOrEqual(2 * Math.ceil(total / MOST) + 2 + 16 * broken.size);
			if (numbered) expect(asked.filter(({ offset, size }) => offset % size > 0)).toEqual([]);
		}),
	);
});

describe('a budget of requests', () => {
	test('is kept, and what lies behind it is told', async () => {
		const broken = new Set([20, 60, 70, 130]);
		const { given, told, asked } = await read(300, broken, true, 20);

		expect(given).toEqual(soundRows(300, broken).slice(0, given.length));
		expect(told.at(-1)).toMatch(/^row \d+ and what lies behind it were not read/);
		expect(asked.length).toBeLessThan(25);
	});

	test('that is used up does not end a list in which no more is to be gone around', async () => {
		const broken = new Set([20]);
		const { given } = await read(300, broken, true, 9);

		expect(given).toEqual(soundRows(300, broken));
	});
});

/** Rows of which some have the same time, ordered anew for each page as PostgreSQL does. */
test('no row is lost where rows of the same time change places from page to page', async () => {
	const sizesOfTies = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 60 });
	await fc.assert(
		fc.asyncProperty(sizesOfTies, fc.integer({ min: 1, max: 1000 }), async (ties, salt) => {
			const all = ties.flatMap((count, time) =>
				Array.from({ length: count }, (_, index) => ({ id: `${time}.${index}`, time })),
			);
			const place = ({ id }: { id: string }, page: string) =>
				Number.parseInt(createHash('sha1').update(`${salt} ${id} ${page}`).digest('hex'), 16);
			const asked: number[] = [];
			const pages = pagesAround({
				most: MOST,
				async ask(offset, size) {
					asked.push(size);
					const page = `${offset} ${size}`;
					const sorted = all.toSorted((a, b) => a.time - b.time || place(a, page) - place(b, page));
					const rows = sorted.slice(offset, offset + size);
					return { rows, held: rows.length, more: offset + size < all.length };
				},
				sizeAt,
				keyOf: ({ id }) => id,
				tied: (a, b) => a.time === b.time,
			});
			const given: string[] = [];
			for await (const { rows } of pages) given.push(...rows.map(({ id }) => id));

			expect(new Set(given)).toEqual(new Set(all.map(({ id }) => id)));
			expect(given).toHaveLength(all.length);
			// A page for each border at most.
			expect(asked.length).toBeLessThanOrEqual(2 * Math.ceil(all.length / MOST));
		}),
		{ seed: 1 },
	);
});
