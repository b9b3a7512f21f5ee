// What goes wrong around a run that has been paid for must not lose it, or pay for it twice.
import { written } from './logAll.mts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import {
	QUICK,
	byId,
	control,
	execute,
	failureOf,
	newAgent,
	newTool,
	rows,
	runsWith,
	sent,
	startOf,
	statusOf,
	until,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const NOTHING = '={{ $json.nothing }}';

describe('Waiting', () => {
	test('is not blinded by a list that does not answer', async () => {
		const agent = await newAgent({}, QUICK);
		await control.fault({ kind: 'silence', match: { path: '/executions/$' }, times: null });
		const runs = await rows('run', 'start', startOf(agent), { items: [{}, {}, {}, {}] });

		expect(runs.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
	}, 20_000);

	test('outlasts a page that a proxy answers instead of the run', async () => {
		const agent = await newAgent({}, QUICK);
		await control.fault({ kind: 'malformed', match: { path: '/executions/.+/$' }, times: 1 });
		const [run] = await rows('run', 'start', startOf(agent));

		expect(run.status).toBe('completed');
	});

	test('is as parallel where the first item is wrong', async () => {
		const agent = await newAgent({}, { outcome: 'never' });
		const items = [{ json: '{' }, { json: '{}' }, { json: '{}' }, { json: '{}' }];
		const options = { maxWait: 2, onMaxWait: 'return', parallelRuns: 2.5 };
		const parameters = { ...startOf(agent), inputsJson: '={{ $json.json }}', options };
		await execute('run', 'start', parameters, { items, continueOnFail: true });

		const [first, second] = (await sent(/run-loop/)).map(({ at }) => at);
		expect(second - first).toBeLessThan(1_500);
	});
});

describe('After a stop', () => {
	test('no start is sent that was turned away before', async () => {
		const agent = await newAgent();
		const turnedAway = { status: 429, headers: { 'retry-after': '1' } };
		await control.fault({ kind: 'status', match: { path: '/run-loop/' }, ...turnedAway });
		const stop = new AbortController();
		const started = execute(
			'run',
			'start',
			{ ...startOf(agent), waitForCompletion: false },
			{ signal: stop.signal },
		).catch(() => undefined);
		await until(async () => (await sent(/run-loop/)).length > 0);
		stop.abort();
		await started;
		await sleep(1_500);

		expect(await sent(/run-loop/)).toHaveLength(1);
		expect(await runsWith(agent)).toHaveLength(0);
	});

	test('a run that nobody waited for can be read in the log', async () => {
		const agent = await newAgent({}, { outcome: 'never' });
		await control.fault({ kind: 'latency', ms: 500, match: { path: '/run-loop/' } });
		const stop = new AbortController();
		const parameters = { ...startOf(agent), waitForCompletion: false };
		const started = execute('run', 'start', parameters, { signal: stop.signal });
		await until(async () => (await sent(/run-loop/)).length > 0);
		stop.abort();
		await started;

		const [{ id }] = await runsWith(agent);
		expect(written.join('\n')).toContain(`Execution stopped; started before, and going on: ${id}`);
	});

	test('a cancel whose connection breaks is sent again', async () => {
		const agent = await newAgent({}, { outcome: 'never' });
		await control.fault({ kind: 'reset-before', match: { path: '/cancel/' } });
		const stop = new AbortController();
		const started = execute('run', 'start', startOf(agent), { signal: stop.signal }).catch(
			() => undefined,
		);
		await until(async () => (await runsWith(agent)).length > 0);
		stop.abort();
		await started;

		const [{ id }] = await runsWith(agent);
		await until(async () => (await statusOf(String(id))) === 'cancelled');
	});
});

describe('An expression that gives nothing', () => {
	test('changes nothing in Update', async () => {
		const agent = await newAgent();
		const updateFields = { name: 'New', goal: NOTHING, tools: NOTHING, inputDescription: NOTHING };
		await execute('agent', 'update', { agent: byId(agent), updateFields });

		expect((await sent(/tasks/)).map(({ body }) => body)).toEqual([{ name: 'New' }]);
	});

	test('does not open a filter', async () => {
		const failure = await failureOf(execute('run', 'getAll', { filters: { status: NOTHING } }));

		expect(failure.message).toContain("'Status' is empty");
	});

	test('starts nothing', async () => {
		const agent = await newAgent();
		const parameters = { ...startOf(agent), inputsJson: NOTHING };
		const failure = await failureOf(execute('run', 'start', parameters));

		expect(failure.message).toContain("'Inputs (JSON)' is empty");
		expect(await sent(/run-loop/)).toEqual([]);
	});
});

test('a masked value never overwrites the secret it stands for', async () => {
	const tool = await newTool('github');
	const userConfig = JSON.stringify({ GITHUB_TOKEN: '••••••', owner: 'me' });
	const failure = await failureOf(execute('tool', 'update', { tool: byId(tool), userConfig }));

	expect(failure.message).toContain('masked value');
	expect(await sent(/tools/)).toEqual([]);
});

test('a field of another type than expected does not hide a run', async () => {
	const body = { id: 'odd-run', status: 'completed', variables: [], run_seq: 'one', logs: {} };
	await control.fault({ kind: 'status', status: 200, match: { path: '/odd-run/' }, body });
	const [got] = await rows('run', 'get', { run: byId('odd-run') });

	expect(got).toMatchObject({ id: 'odd-run', status: 'completed', variables: {} });
});
