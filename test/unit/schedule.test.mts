// When a run is looked at again.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pauseBeforeLook } from '../../nodes/shared/runs/schedule.ts';

const CEILING = 5000;
/** Four runs that took from 10 to 20 s. */
const KNOWN = [20_000, 10_000, 12_000, 18_000];

describe('of a run of which nothing is known', () => {
	test.each([
		['at its start, soon', 0, [], 1, 500],
		['after ten seconds, in a fifth of its age', 10_000, [], 1, 2000],
		['after an hour, at the ceiling', 3_600_000, [], 1, CEILING],
		['too little known changes nothing', 10_000, [1, 2], 1, 2000],
		['one look for four runs is taken four times as often', 10_000, [], 4, 500],
	])('%s', (_, age, durations, sharedBy, pause) => {
		expect(pauseBeforeLook(age, durations, sharedBy, CEILING)).toBe(pause);
	});
});

describe('of a run whose like took 10 to 20 s', () => {
	test('not before it can have ended', () => {
		expect(pauseBeforeLook(0, KNOWN, 1, 60_000)).toBe(8000);
		expect(pauseBeforeLook(7000, KNOWN, 1, 60_000)).toBe(1000);
		expect(pauseBeforeLook(7900, KNOWN, 1, 60_000)).toBe(500);
	});

	test('often around that time', () => {
		expect(pauseBeforeLook(15_000, KNOWN, 1, 60_000)).toBe(1250);
		expect(pauseBeforeLook(24_000, KNOWN, 2, 60_000)).toBe(625);
	});

	test('and after it by its age again', () => {
		expect(pauseBeforeLook(25_000, KNOWN, 1, 60_000)).toBe(5000);
	});
});

test('never more often than twice a second, never less often than the user wants', () => {
	fc.assert(
		fc.property(
			fc.nat(10_000_000),
			fc.array(fc.nat(1_000_000)),
			fc.integer({ min: 1, max: 500 }),
			fc.integer({ min: 1000, max: 100_000 }),
			(age, durations, sharedBy, ceiling) => {
				const pause = pauseBeforeLook(age, durations, sharedBy, ceiling);

				expect(pause).toBeGreaterThanOrEqual(500);
				expect(pause).toBeLessThanOrEqual(ceiling);
			},
		),
	);
});
