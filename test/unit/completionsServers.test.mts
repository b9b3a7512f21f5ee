// Several servers whose lists come in turn: what the first poll did not see is not new for that.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Survey, type Cursor, type Sighting } from '../../nodes/shared/runs/completions.ts';

const ACTIVATED = 1_790_000_000_000;

interface Server {
	/** Newest first. */
	runs: Sighting[];
}

const scenario = fc.record({
	/** Runs before the first poll, by server. */
	old: fc.array(fc.nat({ max: 12 }), { minLength: 2, maxLength: 4 }),
	first: fc.nat(),
	/** Of each later poll: which server it meets, and where runs have ended before it. */
	polls: fc.array(fc.record({ meets: fc.nat(), ended: fc.array(fc.nat(), { maxLength: 4 }) }), {
		minLength: 1,
		maxLength: 20,
	}),
	/** The first poll saw that there are several, or only a run that one of them does not know. */
	several: fc.boolean(),
	/** How far the platform's clock is set back after the first poll, in milliseconds. */
	setBack: fc.constantFrom(0, 0, 3_600_000),
});

test('nothing old comes out, and each new completion once', () => {
	fc.assert(
		fc.property(scenario, ({ old, first, polls, several, setBack }) => {
			let made = 0;
			const servers: Server[] = old.map((count) => ({ runs: make(count, ACTIVATED - 1) }));
			function make(count: number, at: number): Sighting[] {
				return Array.from({ length: count }, () => {
					const id = `run ${++made}`;
					return { id, key: `${id} ended`, at, ended: true };
				});
			}
			const added: string[] = [];
			const emitted: string[] = [];
			let cursor: Cursor | undefined;
			const poll = (server: Server, ahead: number) => {
				const survey = new Survey(cursor, 'account');
				for (const run of server.runs) survey.see(run);
				survey.passOver(survey.doubtful(ahead));
				const handled = survey.fresh;
				emitted.push(...handled.map(({ id }) => id));
				const begun = { at: ACTIVATED, ahead, ...(several && { several }) };
				cursor = survey.next({ handled, failed: [], gone: [], begun });
			};
			const firstServer = servers[first % servers.length];
			// A server without a run, met first, is told from the others by that alone.
			fc.pre(several || firstServer.runs.length > 0);
			poll(firstServer, 0);
			let now = ACTIVATED - setBack;
			for (const { meets, ended } of polls) {
				now += 1000;
				for (const at of ended) {
					const [run] = make(1, now);
					servers[at % servers.length].runs.unshift(run);
					added.push(run.id);
				}
				poll(servers[meets % servers.length], -setBack);
			}
			for (const server of servers) poll(server, -setBack);

			expect(new Set(emitted).size).toBe(emitted.length);
			expect(added.filter((id) => !emitted.includes(id))).toEqual([]);
			// A clock that was set back dates the old ones like new ones.
			if (setBack === 0) expect(emitted.toSorted()).toEqual(added.toSorted());
		}),
		{ numRuns: 300 },
	);
});
