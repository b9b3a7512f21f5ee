// Resource Workflow (docs/contracts/pyflue.md, POST /workflows/{name} and Traps for a caller).
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import {
	api,
	control,
	execute,
	failureOf,
	offered,
	byName,
	result,
	row,
	rows,
	runOf,
	sent,
	sentLines,
	settings,
	until,
	useSandbox,
	workflow,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const SIMPLE = [
	'run_id',
	'name',
	'instance_id',
	'status',
	'result',
	'error',
	'started_at',
	'ended_at',
	'duration_ms',
];
const inOneRequest = { waitMode: 'request' };
const soon = { options: { maxWait: 1 } };

describe('Run', () => {
	test('accepts and follows by default, and answers the result', async () => {
		const [item] = await execute(
			'workflow',
			'run',
			runOf('summarize', { text: 'Whales sing. Whales sing songs.' }),
		);

		expect(Object.keys(item.json)).toEqual(SIMPLE);
		expect(item.json).toMatchObject({
			run_id: expect.stringMatching(/^workflow:summarize:run_/),
			name: 'summarize',
			status: 'succeeded',
			result: { words: 5, sentences: 2 },
			error: null,
		});
		expect(item.pairedItem).toEqual({ item: 0 });
		expect(await sentLines()).toEqual(['POST /workflows/summarize', 'GET /runs/*']);
	});

	test('follows a longer run by its event stream, and reads the result from the record', async () => {
		const run = await row('workflow', 'run', runOf('sleep', { ms: 1200 }));

		expect(run).toMatchObject({ status: 'succeeded', result: { slept_ms: 1200 } });
		expect(await sentLines()).toEqual([
			'POST /workflows/sleep',
			'GET /runs/*',
			'GET /runs/*/stream',
			'GET /runs/*',
		]);
	});

	test('hears a run out in one request', async () => {
		const run = await row('workflow', 'run', runOf('divide', { a: 1, b: 2 }, inOneRequest));

		expect(run).toMatchObject({ name: 'divide', status: 'succeeded', result: 0.5 });
		expect(run.run_id).toMatch(/^workflow:divide:run_/);
		expect(await sentLines()).toEqual(['POST /workflows/divide?wait=result']);
	});

	test('goes on at once with the id', async () => {
		const run = await row('workflow', 'run', runOf('sleep', {}, { waitMode: 'accept' }));

		expect(run).toMatchObject({ name: 'sleep', status: 'accepted', result: null });
		expect((await api.get(`/runs/${String(run.run_id)}`)).data.status).toBe('running');
		expect(await sentLines()).toEqual(['POST /workflows/sleep']);
	});

	test('answers the raw record where it is wanted', async () => {
		const run = await row('workflow', 'run', runOf('divide', {}, { simplify: false }));

		expect(run).toEqual((await api.get(`/runs/${String(run.runId)}`)).data);
	});

	test('runs several items at once, in their order', async () => {
		const runs = await rows(
			'workflow',
			'run',
			{ workflow: byName('sleep'), specifyPayload: 'json', payloadJson: '={{ { ms: $json.ms } }}' },
			{ items: [{ ms: 1800 }, { ms: 1000 }, { ms: 1400 }] },
		);

		expect(runs.map(({ result }) => result)).toMatchObject([
			{ slept_ms: 1800 },
			{ slept_ms: 1000 },
			{ slept_ms: 1400 },
		]);
		const starts = (await sent()).filter(({ method }) => method === 'POST');
		// The last one began before the first could have ended.
		expect(starts[2].at - starts[0].at).toBeLessThan(1800);
	});
});

describe('the payload', () => {
	test.each([
		['a key of its own', { payload: { a: 1 }, b: 2 }],
		['nothing', {}],
	])('keeps %s in its envelope', async (_, payload) => {
		await workflow('echo', {});
		const run = await row('workflow', 'run', runOf('echo', payload));

		expect(run.result).toEqual({ payload });
		expect((await sent())[0].body).toEqual({ payload });
	});

	test('is made of fields with their types', async () => {
		await workflow('echo', {});
		const run = await row(
			'workflow',
			'run',
			{
				workflow: byName('echo'),
				payloadFields: {
					assignments: [
						{ id: '1', name: 'topic', type: 'string', value: '={{ $json.topic }}' },
						{ id: '2', name: 'n', type: 'number', value: '3' },
						{ id: '3', name: 'deep', type: 'boolean', value: true },
						{ id: '4', name: 'tags', type: 'array', value: '={{ ["a", "b"] }}' },
						{ id: '5', name: 'more', type: 'object', value: '{ "x": 1 }' },
						{ id: '6', name: '={{ $json.year }}', type: 'string', value: 'x' },
					],
				},
			},
			{ items: [{ topic: 'Sun', year: 2026 }] },
		);

		expect(run.result).toEqual({
			payload: { topic: 'Sun', n: 3, deep: true, tags: ['a', 'b'], more: { x: 1 }, 2026: 'x' },
		});
	});

	test.each([
		[
			{ name: 'n', type: 'number', value: 'many' },
			/^'Payload Fields' does not fit: 'n' expects a number/,
		],
		[{ name: ' ', type: 'string', value: 'x' }, "'Payload Fields' has a field without a name"],
		[
			{ name: '={{ $json.none }}', type: 'string', value: 'x' },
			"'Payload Fields' has a field without a name",
		],
		[
			{ name: '={{ [1] }}', type: 'string', value: 'x' },
			"'Payload Fields: Name' must be text, not a list",
		],
	])('refuses the field %j', async (assignment, message) => {
		const failure = await failureOf(
			execute('workflow', 'run', {
				workflow: byName('echo'),
				payloadFields: { assignments: [{ id: '1', ...assignment }] },
			}),
		);

		expect(failure.message).toMatch(message);
		expect(await sent()).toEqual([]);
	});

	test('refuses JSON that is no object', async () => {
		const failure = await failureOf(
			execute('workflow', 'run', {
				workflow: byName('echo'),
				specifyPayload: 'json',
				payloadJson: '[1]',
			}),
		);

		expect(failure.message).toBe("'Payload (JSON)' must be a JSON object");
	});
});

describe('a run that fails', () => {
	test('keeps the status and the type of its own error in one request, and runs once', async () => {
		const failure = await failureOf(
			execute('workflow', 'run', runOf('over_quota', { needed: 2 }, inOneRequest)),
		);

		expect(failure).toMatchObject({ httpCode: '429' });
		expect(failure.message).toBe(
			'PyFlue: No quota. 2 needed, 0 left. (Computed by the local PyFlue stand-in.) (quota_exceeded)',
		);
		expect(failure.description).toMatch(/by the type 'quota_exceeded'.*\{"retry":5\}/);
		expect(await sent(/workflows/)).toHaveLength(1);
	});

	test('is found again through admin when the wait does not name it', async () => {
		const [item] = await execute('workflow', 'run', runOf('over_quota', {}, inOneRequest), {
			continueOnFail: true,
		});
		const [{ runId }] = (await api.get('/admin/runs')).data.runs;

		expect(item.json).toMatchObject({
			error: expect.stringMatching(/quota_exceeded/),
			message: expect.stringContaining(`Its run is ${runId}.`),
			details: { item: 0, run_id: runId, http_status: 429, type: 'quota_exceeded' },
		});
	});

	test('is one of several where others failed at the same time', async () => {
		await workflow('late', { ms: 300, outcome: 'error' });
		const items = await execute('workflow', 'run', runOf('late', {}, inOneRequest), {
			items: [{}, {}],
			continueOnFail: true,
		});

		for (const { json } of items) {
			expect(json.message).toMatch(
				/it may be one of these: workflow:late:\S+, workflow:late:\S+\./,
			);
			expect(json.details).not.toHaveProperty('run_id');
		}
	});

	test('is reported all the same where there is no admin', async () => {
		await control.fault({ match: { path: '^/admin' }, kind: 'status', status: 404, times: null });
		const failure = await failureOf(
			execute('workflow', 'run', runOf('divide', { b: 0 }, inOneRequest)),
		);

		expect(failure.message).toBe('PyFlue: division by zero');
		expect(failure.description).toMatch(/exception of the code on the server/);
	});

	test.each(['follow', 'request'])('can be returned (%s)', async (waitMode) => {
		const run = await row('workflow', 'run', {
			...runOf('over_quota', {}, { waitMode }),
			options: { onRunFailure: 'return' },
		});

		expect(run).toMatchObject({
			status: 'failed',
			result: null,
			error: { type: 'quota_exceeded', meta: { retry: 5 } },
		});
	});

	test('says why when it is followed', async () => {
		const failure = await failureOf(execute('workflow', 'run', runOf('over_quota')));

		expect(failure.message).toMatch(
			/^The run workflow:over_quota:run_\w+ ended as failed: No quota\..*\(quota_exceeded\)$/,
		);
	});

	test('of an unknown workflow names those there are', async () => {
		const failure = await failureOf(execute('workflow', 'run', runOf('nope')));

		expect(failure).toMatchObject({ httpCode: '404' });
		expect(failure.message).toMatch(
			/Unknown workflow: nope\. Available workflows: divide, over_quota,/,
		);
		expect(await sentLines()).toEqual(['POST /workflows/nope']);
	});

	test('is not sent for a name with a slash', async () => {
		const failure = await failureOf(execute('workflow', 'run', runOf('a/stream')));

		expect(failure.message).toBe(
			"The workflow name 'a/stream' holds a '/', for which PyFlue has no route",
		);
		expect(await sent()).toEqual([]);
	});
});

describe('a run that was accepted but never recorded', () => {
	test('ends in an error that says so, and why it can happen', async () => {
		await workflow('norun', { outcome: 'broken' });
		const failure = await failureOf(
			execute('workflow', 'run', { ...runOf('norun'), options: { maxWait: 2 } }),
		);

		expect(failure.message).toMatch(
			/^PyFlue accepted the run workflow:norun:\S+, but has no record of it$/,
		);
		expect(failure.description).toMatch(/cannot be loaded or has no run\(ctx\)/);
		expect(failure.description).toMatch(/several workers, each of which knows its own runs alone/);
		expect(failure.description).not.toMatch(/RUN_STORE/);
	});

	test('says at once what is wrong with its file in one request', async () => {
		await workflow('norun', { outcome: 'broken' });
		const failure = await failureOf(execute('workflow', 'run', runOf('norun', {}, inOneRequest)));

		expect(failure.message).toBe("PyFlue: No module named 'does_not_exist'");
		expect(failure.description).toMatch(/^The file of this workflow, or one that it imports/);
		expect(failure.description).toMatch(/Other workflows and agents are not affected/);
	});
});

describe('a run that the server has forgotten', () => {
	test('is not said to go on, nor to be looked at', async () => {
		const waiting = failureOf(
			execute('workflow', 'run', {
				...runOf('sleep', { ms: 600_000 }),
				options: { pollInterval: 1 },
			}),
		);
		await until(async () => (await sent(/stream/)).length > 0);
		await control.post('pyflue/restart');
		const { message, description } = await waiting;

		expect(message).toMatch(/^PyFlue no longer knows the run workflow:sleep:run_\w+$/);
		expect(description).toMatch(/Its result cannot be read any more/);
		expect(description).not.toMatch(/may go on|be running|Then wait for/);
	}, 40_000);
});

test('one SQLite file is no remedy for several workers, and is not recommended', async () => {
	await settings({ workers: 2, runStore: 'sqlite' });
	await workflow('norun', { outcome: 'broken' });
	const failure = await failureOf(
		execute('workflow', 'run', { ...runOf('norun'), options: { maxWait: 1 } }),
	);

	expect(failure.description).toMatch(/give it one worker/);
	expect(failure.description).not.toMatch(/RUN_STORE/);
});

test.each(['follow', 'request'])(
	'200 kB of exception text are cut in the error (%s)',
	async (waitMode) => {
		await workflow('wordy', { outcome: 'error', error: { message: 'x'.repeat(200_000) } });
		const failure = await failureOf(execute('workflow', 'run', runOf('wordy', {}, { waitMode })));

		expect(failure.message).toContain('x'.repeat(1900));
		expect(failure.message.length).toBeLessThan(2200);
	},
);

test('with several workers and no shared store, a run is looked for until its worker answers', async () => {
	await settings({ workers: 3 });
	const runs = await rows('workflow', 'run', runOf('sleep', { ms: 1500 }), { items: [{}, {}] });

	expect(runs).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
	expect((await sent(/^\/runs/)).some(({ status }) => status === 404)).toBe(true);
});

test('a run that the server forgets while it is waited for is looked for until Max Wait', async () => {
	const waiting = failureOf(
		execute('workflow', 'run', {
			...runOf('sleep', { ms: 600_000 }),
			options: { maxWait: 2, pollInterval: 1 },
		}),
	);
	await until(async () => (await sent(/stream/)).length > 0);
	await settings({ maxRuns: 1 });
	await api.post('/workflows/divide', {});

	expect((await waiting).message).toMatch(
		/^The run workflow:sleep:\S+ is still running after 2 s$/,
	);
	const looks = await sent(/^\/runs/);
	await sleep(1000);
	expect(await sent(/^\/runs/)).toHaveLength(looks.length);
});

describe('Max Wait', () => {
	test("ends the wait for a run that stays 'running' for ever", async () => {
		await workflow('stuck', { outcome: 'hang' });
		const failure = await failureOf(execute('workflow', 'run', { ...runOf('stuck'), ...soon }));

		expect(failure.message).toMatch(/^The run workflow:stuck:\S+ is still running after 1 s$/);
		expect(failure.description).toMatch(/It continues, nothing is lost/);
		expect(failure.description).toMatch(/stays 'running' for ever: start it again/);
	});

	test.each(['follow', 'request'])('can return the run as it stands (%s)', async (waitMode) => {
		await workflow('stuck', { outcome: 'hang' });
		const run = await row('workflow', 'run', {
			...runOf('stuck', {}, { waitMode }),
			options: { maxWait: 1, onMaxWait: 'return' },
		});

		expect(run).toMatchObject({ name: 'stuck', status: 'running', result: null });
	});

	test('ends a single long request, and names the run that it may be', async () => {
		const [item] = await execute(
			'workflow',
			'run',
			{ ...runOf('sleep', { ms: 60_000 }, inOneRequest), ...soon },
			{ continueOnFail: true },
		);
		const [{ runId }] = (await api.get('/admin/runs')).data.runs;

		expect(item.json.message).toContain(`it may be ${runId}.`);
		expect(item.json.message).toContain("Set Wait to 'Accept and Follow'");
		expect(item.json.details).not.toHaveProperty('run_id');
	});

	test.each([0, 9_999_999])('of %i seconds hears a run out in one request', async (maxWait) => {
		await workflow('brief', { ms: 200 });
		const parameters = { ...runOf('brief', {}, inOneRequest), options: { maxWait } };

		expect(await row('workflow', 'run', parameters)).toMatchObject({ status: 'succeeded' });
	});

	test('is not needed where a proxy has a time limit of its own', async () => {
		await control.fault({ match: { path: 'wait=result' }, kind: 'reset-after' });
		const failure = await failureOf(execute('workflow', 'run', runOf('divide', {}, inOneRequest)));

		expect(failure.message).toMatch(/^PyFlue closed the connection before it had answered/);
		expect(failure.description).toMatch(
			/it may be workflow:divide:run_\w+\. If the server has got the request, the run goes on by itself/,
		);
		expect(await sent(/workflows/)).toHaveLength(1);
	});
});

describe('a result that is no JSON', () => {
	const nonJson = async () => await workflow('nonjson', { ms: 800, outcome: 'nonJson' });

	test('is told as that when the run is followed', async () => {
		await nonJson();
		const failure = await failureOf(execute('workflow', 'run', runOf('nonjson')));

		expect(failure.message).toMatch(/^The run \S+ ended as succeeded: its result is not JSON/);
	});

	test('leaves the rest of the record, made from the events', async () => {
		await nonJson();
		const run = await row('workflow', 'run', {
			...runOf('nonjson'),
			options: { onRunFailure: 'return' },
		});

		expect(run).toMatchObject({
			name: 'nonjson',
			status: 'succeeded',
			result: null,
			error: { type: 'result_not_json' },
		});
		expect(run.duration_ms).toBeGreaterThanOrEqual(790);
		expect(run.ended_at).toMatch(/^\d{4}-\d\d-\d\dT/);
	});

	test('is an exception in one request', async () => {
		await nonJson();
		const failure = await failureOf(execute('workflow', 'run', runOf('nonjson', {}, inOneRequest)));

		expect(failure.message).toMatch(/^PyFlue: \[TypeError/);
	});
});

test('a stop of the execution leaves the run to itself, and says so', async () => {
	const stop = new AbortController();
	const waiting = failureOf(
		execute('workflow', 'run', runOf('sleep', { ms: 60_000 }), { signal: stop.signal }),
	);
	await until(async () => (await sent(/stream/)).length > 0);
	stop.abort();

	expect((await waiting).message).toMatch(
		/^The execution was stopped; run workflow:sleep:\S+: it continues$/,
	);
});

describe('the event stream', () => {
	const following = async () =>
		await row('workflow', 'run', { ...runOf('logs'), options: { pollInterval: 60 } });

	test.each([
		['cut after each second event', { cutAfterEvents: 2 }],
		['in single bytes', { chunkBytes: 1 }],
		[
			'with CRLF, comments and data over several lines',
			{ lineEnd: '\r\n', comments: true, multilineData: true },
		],
		['with CR', { lineEnd: '\r' }],
	])('is understood %s', async (_, stream) => {
		await workflow('logs', { ms: 1500, logs: 4 });
		await settings({ stream, heartbeatMs: 100 });
		const run = await following();

		expect(run.status).toBe('succeeded');
		expect((await sentLines(/^\/runs/)).filter((line) => !line.endsWith('stream'))).toHaveLength(2);
	});

	test('goes on behind its last event when it breaks off', async () => {
		await workflow('logs', { ms: 1500, logs: 4 });
		await settings({ stream: { cutAfterEvents: 3 } });
		await following();

		const streams = await sent(/stream/);
		expect(streams.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '3']);
	});

	test('is not needed: looking goes on beside it', async () => {
		await control.fault({ match: { path: '/stream' }, kind: 'status', status: 500, times: null });
		const run = await row('workflow', 'run', runOf('sleep', { ms: 1000 }));

		expect(run.status).toBe('succeeded');
	});

	test('may be silent but for heartbeats while looking goes on', async () => {
		await settings({ heartbeatMs: 50 });
		await workflow('stuck', { outcome: 'hang' });
		const stuck = row('workflow', 'run', { ...runOf('stuck'), options: { pollInterval: 1 } });
		await until(async () => (await sent(/stream/)).length > 0);
		const [{ runId }] = (await api.get('/admin/runs')).data.runs;
		await control.post(`pyflue/runs/${runId}`, { status: 'succeeded', result: 7 });

		expect(await stuck).toMatchObject({ status: 'succeeded', result: 7 });
	});
});

describe('the list of workflows', () => {
	test('comes from the 404 of a name that cannot be one', async () => {
		expect((await offered('searchWorkflows')).map(({ value }) => value)).toEqual([
			'divide',
			'over_quota',
			'reports.weekly',
			'sleep',
			'summarize',
		]);
		expect(
			(await offered('searchWorkflows', { filter: 'week' })).map(({ value }) => value),
		).toEqual(['reports.weekly']);
		expect(new Set(await sentLines())).toEqual(new Set(['POST /workflows/_']));
	});

	test('is whole, however many there are', async () => {
		const names = Array.from({ length: 150 }, (_, index) => `a_workflow_with_a_long_name_${index}`);
		for (const name of names) await workflow(name, {});

		const found = await offered('searchWorkflows', { filter: 'long_name' });
		expect(found.map(({ value }) => value).sort()).toEqual(names.sort());
	});

	test('is empty where there are no workflows', async () => {
		await settings({ project: 'noWorkflows' });
		expect(await offered('searchWorkflows')).toEqual([]);

		await settings({ variant: 'flue', dev: true });
		expect(await offered('searchWorkflows')).toEqual([]);
	});

	test('comes from what flue dev tells its developer', async () => {
		await settings({ variant: 'flue', dev: true });

		expect((await offered('searchWorkflows')).map(({ value }) => value)).toEqual([
			'divide',
			'over_quota',
			'reports.weekly',
			'sleep',
			'summarize',
		]);
	});

	test('says so where the server tells none', async () => {
		await settings({ variant: 'flue' });

		await expect(offered('searchWorkflows')).rejects.toMatchObject({
			message: 'This server does not tell the names of its workflows',
			description: expect.stringMatching(/By Name/),
		});
	});
});

describe('a Flue 0.8 server', () => {
	beforeEach(async () => await settings({ variant: 'flue' }));

	test.each(['follow', 'request'])('is understood (%s)', async (waitMode) => {
		await workflow('echo', { ms: 700 });
		const run = await row('workflow', 'run', runOf('echo', { a: 1 }, { waitMode }));

		expect(run).toMatchObject({
			run_id: expect.stringMatching(/^workflow:echo:/),
			name: 'echo',
			status: 'completed',
			// Flue takes the whole body for the payload.
			result: { payload: { payload: { a: 1 } } },
		});
	});

	test('names the run of a failed wait in a header', async () => {
		const [item] = await execute('workflow', 'run', runOf('over_quota', {}, inOneRequest), {
			continueOnFail: true,
		});

		expect(item.json.details).toMatchObject({
			http_status: 429,
			run_id: expect.stringMatching(/^workflow:over_quota:/),
		});
		expect(await sent(/admin/)).toEqual([]);
	});

	test('tells a failed run', async () => {
		await workflow('broken', { outcome: 'error', error: { message: 'kaboom' } });
		const failure = await failureOf(execute('workflow', 'run', runOf('broken')));

		expect(failure.message).toMatch(/^The run workflow:broken:\S+ ended as errored: kaboom$/);
	});
});

test('an AI agent sees what it does', async () => {
	const { output } = await result('workflow', 'run', runOf('divide', { a: 4, b: 2 }), {
		nodeType: 'n8n-nodes-agent-platforms.pyFlueTool',
	});

	expect(output[0][0].json.result).toBe(2);
});

test('a run is waited for while the server is down for a while', async () => {
	const waiting = rows('workflow', 'run', runOf('sleep', { ms: 2000 }));
	await until(async () => (await sent(/workflows\/sleep/)).length > 0);
	await control.fault({ kind: 'reset-before', times: null, match: { method: 'GET' } });
	await sleep(30_000);
	await control.clearFaults();

	expect((await waiting)[0]).toMatchObject({ status: 'succeeded' });
}, 90_000);
