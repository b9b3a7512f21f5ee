// The trigger over the list of runs (docs/contracts/pyflue.md, Admin and Traps for a caller).
import { beforeEach, describe, expect, test } from '@jest/globals';
import { PollContext } from 'n8n-core';
import { sleep } from 'n8n-workflow';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { PyFlueTrigger } from '../../../nodes/PyFlue/PyFlueTrigger.node.ts';
import { poll as pollNode } from '../../support/n8n.mts';
import type { PollOptions } from '../../support/n8n.mts';
import {
	api,
	control,
	credentials,
	failureOf,
	newRuns,
	byName,
	sent,
	sentLines,
	settings,
	started,
	until,
	useSandbox,
	workflow,
} from './support.mts';

useSandbox();

const trigger = new PyFlueTrigger();
let staticData: IDataObject;

beforeEach(async () => {
	staticData = {};
	await control.reset();
});

const both: INodeParameters = { events: ['completed', 'failed'] };

async function poll(
	parameters: INodeParameters = both,
	options: Partial<PollOptions> = {},
): Promise<IDataObject[]> {
	const output = await pollNode({
		node: trigger,
		parameters,
		credentials: credentials(),
		staticData,
		...options,
	});
	return (output ?? [[]])[0].map(({ json }) => json);
}

const ids = (items: IDataObject[]) => items.map(({ run_id }) => run_id);

/** The first poll, which takes what is there for known. */
const activate = async (parameters = both) => expect(await poll(parameters)).toEqual([]);

describe('what it emits', () => {
	test('is each run that ends after the activation, once, oldest first', async () => {
		await newRuns({ count: 3 });
		await activate();
		const runs = [...(await newRuns({ count: 2 })), ...(await newRuns({ status: 'failed' }))];

		expect(ids(await poll())).toEqual(runs);
		expect(await poll()).toEqual([]);
	});

	test('has the result, without a request for each run', async () => {
		await activate();
		await newRuns({ count: 2, workflow: 'a', result: { n: 1 } });
		await control.clearRequests();

		expect(await poll()).toMatchObject([
			{ name: 'a', status: 'succeeded', result: { n: 1 } },
			{ name: 'a', status: 'succeeded', result: { n: 1 } },
		]);
		expect(await sentLines()).toEqual(['GET /admin/runs?limit=100']);
	});

	test('is the raw record where it is wanted', async () => {
		await activate();
		const [id] = await newRuns();

		expect(await poll({ ...both, simplify: false })).toEqual([(await api.get(`/runs/${id}`)).data]);
	});

	test.each([
		[['completed'], 'succeeded'],
		[['failed'], 'failed'],
	])('is of the chosen events: %j', async (events, status) => {
		await activate({ events });
		await newRuns({ status: 'failed' });
		await newRuns();

		expect((await poll({ events })).map((run) => run.status)).toEqual([status]);
	});

	test('is of the chosen names, and a later choice makes no old run new', async () => {
		const only = (...names: string[]) => ({
			...both,
			names: { entry: names.map((name) => ({ name: byName(name) })) },
		});
		await activate(only('a', 'b'));
		await newRuns({ workflow: 'a' });
		await newRuns({ workflow: 'b' });
		await newRuns({ workflow: 'c' });

		expect((await poll(only('a', 'b'))).map(({ name }) => name)).toEqual(['a', 'b']);
		expect(await poll(only('c'))).toEqual([]);
	});

	test('holds runs from before the activation where they are asked for', async () => {
		const runs = await newRuns({ count: 3, step_ms: 60_000 });
		const includeSince = new Date(Date.now() - 90_000).toISOString();

		expect(ids(await poll({ ...both, options: { includeSince } }))).toEqual(runs.slice(1));
	});

	test('is fetched run by run from Flue, whose list is shorter', async () => {
		await settings({ variant: 'flue' });
		await activate();
		await newRuns({ workflow: 'a', result: { n: 1 } });
		// Flue orders runs of the same millisecond by their ids, which are random.
		await sleep(5);
		await newRuns({ workflow: 'a', status: 'failed', error: { message: 'kaboom' } });

		expect(await poll()).toMatchObject([
			{ name: 'a', status: 'completed', result: { n: 1 } },
			{ name: 'a', status: 'errored', error: { message: 'kaboom' } },
		]);
	});
});

