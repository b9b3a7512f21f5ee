// The cursor of the triggers on its own: random histories of a platform, and its limits.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
	REMEMBERED,
	Survey,
	UNDATED,
	type Cursor,
	type Sighting,
} from '../../nodes/shared/runs/completions.ts';
import {
	HEALTHY,
	Ledger,
	longHistory,
	Platform,
	shortHistory,
	sightingOf,
} from './completionsPlatform.mts';
import type { History, PollPlan } from './completionsPlatform.mts';

const ACCOUNT = 'account';

/** A poll as it is meant to use the cursor, with what goes wrong in it. */
function survey(platform: Platform, cursor: Cursor | undefined, { failing, most }: PollPlan) {
	const listed = platform.list();
	const walk = new Survey(cursor, ACCOUNT);
	for (const run of listed) walk.see(sightingOf(run));
	const gone: string[] = [];
	for (const id of walk.missing) {
		const run = platform.get(id);
		if (run) walk.see(sightingOf(run));
		else gone.push(id);
	}
	const batch = walk.fresh.slice(0, most);
	const failed = batch.filter((_, index) => failing > 0 && index % failing === 0);
	const handled = batch.filter((sighting) => !failed.includes(sighting));
	return { listed, handled, next: walk.next({ handled, failed, gone }) };
}

function poll(platform: Platform, ledger: Ledger, plan: PollPlan, durable: boolean): void {
	if (plan.fate === 'unreadable') return;
	// Two at the same time see the same state, and the slower one's is kept.
	const first = plan.fate === 'twice' ? survey(platform, ledger.cursor, HEALTHY) : undefined;
	const { listed, handled, next } = survey(platform, ledger.cursor, plan);
	const keys = handled.map(({ key }) => key);
	if (first) {
		ledger.deliver(first.handled.map(({ key }) => key));
		ledger.stateWasLost = true;
	}
	if (plan.fate !== 'crash before emitting') ledger.deliver(keys);
	if (plan.fate.startsWith('crash')) return ledger.crash();
	ledger.keep(listed, next, keys, durable || keys.length > 0);
}

function play({ old, cut, durable, actions }: History): Ledger {
	const platform = new Platform(cut);
	const ledger = new Ledger(platform);
	platform.play({ do: 'burst', count: old, delay: 0 });
	poll(platform, ledger, HEALTHY, true);
	for (const action of actions) {
		if (action.do === 'poll') poll(platform, ledger, action.plan, durable);
		else platform.play(action);
	}
	platform.showEverything();
	for (let left = 10; left > 0; left--) poll(platform, ledger, HEALTHY, durable);
	return ledger;
}

/** The same histories each time, so that a change is told from chance; FUZZ_SEED takes others. */
const seed = Number(process.env.FUZZ_SEED ?? 1);

const holds = (history: History) => {
	const { owed, tooMany } = play(history);
	expect({ owed, tooMany }).toEqual({ owed: [], tooMany: [] });
};

describe('random histories of a platform', () => {
	test('of few runs lose no completion, and repeat none without a crash', () => {
		fc.assert(fc.property(shortHistory, holds), { numRuns: 5000, seed });
	});

	test('of more completions than are remembered do neither', () => {
		// A smaller example of a thousand rows says no more than the first.
		fc.assert(fc.property(longHistory, holds), { numRuns: 120, endOnFailure: true, seed });
	}, 60_000);
});

const ended = (id: string, at: number): Sighting => ({
	id,
	key: `${id} 1 completed`,
	at,
	ended: true,
});
const open = (id: string, at = 0): Sighting => ({ ...ended(id, at), ended: false });
const many = (count: number, at: (index: number) => number, name = 'run') =>
	Array.from({ length: count }, (_, index) => ended(`${name}-${index}`, at(index)));

/** A poll that gets everything done; answers what was new, by id, and the next cursor. */
function round(cursor: Cursor | undefined, rows: Sighting[], since?: number) {
	const walk = new Survey(cursor, ACCOUNT, since);
	for (const row of rows) walk.see(row);
	const handled = walk.fresh;
	const next = walk.next({ handled, failed: [], gone: [] });
	return { ids: handled.map(({ id }) => id), next };
}

/** The cursor that these listings leave, one after the other. */
const after = (...listings: Sighting[][]): Cursor | undefined =>
	listings.reduce<Cursor | undefined>((cursor, rows) => round(cursor, rows).next, undefined);

const bytesOf = (cursor: Cursor | undefined) => JSON.stringify(cursor).length;

describe('the first poll', () => {
	const rows = [ended('old', 1000), ended('young', 2000), open('going')];

	test('takes what it finds as the baseline', () => {
		expect(round(undefined, rows).ids).toEqual([]);
	});

	test('emits what ended since a time, oldest first', () => {
		expect(round(undefined, rows, 1500).ids).toEqual(['young']);
		expect(round(undefined, rows, 1000).ids).toEqual(['old', 'young']);
	});

	test('does not take a completion without a time for one since then', () => {
		expect(round(undefined, [ended('undated', UNDATED)], 1000).ids).toEqual([]);
	});
});

