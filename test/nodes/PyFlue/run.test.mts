// Resources Run and Admin (docs/contracts/pyflue.md, runs, events and Admin).
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ExecuteContext } from 'n8n-core';
import {
	api,
	byId,
	control,
	execute,
	failureOf,
	newRuns,
	offered,
	byName,
	row,
	rows,
	sent,
	sentLines,
	settings,
	started,
	until,
	useSandbox,
	workflow,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const finished = async (name = 'divide', payload = {}) => {
	const id = await started(name, payload);
	await row('run', 'wait', { run: byId(id) });
	await control.clearRequests();
	return id;
};

/** Makes runs whose result is no JSON, so that the server cannot show them in a list. */
const unshowable = async (count: number) => {
	await workflow('nonjson', { outcome: 'nonJson' });
	for (let made = 0; made < count; made++) await api.post('/workflows/nonjson', {});
};

/** What the node logs as a warning meanwhile. */
async function warningsOf(work: () => Promise<unknown>): Promise<string[]> {
	const warnings: string[] = [];
	const logger = { warn: (text: string) => void warnings.push(text) };
	Object.defineProperty(ExecuteContext.prototype, 'logger', {
		configurable: true,
		get: () => logger,
	});
	try {
		await work();
	} finally {
		Reflect.deleteProperty(ExecuteContext.prototype, 'logger');
	}
	return warnings;
}

describe('Get', () => {
	test('answers the run, simple or raw', async () => {
		const id = await finished('divide', { a: 3, b: 2 });

		expect(await row('run', 'get', { run: byId(id) })).toMatchObject({
			run_id: id,
			name: 'divide',
			status: 'succeeded',
			result: 1.5,
		});
		expect(await row('run', 'get', { run: byId(id), simplify: false })).toEqual(
			(await api.get(`/runs/${id}`)).data,
		);
	});

	test('says why a run may be unknown', async () => {
		const failure = await failureOf(execute('run', 'get', { run: byId('run_x') }));

		expect(failure).toMatchObject({ httpCode: '404' });
		expect(failure.message).toMatch(/Run "run_x" is not known to this server/);
		expect(failure.description).toMatch(/newest 1024 runs.*another worker.*never recorded/);
	});

	test('answers a run whose result is no JSON', async () => {
		await workflow('nonjson', { outcome: 'nonJson' });
		const id = await started('nonjson');

		expect(await row('run', 'get', { run: byId(id) })).toMatchObject({
			run_id: id,
			status: 'succeeded',
			result: null,
			error: { type: 'result_not_json' },
		});
	});

	test('says that the server is out of order when it is', async () => {
		const id = await finished();
		await control.fault({ match: { path: '/runs/' }, kind: 'status', status: 500, times: null });
		const failure = await failureOf(execute('run', 'get', { run: byId(id) }));

		expect(failure).toMatchObject({ httpCode: '500' });
	});

	test('reads a record of Flue', async () => {
		await settings({ variant: 'flue' });
		const id = await started('divide', { b: 1 });

		expect(await row('run', 'get', { run: byId(id) })).toMatchObject({
			run_id: id,
			name: 'divide',
			instance_id: id,
			status: 'completed',
			started_at: expect.any(String),
		});
	});
});

describe('Get Events', () => {
	const events = async (id: string, parameters = {}) =>
		(await rows('run', 'getEvents', { run: byId(id), ...parameters })).map(
			({ eventIndex, type }) => `${String(eventIndex)} ${String(type)}`,
		);

	test('answers one item an event, those after a known one, and those of some types', async () => {
		const id = await finished('summarize', { text: 'Hi.' });

		expect(await events(id)).toEqual(['1 run_start', '2 log', '3 log', '4 run_end']);
		expect(await events(id, { limit: 2 })).toEqual(['1 run_start', '2 log']);
		expect(await events(id, { options: { after: 2 } })).toEqual(['3 log', '4 run_end']);
		expect(await events(id, { options: { types: 'log, run_end' } })).toEqual([
			'2 log',
			'3 log',
			'4 run_end',
		]);
		expect(await events(id, { options: { types: 'unheard_of' } })).toEqual([]);
	});

	test('answers the events as they are', async () => {
		const id = await finished('summarize', { text: 'Hi.' });

		expect(await rows('run', 'getEvents', { run: byId(id) })).toEqual(
			(await api.get(`/runs/${id}/events`)).data.events,
		);
	});

	test('reads pages of 1000 up to the last', async () => {
		const [id] = await newRuns({ logs: 2500 });

		const all = await events(id, { returnAll: true });
		expect(all).toHaveLength(2502);
		expect(new Set(all).size).toBe(2502);
		expect((await sent()).map(({ path }) => path.split('?')[1])).toEqual([
			'limit=1000',
			'after=1000&limit=1000',
			'after=2000&limit=1000',
		]);
	});

	test('counts from 0 on a Flue server', async () => {
		await settings({ variant: 'flue' });
		const id = await started('divide', { b: 1 });

		expect(await events(id)).toEqual(['0 run_start', '1 run_end']);
		expect(await events(id, { options: { after: 0 } })).toEqual(['1 run_end']);
	});
});

describe('Wait for Completion', () => {
	test('waits for a run that was started elsewhere', async () => {
		const id = await started('sleep', { ms: 700 });

		expect(await row('run', 'wait', { run: byId(id) })).toMatchObject({
			run_id: id,
			status: 'succeeded',
			result: { slept_ms: 700 },
		});
		expect(await sentLines()).toEqual(['GET /runs/*', 'GET /runs/*/stream', 'GET /runs/*']);
	});

	test('fails or returns a run that failed, as wanted', async () => {
		const id = await started('divide', { b: 0 });
		const failure = await failureOf(execute('run', 'wait', { run: byId(id) }));
		const run = await row('run', 'wait', { run: byId(id), options: { onRunFailure: 'return' } });

		expect(failure.message).toBe(`The run ${id} ended as failed: division by zero`);
		expect(run).toMatchObject({ status: 'failed', error: { type: 'internal_error' } });
	});

	test('ends in a clear error for a run that nobody knows', async () => {
		const failure = await failureOf(
			execute('run', 'wait', { run: byId('run_x'), options: { maxWait: 1 } }),
		);

		expect(failure.message).toBe('PyFlue no longer knows the run run_x');
	});
});

describe('Get Many', () => {
	const ids = async (parameters = {}) =>
		(await rows('run', 'getAll', parameters)).map(({ run_id }) => run_id);

	test('lists the newest first, up to the limit', async () => {
		const runs = (await newRuns({ count: 120 })).reverse();

		expect(await ids()).toEqual(runs.slice(0, 50));
		expect(await sent()).toHaveLength(1);
	});

	test('reads all pages, in which a new run shifts the rows', async () => {
		const runs = (await newRuns({ count: 250 })).reverse();
		await control.fault({ match: { path: 'cursor' }, kind: 'latency', ms: 300, times: 1 });
		const listing = ids({ returnAll: true });
		await until(async () => (await sent(/cursor/)).length > 0);
		await newRuns({ count: 3 });

		expect(await listing).toEqual(runs);
		expect(await sent()).toHaveLength(3);
	});

	test('filters by name and status', async () => {
		await newRuns({ count: 2, workflow: 'a' });
		const [failed] = await newRuns({ workflow: 'a', status: 'failed' });
		const [running] = await newRuns({ workflow: 'b', status: 'running' });

		expect(await ids({ filters: { name: byName('a'), status: 'errored' } })).toEqual([failed]);
		expect(await ids({ filters: { status: 'active' } })).toEqual([running]);
		expect(await ids({ filters: { name: byName('never_run') } })).toEqual([]);
	});

	test('passes over a run whose result is no JSON, and shows the others', async () => {
		const older = await newRuns({ count: 130 });
		await unshowable(1);
		const newer = await newRuns({ count: 30 });

		expect(await ids({ returnAll: true })).toEqual([...older, ...newer].reverse());
		expect((await sent()).length).toBeLessThan(30);
	});

	test('passes over any number of them in a row, with a request for each', async () => {
		const older = await newRuns({ count: 130 });
		await unshowable(60);
		const newer = await newRuns({ count: 30 });

		expect(await ids({ returnAll: true })).toEqual([...older, ...newer].reverse());
		expect((await sent()).length).toBeLessThan(60 + 30);
	});

	test('counts in the log what it passes over', async () => {
		await newRuns();
		await unshowable(2);
		await newRuns({ count: 3 });
		await unshowable(1);

		expect(await warningsOf(() => ids())).toEqual([
			'Passed over: the server cannot show row 1 (PyFlue: Internal Server Error)',
			'Passed over: the server cannot show the rows 5 to 6 (PyFlue: Internal Server Error)',
		]);
	});

	test('passes over them up to the end of the list', async () => {
		await unshowable(30);

		expect(await ids({ returnAll: true })).toEqual([]);
		const [run] = await newRuns();
		expect(await ids({ returnAll: true })).toEqual([run]);
	});

	test('gives a list up that cannot be read at all', async () => {
		await control.fault({ match: { path: '/admin' }, kind: 'status', status: 500, times: null });
		const failure = await failureOf(execute('run', 'getAll'));

		expect(failure).toMatchObject({ httpCode: '500' });
		expect((await sent()).length).toBeLessThan(12);
	});

	test('gives a list up that can no longer be read while rows are passed over', async () => {
		await unshowable(60);
		await control.fault({
			match: { path: '/admin' },
			kind: 'status',
			status: 500,
			times: null,
			skip: 15,
		});
		const failure = await failureOf(execute('run', 'getAll'));

		expect(failure).toMatchObject({ httpCode: '500' });
		expect((await sent()).length).toBeLessThan(40);
	});

	test('gives a list of names up at once', async () => {
		await control.fault({ match: { path: '/admin' }, kind: 'status', status: 500, times: null });
		const failure = await failureOf(execute('admin', 'getAgents'));

		expect(failure).toMatchObject({ httpCode: '500' });
		expect(await sent()).toHaveLength(1);
	});

	test('names a run by its time, name and status in the form', async () => {
		const [id] = await newRuns({ workflow: 'a' });

		expect(await offered('searchRuns')).toEqual([
			{
				name: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d a: succeeded$/),
				value: id,
				description: id,
			},
		]);
	});

	test('reads the lists of Flue', async () => {
		await settings({ variant: 'flue' });
		const runs = (await newRuns({ count: 120, workflow: 'a' })).reverse();
		await newRuns({ workflow: 'b' });

		expect(await ids({ returnAll: true, filters: { name: byName('a') } })).toEqual(runs);
	});

	test('points to the Admin Path where there is no such route', async () => {
		const failure = await failureOf(
			execute(
				'run',
				'getAll',
				{},
				{
					credentials: {
						pyFlueApi: { baseUrl: api.defaults.baseURL ?? '', adminPath: '/nothing' },
					},
				},
			),
		);

		expect(failure.message).toBe('PyFlue: Not Found (no such route)');
		expect(failure.description).toMatch(/Admin Path/);
	});

	test("leaves out the result and the error, which Flue's list does not tell", async () => {
		await newRuns({ workflow: 'a', result: { n: 1 } });
		await newRuns({ workflow: 'a', status: 'failed', error: { message: 'kaboom' } });
		const own = await rows('run', 'getAll');
		expect(own.map(({ result }) => result)).toEqual([null, { n: 1 }]);
		expect(own[0].error).toMatchObject({ details: 'kaboom' });
		await settings({ variant: 'flue' });
		const listed = await rows('run', 'getAll');

		expect(listed.map(({ name }) => name)).toEqual(['a', 'a']);
		for (const run of listed) {
			expect(run).not.toHaveProperty('result');
			expect(run).not.toHaveProperty('error');
		}
		expect(await row('run', 'get', { run: byId(String(listed[0].run_id)) })).toHaveProperty(
			'error',
		);
	});

	test('asks for no more rows than are wanted, and for few where they are large', async () => {
		const runs = (await newRuns({ count: 7, result_bytes: 2_000_000 })).reverse();

		expect(await ids({ limit: 1 })).toEqual(runs.slice(0, 1));
		expect(await sentLines()).toEqual(['GET /admin/runs?limit=1']);
		await control.clearRequests();
		const all = await rows('run', 'getAll', { returnAll: true });
		expect(all.map(({ run_id }) => run_id)).toEqual(runs);
		expect(all.every(({ result }) => String(result).length === 2_000_000)).toBe(true);
		expect((await sentLines())[0]).toBe('GET /admin/runs?limit=1');
	});
});

