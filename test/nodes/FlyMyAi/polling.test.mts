// Many runs in flight are looked at by one list answer, where that is cheaper than single looks.
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
	byId,
	control,
	newAgent,
	rows,
	runsWith,
	sent,
	sentLines,
	until,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

/** Waits for `count` runs at once, of one agent. */
async function waitForMany(count: number, runningMs: number | [number, number]) {
	const agent = await newAgent({}, { runningMs });
	const waiting = rows(
		'run',
		'start',
		{
			agent: byId(agent),
			specifyInputs: 'json',
			inputsJson: JSON.stringify({ key: agent }),
			options: { parallelRuns: count },
		},
		{ items: Array.from({ length: count }, () => ({})) },
	);
	await until(async () => (await runsWith(agent)).length === count);
	return { agent, waiting };
}

const count = async (match: RegExp) => (await sentLines(match)).length;
const lists = async () => await count(/executions\/(\?.*)?$/);
const singles = async () => await count(/executions\/[a-z-]+\/$/);

const allCompleted = (runs: Array<{ status?: unknown }>, expected: number) => {
	expect(runs.map(({ status }) => status)).toEqual(
		Array.from({ length: expected }, () => 'completed'),
	);
};

test('ten runs cost little more than one', async () => {
	const { waiting } = await waitForMany(10, [1000, 2000]);
	allCompleted(await waiting, 10);

	expect(await lists()).toBeGreaterThan(1);
	// One look at each that the list shows as ended, for what the list leaves out.
	expect(await singles()).toBeLessThanOrEqual(12);
});

test('two runs are looked at one by one', async () => {
	const { waiting } = await waitForMany(2, 300);
	allCompleted(await waiting, 2);

	expect(await lists()).toBe(0);
});

test('several items may wait for the same run', async () => {
	const agent = await newAgent({}, { runningMs: 1000 });
	const [{ id }] = await rows('run', 'start', { agent: byId(agent), waitForCompletion: false });
	const waiting = rows('run', 'wait', { run: byId(String(id)) }, { items: Array(5).fill({}) });
	allCompleted(await waiting, 5);

	expect(await lists()).toBeLessThan(20);
});

test('the list may come in pages', async () => {
	await control.post('flymyai/listing', { page: true });
	const { waiting } = await waitForMany(5, 1000);
	await control.post('flymyai/runs', { count: 150 });
	allCompleted(await waiting, 5);

	expect(await lists()).toBeGreaterThan(0);
});

test('runs that the list shows on its second page are found', async () => {
	await control.post('flymyai/listing', { page: true });
	const { waiting } = await waitForMany(4, 1500);
	const soon = new Date(Date.now() + 60_000).toISOString();
	await control.post('flymyai/runs', { count: 120, createdFrom: soon, createdTo: soon });
	allCompleted(await waiting, 4);

	expect(await count(/executions\/\?page=2$/)).toBeGreaterThan(0);
});

describe('a list', () => {
	test('that cannot be read leaves single looks', async () => {
		const match = { path: '/executions/$' };
		await control.fault({ kind: 'status', status: 500, times: null, match });
		const agent = await newAgent({}, { runningMs: 800 });
		const done = await rows(
			'run',
			'start',
			{ agent: byId(agent) },
			{ items: Array.from({ length: 4 }, () => ({})) },
		);

		allCompleted(done, 4);
		expect(await lists()).toBe(1);
		expect(await singles()).toBeGreaterThan(4);
	});

	test('that is dear is left alone', async () => {
		const agent = await newAgent({}, { runningMs: 6000 });
		const match = { path: '/executions/$' };
		await control.fault({ kind: 'latency', ms: 2500, times: null, match });
		const done = await rows(
			'run',
			'start',
			{ agent: byId(agent) },
			{ items: Array.from({ length: 4 }, () => ({})) },
		);

		allCompleted(done, 4);
		// It is given another chance after some time.
		expect((await lists()) * 4).toBeLessThan(await singles());
	});

	test('that leaves a run out does not leave it behind', async () => {
		const { agent, waiting } = await waitForMany(4, 1000);
		const [{ id }] = await runsWith(agent);
		await control.post(`flymyai/runs/${id}`, { visible: false });
		const done = await waiting;

		allCompleted(done, 4);
		expect(done.map((run) => run.id)).toContain(id);
	});

	test('with a row of another form passes over that row', async () => {
		const { agent, waiting } = await waitForMany(4, 900);
		const rowsNow = (await runsWith(agent)).map(({ id }) => ({ id, status: 'running' }));
		const body = [{ no: 'run' }, ...rowsNow];
		await control.fault({ kind: 'status', status: 200, match: { path: '/executions/$' }, body });

		allCompleted(await waiting, 4);
	});
});

test('what the first runs took says when to look at the next ones', async () => {
	const agent = await newAgent({}, { runningMs: 2500 });
	const done = await rows(
		'run',
		'start',
		{ agent: byId(agent), options: { parallelRuns: 4 } },
		{ items: Array.from({ length: 8 }, () => ({})) },
	);
	const starts = done.map((run) => Date.parse(String(run.created_at)));
	const looks = (await sent(/executions/)).map(({ at }) => at);
	/** Looks while runs that were started then could not have ended yet. */
	const early = (start: number) =>
		looks.filter((at) => at > start + 300 && at < start + 1800).length;

	allCompleted(done, 8);
	expect(early(Math.min(...starts))).toBeGreaterThan(1);
	expect(early(Math.max(...starts))).toBe(0);
});