describe('what is new', () => {
	test('is a run that was seen unfinished, after however many others and however dated', () => {
		let cursor = after(
			many(REMEMBERED, (index) => 1e9 + index),
			[open('slow')],
		);
		for (let poll = 0; poll < 10; poll++) {
			const others = many(400, (index) => 2e9 + poll * 1000 + index, `poll-${poll}`);
			cursor = round(cursor, [open('slow'), ...others]).next;
		}
		expect(cursor?.floor).toBeGreaterThan(1e9);
		expect(round(cursor, [ended('slow', 5)]).ids).toEqual(['slow']);
	});

	test('is a completion of the same time as the oldest remembered', () => {
		const cursor = after(many(3000, (index) => index));
		expect(cursor?.floor).toBe(2000);
		expect(round(cursor, [ended('tie', 2000)]).ids).toEqual(['tie']);
	});

	test('is a dated completion among a thousand undated ones', () => {
		const cursor = after(many(1500, () => UNDATED));
		expect(round(cursor, [ended('dated', 5)]).ids).toEqual(['dated']);
	});

	test('is what lies in a list without a turn, while there is room for what the others tell', () => {
		const busy = (polls: number) => {
			let cursor = after(many(REMEMBERED, (index) => index));
			for (let poll = 0; poll < polls; poll++) {
				const walk = new Survey(cursor, ACCOUNT);
				for (const row of many(400, (index) => 2000 + poll * 400 + index, `poll-${poll}`)) {
					walk.see(row);
				}
				cursor = walk.next({ handled: walk.fresh, failed: [], gone: [], readUpTo: 1500 });
			}
			return round(cursor, [ended('unread', 1501)]);
		};

		expect(busy(10).ids).toEqual(['unread']);
		// Beyond that, the oldest are known by their time again: none of them comes twice.
		expect(busy(30).ids).toEqual([]);
		expect(busy(30).next.seen.length).toBeLessThan(5001);
	});

	test('is not a completion whose time catches up within three polls', () => {
		const rows = many(3000, (index) => 1000 + index);
		const lagging = { ...ended('lagging', 1), id: 'lagging' };
		let cursor = round(after(rows, [open('lagging')]), [lagging]).next;
		for (let poll = 0; poll < 2; poll++) {
			cursor = round(
				cursor,
				many(400, () => 5000 + poll, `poll-${poll}`),
			).next;
		}
		expect(round(cursor, [ended('lagging', 9000)]).ids).toEqual([]);
	});

	test('is nothing where tens of thousands ended at the same time', () => {
		const rows = many(20_000, () => 7);
		expect(round(after(rows), rows).ids).toEqual([]);
	});
});

/** What comes of these completions, 500 a poll, where one of them cannot be fetched four times. */
function drained(rows: Sighting[], bad?: string): string[] {
	const handled: Sighting[] = [];
	let cursor = after([]);
	do {
		const walk: Survey = new Survey(cursor, ACCOUNT);
		for (const row of rows) walk.see(row);
		const batch = walk.fresh.slice(0, 500);
		const failed = batch.filter(({ key, id }) => key === bad && walk.failuresOf(id) < 4);
		const fetched = batch.filter((sighting) => !failed.includes(sighting));
		handled.push(...fetched);
		const next = walk.next({ handled: fetched, failed, gone: [] });
		if (next === cursor) break;
		cursor = next;
	} while (handled.length <= rows.length);
	return handled.map(({ key }) => key);
}

describe('more new completions than runs can be awaited', () => {
	test('are all handled, once, and one that fails is tried again to the end', () => {
		const rows = many(9000, (index) => 1000 + index).reverse();
		const keys = drained(rows, rows[8400].key);
		expect(keys.toSorted()).toEqual(rows.map(({ key }) => key).toSorted());
	});

	test('are all handled, once, where all ended at the same time', () => {
		const rows = many(12_000, () => 7);
		expect(drained(rows).toSorted()).toEqual(rows.map(({ key }) => key).toSorted());
	});
});

describe('what is kept', () => {
	test('is the same object while nothing changes', () => {
		const rows = [...many(1500, (index) => index), open('going')];
		const cursor = after(rows);
		const reordered = round(cursor, [...rows].reverse());
		expect(reordered.next).toBe(cursor);
	});

	test('forgets a failure once the run goes on', () => {
		const walk = new Survey(after([open('run')]), ACCOUNT);
		walk.see(ended('run', 5));
		const failed = walk.next({ handled: [], failed: walk.fresh, gone: [] });
		expect(failed.awaited).toEqual([['run', 1]]);
		expect(round(failed, [open('run')]).next.awaited).toEqual([['run', 0]]);
	});

	test('forgets a run that is gone', () => {
		const walk = new Survey(after([open('run')]), ACCOUNT);
		expect(walk.missing).toEqual(['run']);
		expect(walk.next({ handled: [], failed: [], gone: ['run'] }).awaited).toEqual([]);
	});

	test('stays small however long the history is', () => {
		const small = bytesOf(after(many(1000, (index) => 1.7e12 + index)));
		const large = bytesOf(after(many(50_000, (index) => 1.7e12 + index)));
		expect(large).toBeLessThan(small * 1.1);
		expect(large).toBeLessThan(60_000);
	});

	test('stays bounded in the worst case', () => {
		const ties = many(20_000, () => 1.7e12);
		const going = Array.from({ length: 20_000 }, (_, index) => open(`going-${index}`));
		const cursor = after(ties, [...ties, ...many(20_000, () => UNDATED, 'undated'), ...going]);
		expect(bytesOf(cursor)).toBeLessThan(500_000);
	});
});