describe('a long history', () => {
	test('is read in one request when nothing is new', async () => {
		await newRuns({ count: 1000 });
		await activate();
		await control.clearRequests();

		expect(await poll()).toEqual([]);
		expect(await sent()).toHaveLength(1);
	});

	test('is read as far as it is new', async () => {
		await newRuns({ count: 700 });
		await activate();
		const runs = await newRuns({ count: 230 });
		await control.clearRequests();

		expect(ids(await poll())).toEqual(runs);
		expect(await sent()).toHaveLength(3);
	});

	test('does not hide a run that ends long after younger ones', async () => {
		const open = await newRuns({ count: 30, workflow: 'long', status: 'running' });
		await newRuns({ count: 300 });
		await activate();
		await newRuns({ count: 300 });
		expect(await poll()).toHaveLength(300);
		await control.post(`pyflue/runs/${open[3]}`, { status: 'succeeded', result: 1 });

		expect(ids(await poll())).toEqual([open[3]]);
		expect(await poll()).toEqual([]);
	});

	test('costs one request more where runs go on behind newer ones', async () => {
		const open = await newRuns({ count: 30, status: 'running' });
		await newRuns({ count: 250 });
		await activate();
		await control.clearRequests();

		expect(await poll()).toEqual([]);
		expect(await sentLines()).toEqual([
			'GET /admin/runs?limit=100',
			'GET /admin/runs?status=active&limit=100',
		]);
		await control.post(`pyflue/runs/${open[7]}`, { status: 'succeeded', result: 1 });
		expect(ids(await poll())).toEqual([open[7]]);
	});

	test('loses nothing when new runs shift its pages', async () => {
		await newRuns({ count: 150 });
		await activate();
		const runs = await newRuns({ count: 250 });
		await control.fault({ match: { path: 'cursor' }, kind: 'latency', ms: 400, times: 2 });
		const polling = poll();
		await until(async () => (await sent(/cursor/)).length > 0);
		const late = await newRuns({ count: 120 });

		const emitted = ids([...(await polling), ...(await poll())]);
		expect(emitted.toSorted()).toEqual([...runs, ...late].toSorted());
	});
});

describe('runs of several MB', () => {
	const LARGE = 2_000_000;
	/** Polls until nothing comes any more; what each poll emitted. */
	const drain = async () => {
		const ticks: IDataObject[][] = [];
		for (let items = await poll(); items.length > 0; items = await poll()) ticks.push(items);
		return ticks;
	};

	test('come out a few at a time, each once and whole, oldest first', async () => {
		await newRuns({ count: 3, result_bytes: LARGE });
		await activate();
		const runs = await newRuns({ count: 14, result_bytes: LARGE });
		const ticks = await drain();

		expect(ids(ticks.flat())).toEqual(runs);
		expect(ticks.flat().every(({ result }) => String(result).length === LARGE)).toBe(true);
		expect(ticks.map(({ length }) => length)).toEqual([4, 4, 4, 2]);
	});

	test('are read once, with those between them, and the rest waits in memory', async () => {
		await activate();
		const runs = [
			...(await newRuns({ count: 8, result_bytes: LARGE })),
			...(await newRuns({ count: 30 })),
			...(await newRuns({ count: 8, result_bytes: LARGE, status: 'failed' })),
			...(await newRuns({ count: 2, result_bytes: LARGE })),
		];
		const first = await poll();
		await control.clearRequests();
		const second = await poll();
		const asked = (await sentLines()).filter((line) => line.includes('/admin/'));

		const emitted = ids([...first, ...second, ...(await drain()).flat()]);
		expect(emitted.toSorted()).toEqual(runs.toSorted());
		expect(asked).toEqual(['GET /admin/runs?limit=1']);
	});

	test('come out all the same when n8n was restarted between two polls', async () => {
		await activate();
		const runs = await newRuns({ count: 8, result_bytes: LARGE });
		const first = await poll();
		// The node of another copy has nothing in memory.
		staticData = structuredClone(staticData);
		const second = await poll();

		expect(ids([...first, ...second])).toEqual(runs);
	});

	test('cost a quiet poll one request for a few rows', async () => {
		await newRuns({ count: 100, result_bytes: LARGE });
		await activate();
		await control.clearRequests();

		expect(await poll()).toEqual([]);
		expect(await sentLines()).toEqual(['GET /admin/runs?limit=1']);
	});

	test('stand beside one that the server cannot show', async () => {
		await activate();
		const before = await newRuns({ count: 3, result_bytes: LARGE });
		await workflow('nonjson', { outcome: 'nonJson' });
		await started('nonjson');
		const after = await newRuns({ count: 3, result_bytes: LARGE });

		const emitted = ids((await drain()).flat());
		expect(emitted.toSorted()).toEqual([...before, ...after].toSorted());
	});

	test('with long errors, too', async () => {
		await activate();
		await newRuns({ status: 'failed', error: { message: 'x'.repeat(200_000) } });
		const [item] = await poll();

		expect((item.error as IDataObject).details).toHaveLength(200_000);
	});
});