describe('Admin', () => {
	test('Get Agents lists who has runs', async () => {
		await newRuns({ workflow: 'b' });
		await newRuns({ workflow: 'a' });

		expect(await rows('admin', 'getAgents')).toEqual([
			{ name: 'a', triggers: null },
			{ name: 'b', triggers: null },
		]);
		expect((await offered('searchNames')).map(({ value }) => value)).toEqual(['a', 'b']);
	});

	test('Get Instances and Get Runs of Instance follow the pages', async () => {
		for (const id of ['x', 'y z', 'x']) await api.post(`/agents/classify/${id}`, { text: id });

		expect(await rows('admin', 'getInstances', { name: byName('classify') })).toEqual([
			{ name: 'classify', instance_id: 'x' },
			{ name: 'classify', instance_id: 'y z' },
		]);
		const runs = await rows('admin', 'getInstanceRuns', {
			name: byName('classify'),
			instanceId: 'x',
		});
		expect(runs).toMatchObject([
			{ name: 'classify', instance_id: 'x', status: 'succeeded' },
			{ name: 'classify', instance_id: 'x', status: 'succeeded' },
		]);
		expect(
			await rows('admin', 'getInstanceRuns', {
				name: byName('classify'),
				instanceId: 'x',
				filters: { status: 'errored' },
			}),
		).toEqual([]);
	});

	test('says that only the history is known', async () => {
		await newRuns({ workflow: 'a' });
		const failure = await failureOf(
			execute('admin', 'getInstanceRuns', { name: byName('a'), instanceId: 'nobody' }),
		);

		expect(failure.message).toMatch(/Instance "nobody" is not known/);
		expect(failure.description).toMatch(/that have a run in the history/);
	});

	test('is found under another path', async () => {
		await newRuns({ workflow: 'a' });
		await settings({ prefix: '/flue/admin' });
		const credentials = {
			pyFlueApi: { baseUrl: `${api.defaults.baseURL ?? ''}/flue`, adminPath: ' admin/admin/ ' },
		};

		expect(await rows('admin', 'getAgents', {}, { credentials })).toHaveLength(1);
		expect((await sent())[0].path).toMatch(/^\/flue\/admin\/admin\/agents/);
	});
});
