// Where the servers do not do what one expects.
// Contract: docs/contracts/pyflue.md (Traps for a caller).
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import {
	ask,
	baseUrl,
	control,
	get,
	json,
	partial,
	post,
	record,
	serveEachTest,
	start,
	stream,
} from './pyflueClient.mts';

serveEachTest();

describe('traps', () => {
	test('accepted, but never recorded: 404 for ever, a silent stream, a failed wait', async () => {
		await control('workflows', { name: 'norun', outcome: 'broken' });
		expect((await get(`/runs/${await start('norun', {})}`)).status).toBe(404);
		const answer = await post('/workflows/norun', {}, { accept: 'text/event-stream' }, 200);
		expect(answer.status).toBe(200);
		await expect(answer.text()).rejects.toThrow();
		expect((await post('/workflows/norun?wait=result', {})).status).toBe(500);
	});

	test('running for ever: the stream replays, then only heartbeats', async () => {
		await control('settings', { heartbeatMs: 30 });
		await control('workflows', { name: 'stuck', logs: 1, outcome: 'hang' });
		const runId = await start('stuck', {});
		const answer = await get(`/runs/${runId}/stream`, {}, 250);
		const { text } = await partial(answer);
		expect(text).toMatch(/event: log\ndata: .*\n\n(: heartbeat\n\n){3,}$/);
		expect((await record(runId)).status).toBe('running');
	});

	test('a result that is no JSON spoils the wait, the record and the list', async () => {
		await control('workflows', { name: 'objects', outcome: 'nonJson' });
		expect((await post('/workflows/objects?wait=result', {})).status).toBe(500);
		const list = await get('/admin/runs');
		expect([list.status, await list.text()]).toEqual([500, 'Internal Server Error']);
		await control('runs', { count: 1 });
		expect((await get('/admin/runs?limit=1')).status).toBe(200);
		const frames = await stream('/workflows/objects', {});
		expect(frames.map(({ event }) => event)).toEqual(['run_start', 'run_end']);
	});

	test.each([
		['noFields', 200, 500, { status: 'completed', result: {} }],
		['nan', 500, 200, { error: { dev: 'Out of range float values are not JSON compliant' } }],
		['notUtf8', 500, 500, { error: { dev: expect.stringContaining("can't decode byte") } }],
	])('%s: a wait is %d, record and list are %d', async (outcome, waited, read, body) => {
		await control('workflows', { name: 'odd', outcome });
		const wait = await post('/workflows/odd?wait=result', {});
		expect([wait.status, await json(wait)]).toMatchObject([waited, body]);
		const runId = await start('odd', {});
		expect((await get(`/runs/${runId}`)).status).toBe(read);
		expect((await get('/admin/runs')).status).toBe(read);
		const shown = read === 200 ? await record(runId) : undefined;
		expect(shown?.result).toEqual(read === 200 ? { v: null } : undefined);
	});

	test('a lone surrogate is a 500 everywhere, in lists without the envelope', async () => {
		await control('workflows', { name: 'half', result: { deep: ['a \ud83d b'] } });
		const wait = await post('/workflows/half?wait=result', {});
		expect([wait.status, (await json(wait)).error.dev]).toEqual([
			500,
			expect.stringContaining('surrogates not allowed'),
		]);
		expect((await get(`/runs/${await start('half', {})}`)).status).toBe(500);
		expect(await (await get('/admin/runs')).text()).toBe('Internal Server Error');
		await control('workflows', { name: 'half', result: 'a 😀 b' });
		expect((await get(`/runs/${await start('half', {})}`)).status).toBe(200);
	});

	test('a name that no header can hold: 500 in the envelope, and the run happens', async () => {
		await control('workflows', { name: '報告' });
		for (const path of ['/workflows/報告', '/workflows/報告?wait=result']) {
			const answer = await post(encodeURI(path), {});
			expect([answer.status, (await json(answer)).error]).toEqual([
				500,
				expect.objectContaining({
					type: 'internal_error',
					dev: expect.stringContaining("'latin-1' codec can't encode"),
				}),
			]);
		}
		const { runs } = await json(await get('/admin/runs'));
		expect(runs).toMatchObject([
			{ agentName: '報告', status: 'succeeded' },
			{ agentName: '報告', status: 'succeeded' },
		]);
		await control('workflows', { name: 'été' });
		const answer = await post(encodeURI('/workflows/été'), {});
		expect(answer.headers.get('x-flue-run-id')).toContain('été');
	});

	test('a task that is cancelled inside stays running; its wait is a plain 500', async () => {
		await control('workflows', { name: 'left', outcome: 'cancel' });
		const wait = await post('/workflows/left?wait=result', {});
		expect([wait.status, await wait.text()]).toEqual([500, 'Internal Server Error']);
		expect(wait.headers.get('content-type')).toMatch(/^text\/plain/);
		expect(await record(await start('left', {}))).toMatchObject({ status: 'running' });
	});

	test('a synchronous workflow keeps its process from answering anybody', async () => {
		await control('workflows', { name: 'busy', ms: 200, blocking: true });
		const runId = await start('busy', {});
		await expect(get('/health', {}, 100)).rejects.toThrow('timeout');
		expect(await record(runId)).toMatchObject({ status: 'succeeded' });
		await control('settings', { workers: 2 });
		await start('busy', {});
		expect((await get('/health', {}, 100)).status).toBe(200);
	});

	test('rows of several MB, each twice on a page', async () => {
		await control('runs', { count: 3, result_bytes: 5_000_000 });
		const answer = await get('/admin/runs?limit=2');
		const text = await answer.text();
		expect(text.length).toBe(Number(answer.headers.get('content-length')));
		const { runs, items, nextCursor } = JSON.parse(text);
		expect([runs[1].result.length, items.length, nextCursor]).toEqual([
			5_000_000,
			2,
			expect.any(String),
		]);
		expect(items).toEqual(runs);
	});

	test('one SQLite file for two processes: each reads it when it starts, and never again', async () => {
		await control('settings', { workers: 2, runStore: 'sqlite' });
		await control('workflows', { name: 'stuck', outcome: 'hang' });
		const runIds = [await start('divide', { a: 1 }), await start('stuck', {})];
		const seen = async () => {
			const answers = await Promise.all(
				[1, 2, 3, 4].map(async () => await json(await get('/admin/runs'))),
			);
			return answers.map(({ runs }) => runs.length).sort();
		};
		expect(await seen()).toEqual([1, 1, 1, 1]);
		await fetch(`${baseUrl}/__sandbox/pyflue/restart`, { method: 'POST' });
		expect(await seen()).toEqual([2, 2, 2, 2]);
		const statuses = await Promise.all(runIds.map(async (id) => (await record(id)).status));
		expect(statuses).toEqual(['succeeded', 'running']);
		await start('divide', { a: 1 });
		expect(await seen()).toEqual([2, 2, 3, 3]);
		await control('settings', { runStore: 'memory' });
		await fetch(`${baseUrl}/__sandbox/pyflue/restart`, { method: 'POST' });
		expect(await seen()).toEqual([0, 0, 0, 0]);
	});

	test('no workflows: the 404 says so in brackets', async () => {
		await control('settings', { project: 'noWorkflows' });
		const answer = await post('/workflows/any', {});
		expect([answer.status, (await json(answer)).error.details]).toEqual([
			404,
			'Available workflows: (none).',
		]);
	});

	test('the mount of the admin routes is redirected to its slash, behind which nothing is', async () => {
		const answer = await fetch(`${baseUrl}/admin`, { redirect: 'manual' });
		expect([answer.status, answer.headers.get('location')]).toEqual([307, `${baseUrl}/admin/`]);
		expect((await get('/admin/')).status).toBe(404);
	});

	test('several processes without a shared store: most reads are 404', async () => {
		await control('settings', { workers: 4 });
		const runId = await start('divide', { a: 1 });
		const statuses: number[] = [];
		for (let turn = 0; turn < 40; turn += 1) {
			statuses.push((await get(`/runs/${runId}`)).status);
		}
		expect(statuses.filter((status) => status === 404)).toHaveLength(30);
		expect(statuses.filter((status) => status === 200)).toHaveLength(10);
	});

	test('a busy session is a 500, on a stream an error frame alone', async () => {
		await control('agents', { name: 'assistant', ms: 150 });
		const first = ask('b', 'one');
		await sleep(30);
		const second = await post('/agents/assistant/b', { message: 'two' });
		expect([second.status, (await json(second)).error.dev]).toEqual([
			500,
			expect.stringContaining('Session "b:default" is already running prompt.'),
		]);
		const frames = await stream('/agents/assistant/b', { message: 'three' });
		expect(frames).toMatchObject([{ event: 'error' }]);
		await first;
		expect((await post('/agents/assistant/b', { message: 'four' })).status).toBe(200);
	});

	test('the oldest runs are forgotten', async () => {
		const { runIds } = await control('runs', { count: 1030, step_ms: 1 });
		expect((await get(`/runs/${runIds[5]}`)).status).toBe(404);
		expect((await get(`/runs/${runIds[6]}`)).status).toBe(200);
		await control('settings', { maxRuns: 2 });
		const listed = await json(await get('/admin/runs'));
		expect(listed.items.map(({ runId }: { runId: string }) => runId)).toEqual([
			runIds[1029],
			runIds[1028],
		]);
	});
});