describe('runs that the server has forgotten', () => {
	const GAP = /lists no run that an earlier poll has seen.*PYFLUE_RUN_STORE_MAX/;

	test('are reported as a gap in the next item', async () => {
		await settings({ maxRuns: 50 });
		await newRuns({ count: 20 });
		await activate();
		const runs = await newRuns({ count: 80 });
		const items = await poll();

		expect(ids(items)).toEqual(runs.slice(30));
		expect(items[0].gap).toMatch(GAP);
		expect(items.slice(1).some(({ gap }) => gap !== undefined)).toBe(false);
	});

	test('are reported even if it takes long until something is emitted', async () => {
		await newRuns({ count: 2 });
		await activate({ events: ['failed'] });
		await control.reset();
		await newRuns();
		expect(await poll({ events: ['failed'] })).toEqual([]);
		const { cursor } = staticData;
		expect(await poll({ events: ['failed'] })).toEqual([]);
		// Written anew, n8n would store it at every poll.
		expect(staticData.cursor).toBe(cursor);
		await newRuns({ status: 'failed' });
		const [item, ...others] = await poll({ events: ['failed'] });

		expect(item.gap).toMatch(GAP);
		expect(others).toEqual([]);
		await newRuns({ status: 'failed' });
		expect((await poll({ events: ['failed'] }))[0]).not.toHaveProperty('gap');
	});

	test('are logged once, and not at every poll', async () => {
		const warnings: string[] = [];
		const logger = { warn: (text: string) => void warnings.push(text) };
		Object.defineProperty(PollContext.prototype, 'logger', {
			configurable: true,
			get: () => logger,
		});
		try {
			await newRuns({ count: 2 });
			await activate();
			await control.reset();
			for (let tick = 0; tick < 3; tick++) expect(await poll()).toEqual([]);
		} finally {
			Reflect.deleteProperty(PollContext.prototype, 'logger');
		}

		expect(warnings).toEqual([expect.stringMatching(GAP)]);
	});

	test('are no gap while the list reaches back to what is known', async () => {
		await settings({ maxRuns: 50 });
		await newRuns({ count: 20 });
		await activate();
		await newRuns({ count: 49 });

		expect((await poll()).filter(({ gap }) => gap !== undefined)).toEqual([]);
	});

	test('are no gap where there was nothing before', async () => {
		await activate();
		await newRuns();

		expect((await poll())[0]).not.toHaveProperty('gap');
	});

	test('are a gap where there was nothing before, if the server keeps no more', async () => {
		await activate();
		const runs = await newRuns({ count: 1030 });
		const items = await poll();

		expect(ids(items)).toEqual(runs.slice(6, 506));
		expect(items[0].gap).toMatch(GAP);
		expect((await poll())[0]).not.toHaveProperty('gap');
	});

	test.each([
		['fewer', { count: 1023 }, {}],
		['more, on a server that keeps them', { count: 1030 }, { maxRuns: 2000 }],
	])('are no gap where there was nothing before and then %s', async (_, runs, kept) => {
		await settings(kept);
		await activate();
		await newRuns(runs);

		expect((await poll())[0]).not.toHaveProperty('gap');
	});

	test('are no gap at the activation, however many runs there are', async () => {
		await newRuns({ count: 1024 });
		await activate();
		await newRuns();

		expect((await poll())[0]).not.toHaveProperty('gap');
	});
});

describe('trouble', () => {
	test('a list that cannot be read fails the poll, and the next one loses nothing', async () => {
		await activate();
		const runs = await newRuns({ count: 2 });
		const before = structuredClone(staticData);
		await control.fault({ match: { path: '/admin' }, kind: 'status', status: 401 });
		const failure = await failureOf(poll());

		expect(failure).toMatchObject({ httpCode: '401' });
		expect(staticData).toEqual(before);
		expect(ids(await poll())).toEqual(runs);
	});

	test('a run whose result is no JSON hides no other, and is told when it was seen running', async () => {
		await activate();
		await workflow('nonjson', { ms: 500, outcome: 'nonJson' });
		const odd = await started('nonjson');
		const [before] = await newRuns();
		expect(ids(await poll())).toEqual([before]);
		await until(async () => (await api.get(`/runs/${odd}/events`)).data.events.length === 2);
		const [after] = await newRuns();
		const items = await poll();

		expect(new Set(ids(items))).toEqual(new Set([odd, after]));
		expect(items.find(({ run_id }) => run_id === odd)).toMatchObject({
			status: 'succeeded',
			result: null,
			error: { type: 'result_not_json' },
		});
		expect(await poll()).toEqual([]);
	});

	test('any number of runs whose result is no JSON hide no other', async () => {
		await workflow('nonjson', { outcome: 'nonJson' });
		const odd = async () => {
			for (let made = 0; made < 40; made++) await started('nonjson');
		};
		await newRuns({ count: 60 });
		await activate();
		const [first] = await newRuns();
		await odd();
		const [second] = await newRuns();
		await odd();

		expect(ids(await poll())).toEqual([first, second]);
		const [third] = await newRuns();
		expect(ids(await poll())).toEqual([third]);
	});

	test('several workers show nothing that was over before the activation', async () => {
		await settings({ workers: 3 });
		const old = [0, 1, 2].map((worker) => ({ count: 20, worker }));
		for (const runs of old) await newRuns(runs);
		await activate();
		for (let tick = 0; tick < 6; tick++) expect(await poll()).toEqual([]);
		const runs = [];
		for (const worker of [0, 1, 2]) runs.push(...(await newRuns({ worker })));
		const emitted = [];
		for (let tick = 0; tick < 6; tick++) emitted.push(...(await poll()));

		expect(ids(emitted).sort()).toEqual(runs.sort());
		expect(emitted.filter(({ gap }) => gap !== undefined)).toEqual([]);
	});

	test('workers that have read one file show nothing old, either', async () => {
		await newRuns({ count: 5 });
		await settings({ workers: 2, runStore: 'sqlite' });
		await control.post('pyflue/restart', {});
		for (const worker of [0, 1]) await newRuns({ count: 3, worker });
		await activate();
		for (let tick = 0; tick < 4; tick++) expect(await poll()).toEqual([]);
	});

	test('several workers show what is asked for from before the activation', async () => {
		await settings({ workers: 2 });
		const runs = [];
		for (const worker of [0, 1]) {
			runs.push(...(await newRuns({ count: 3, step_ms: 60_000, worker })).slice(1));
		}
		const includeSince = new Date(Date.now() - 90_000).toISOString();
		const since = { ...both, options: { includeSince } };
		const emitted = [];
		for (let tick = 0; tick < 4; tick++) emitted.push(...(await poll(since)));

		expect(ids(emitted).sort()).toEqual(runs.sort());
	});

	test('a run that one server dates before the activation is new all the same', async () => {
		await activate();
		const runs = await newRuns({ ended_at: Date.now() / 1000 - 3600 });

		expect(ids(await poll())).toEqual(runs);
	});

	test('several workers without a shared store show each run once in the end', async () => {
		await settings({ workers: 2 });
		await activate();
		await activate();
		const runs = [];
		for (let count = 0; count < 6; count++) runs.push(await started('divide', { b: 1 }));
		const emitted = [...(await poll()), ...(await poll()), ...(await poll()), ...(await poll())];

		expect(ids(emitted).sort()).toEqual(runs.sort());
	});

	test('without the admin routes it says what is missing', async () => {
		const failure = await failureOf(
			poll(both, { credentials: credentials({ adminPath: '/nothing' }) }),
		);

		expect(failure.description).toMatch(/Admin Path/);
	});
});

describe('Fetch Test Event', () => {
	test('answers the newest end that fits', async () => {
		await newRuns({ workflow: 'a' });
		const [wanted] = await newRuns({ workflow: 'a', status: 'failed' });
		await newRuns({ count: 3 });

		expect(ids(await poll({ events: ['failed'] }, { mode: 'manual' }))).toEqual([wanted]);
		expect(staticData).toEqual({});
	});

	test('says so when none fits', async () => {
		await newRuns({ status: 'running' });
		const failure = await failureOf(poll(both, { mode: 'manual' }));

		expect(failure.message).toBe('No run that has ended fits the events and filters');
	});
});
