// What the PyFlue stand-in does over time, and what its control routes change.
// Contract: docs/contracts/pyflue.md.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { EventSourceMessage } from 'eventsource-parser';
import {
	ask,
	baseUrl,
	control,
	events,
	get,
	json,
	partial,
	post,
	record,
	serveEachTest,
	server,
	start,
	stream,
} from './pyflueClient.mts';

serveEachTest();

test('announces what a credential needs', () => {
	expect(server.announce).toEqual({ baseUrl, adminPath: '/admin' });
});

describe('demo workflows', () => {
	test('summarize computes from the payload and logs', async () => {
		const text = 'Whales sing. Whales sing songs to other whales far away. Fish do not.';
		const runId = await start('summarize', { text });
		expect(await record(runId)).toMatchObject({
			status: 'succeeded',
			result: {
				summary: 'Whales sing songs to other whales far away.',
				words: 13,
				sentences: 3,
				source: 'local PyFlue stand-in',
			},
			event_count: 4,
		});
	});

	test('reports.weekly adds up', async () => {
		const payload = { figures: { mon: 4, tue: 8 }, previous: { mon: 5, tue: 5 } };
		const { result } = await json(await post('/workflows/reports.weekly?wait=result', { payload }));
		expect(result).toMatchObject({ total: 12, average: 6, best: 'tue', change: 2 });
	});

	test('sleep takes payload.ms; the record shows it running, then ended', async () => {
		const runId = await start('sleep', { ms: 120 });
		expect(await record(runId)).toMatchObject({ status: 'running', ended_at: null });
		await sleep(200);
		const { durationMs, status } = await record(runId);
		expect(status).toBe('succeeded');
		expect(durationMs).toBeGreaterThanOrEqual(115);
		expect(durationMs).toBeLessThan(200);
	});

	test('over_quota raises a typed 429, without a run id', async () => {
		const answer = await post('/workflows/over_quota?wait=result', { payload: { needed: 2 } });
		expect(answer.status).toBe(429);
		expect(answer.headers.has('x-flue-run-id')).toBe(false);
		expect(await json(answer)).toMatchObject({
			error: { type: 'quota_exceeded', meta: { retry: 5 } },
		});
		const { runs } = await json(await get('/admin/runs?agentName=over_quota&status=errored'));
		expect(runs).toMatchObject([{ status: 'failed', error: { type: 'quota_exceeded' } }]);
	});

	test('divide answers a number, and raises', async () => {
		const half = await post('/workflows/divide?wait=result', { payload: { a: 1, b: 2 } });
		expect(await json(half)).toMatchObject({ status: 'completed', result: 0.5 });
		const none = await post('/workflows/divide?wait=result', { payload: { a: 1, b: 0 } });
		expect(await json(none)).toMatchObject({
			error: { type: 'internal_error', dev: 'division by zero' },
		});
	});
});

describe('demo agents', () => {
	test('assistant remembers a session and says what it is', async () => {
		await ask('ada', 'Hi, my name is Ada', 'one');
		expect((await ask('ada', 'What is my name?', 'one')).text).toMatch(/Ada.*stand-in/);
		expect((await ask('ada', 'What is my name?', 'two')).text).toMatch(/not told me/);
		expect((await ask('ada', '12 * 7?', 'two')).text).toContain('84');
	});

	test('a dispatched input is part of the session', async () => {
		const answer = await post('/agents/internal/i/dispatch', { input: 'My name is Bo' });
		expect(answer.status).toBe(202);
		expect((await post('/agents/internal/i', { message: 'x' })).status).toBe(404);
		await post('/agents/assistant/i/dispatch', { input: 'My name is Bo', session: 's' });
		await sleep(20);
		expect((await ask('i', 'What is my name?', 's')).text).toContain('Bo');
	});

	test('classify is a file handler with a run', async () => {
		const answer = await post('/agents/classify/t1', { payload: { text: 'Refund my invoice' } });
		const body = await json(answer);
		expect(body).toMatchObject({ category: 'billing', scores: { billing: 2 } });
		expect(await record(body._meta.runId)).toMatchObject({ agentName: 'classify', agent_id: 't1' });
	});

	test('a streamed answer: tools and deltas make up the end', async () => {
		await control('agents', { name: 'assistant', deltas: 4 });
		const frames = await stream('/agents/assistant/s', { message: '2 + 3' });
		const names = frames.map(({ event }) => event);
		expect(names).toEqual(['start', 'tool_start', 'tool_end', ...Array(4).fill('delta'), 'end']);
		const data = frames.map((frame) => JSON.parse(frame.data));
		const text = data.filter(({ type }) => type === 'delta').map((delta) => delta.text);
		expect(text.join('')).toBe(data.at(-1).text);
	});

	test('what an agent is told to raise, it raises', async () => {
		await control('agents', { name: 'assistant', error: { message: 'no model' } });
		expect(await json(await post('/agents/assistant/x', { message: 'hi' }))).toMatchObject({
			error: { type: 'internal_error', dev: 'no model' },
		});
		const frames = await stream('/prompt/p/events', { prompt: 'hi' });
		expect(frames.map(({ event }) => event)).toEqual(['start', 'error', 'error']);
	});
});

describe('runs', () => {
	test('a stream replays, tails and ends after run_end; it resumes by either way', async () => {
		await control('workflows', { name: 'job', ms: 120, logs: 3 });
		const runId = await start('job', {});
		const whole = await stream(`/runs/${runId}/stream`);
		expect(whole.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5']);
		const path = `/runs/${runId}/stream`;
		const resumed = await stream(path, undefined, { 'last-event-id': '3' });
		expect(resumed.map(({ id }) => id)).toEqual(['4', '5']);
		const overridden = await stream(`${path}?after=4`, undefined, { 'last-event-id': '1' });
		expect(overridden.map(({ id }) => id)).toEqual(['5']);
	});

	test('a run goes on after its client left a wait', async () => {
		const leaving = post('/workflows/sleep?wait=result', { payload: { ms: 150 } }, {}, 40);
		await expect(leaving).rejects.toThrow();
		await sleep(200);
		expect((await json(await get('/admin/runs'))).runs).toMatchObject([{ status: 'succeeded' }]);
	});

	test('right after accept a run is readable, every time', async () => {
		for (let turn = 0; turn < 50; turn += 1) {
			expect((await get(`/runs/${await start('divide', { a: 1 })}`)).status).toBe(200);
		}
	});

	test('admin pages shift as offsets do, and take both words for a status', async () => {
		const { runIds } = await control('runs', { count: 5 });
		const first = await json(await get('/admin/runs?limit=2&status=completed'));
		expect(first.items.map(({ runId }: { runId: string }) => runId)).toEqual(
			runIds.slice(3).reverse(),
		);
		const [added] = (await control('runs', { count: 1 })).runIds;
		const cursor = first.nextCursor;
		const second = await json(await get(`/admin/runs?limit=2&status=succeeded&cursor=${cursor}`));
		expect(second.runs[0].runId).toBe(first.runs[1].runId);
		expect((await json(await get('/admin/runs?limit=1&cursor=0'))).runs[0].runId).toBe(added);
		expect((await get('/admin/runs?cursor=eyJvZmZzZXQiOi0xfQ')).status).toBe(400);
		const behind = await json(await get('/admin/runs?cursor=2147483647'));
		expect(behind).toEqual({ runs: [], items: [], nextCursor: null });
	});
});

describe('control routes', () => {
	test('a workflow is told how long, how it ends, and with what', async () => {
		await control('workflows', { name: 'summarize', ms: [60, 80], logs: 2 });
		const runId = await start('summarize', { text: 'One. Two.' });
		expect((await record(runId)).status).toBe('running');
		await sleep(140);
		const ended = await record(runId);
		expect(ended).toMatchObject({ result: { sentences: 2 }, event_count: 6 });
		expect(ended.durationMs).toBeGreaterThanOrEqual(55);

		const error = { type: 'bad_input', message: 'No.', status: 422, meta: { field: 'a' } };
		await control('workflows', { name: 'summarize', outcome: 'error', error });
		const failed = await post('/workflows/summarize?wait=result', {});
		expect([failed.status, (await json(failed)).error]).toEqual([
			422,
			{ type: 'bad_input', message: 'No.', details: '', meta: { field: 'a' } },
		]);
		await control('workflows', { name: 'summarize', result: null });
		expect(await json(await post('/workflows/summarize?wait=result', {}))).toMatchObject({
			result: null,
		});
	});

	test('finished runs are made in bulk, at given times', async () => {
		const { runIds } = await control('runs', {
			count: 3,
			workflow: 'import',
			status: 'failed',
			ended_at: 1_790_000_000,
			step_ms: 10_000,
			duration_ms: 2500,
			logs: 2,
			error: { type: 'x', message: 'y' },
		});
		const runs = await Promise.all(runIds.map(record));
		expect(runs.map(({ endedAt }) => endedAt)).toEqual([
			'2026-09-21T14:13:00.000000Z',
			'2026-09-21T14:13:10.000000Z',
			'2026-09-21T14:13:20.000000Z',
		]);
		expect(runs[2]).toMatchObject({
			started_at: 1_789_999_997.5,
			durationMs: 2500,
			error: { type: 'x', message: 'y' },
			event_count: 4,
		});
	});

	test('a run is patched: to an end, back to running, to other times', async () => {
		const { runIds } = await control('runs', { status: 'running' });
		const [runId] = runIds;
		const tail = stream(`/runs/${runId}/stream`);
		await sleep(30);
		await control(`runs/${runId}`, { status: 'succeeded', result: { n: 1 }, ended_at: 1.8e9 });
		expect((await tail).at(-1)).toMatchObject({ event: 'run_end' });
		expect(await record(runId)).toMatchObject({ result: { n: 1 }, ended_at: 1.8e9 });
		await control(`runs/${runId}`, { status: 'running' });
		expect(await record(runId)).toMatchObject({ status: 'running', ended_at: null, result: null });
		await control(`runs/${runId}`, { status: 'failed', error: { message: 'lost' } });
		expect(await record(runId)).toMatchObject({ is_error: true, error: { details: 'lost' } });
	});

	test('authentication by an arbitrary header under a prefix', async () => {
		await control('settings', {
			auth: { type: 'header', name: 'X-Api-Key', value: 'k' },
			prefix: '/flue',
		});
		expect((await get('/flue/health')).status).toBe(401);
		expect(await json(await get('/flue/health', { 'x-api-key': 'wrong' }))).toEqual({
			detail: 'Unauthorized',
		});
		expect((await get('/flue/health', { 'x-api-key': 'k' })).status).toBe(200);
		expect((await get('/health', { 'x-api-key': 'k' })).status).toBe(404);
		const slash = await fetch(`${baseUrl}/flue/agents/?x=1`, {
			headers: { 'x-api-key': 'k' },
			redirect: 'manual',
		});
		expect([slash.status, slash.headers.get('location')]).toEqual([
			307,
			`${baseUrl}/flue/agents?x=1`,
		]);
	});

	test('a misspelt setting is refused', async () => {
		await expect(control('settings', { varriant: 'flue' })).rejects.toThrow('400');
		await expect(control('workflows', { name: 'a', outcome: 'sucess' })).rejects.toThrow('400');
	});

	test('the request log shows bodies parsed', async () => {
		await start('divide', { a: 1 });
		expect(await json(await get('/__sandbox/requests'))).toMatchObject([
			{ method: 'POST', path: '/workflows/divide', body: { payload: { a: 1 } }, status: 202 },
		]);
	});

	test('a reset ends what goes on, as a restart of the server would', async () => {
		await control('workflows', { name: 'stuck', outcome: 'hang' });
		const waiting = post('/workflows/stuck?wait=result', {});
		const tail = await get(`/runs/${await start('stuck', {})}/stream`);
		await sleep(30);
		await fetch(`${baseUrl}/__sandbox/reset`, { method: 'POST' });
		await expect(waiting).rejects.toThrow();
		await expect(tail.text()).rejects.toThrow();
		expect(await json(await get('/admin/runs'))).toMatchObject({ runs: [] });
	});
});

describe('streams on the wire', () => {
	const shapes = {
		'byte by byte': { chunkBytes: 1 },
		'in threes, with CRLF': { chunkBytes: 3, lineEnd: '\r\n' },
		'with CR alone': { lineEnd: '\r' },
		'data over many lines': { multilineData: true },
		'with comments': { comments: true, chunkBytes: 7 },
		'all at once': { chunkBytes: 2, lineEnd: '\r\n', multilineData: true, comments: true },
	};

	test.each(Object.entries(shapes))('%s: the same events', async (_name, shape) => {
		await control('workflows', { name: 'job', logs: 2 });
		const runId = await start('job', { text: 'é 漢 🙂' });
		const plain = await stream(`/runs/${runId}/stream`);
		await control('settings', { stream: shape });
		const shaped = await stream(`/runs/${runId}/stream`);
		expect(plain).toHaveLength(4);
		const values = (frames: EventSourceMessage[]) =>
			frames.map(({ id, event, data }) => ({ id, event, data: JSON.parse(data) }));
		expect(values(shaped)).toEqual(values(plain));
	});

	test('the shapes are on the wire', async () => {
		const runId = await start('divide', {});
		const path = `/runs/${runId}/stream`;
		await control('settings', { stream: shapes['all at once'] });
		const answer = await get(path);
		const pieces: Uint8Array[] = [];
		for await (const piece of answer.body ?? []) pieces.push(piece);
		const text = Buffer.concat(pieces).toString();
		expect(text).toMatch(/^: a comment\r\nid: 1\r\n: a comment\r\nevent: run_start\r\n/);
		expect(text.match(/\r\ndata: /g)?.length).toBeGreaterThan(10);
		expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
		expect(pieces.length).toBeGreaterThan(text.length / 4);
	});

	test('a cut stream has lost nothing that was sent, and can be resumed', async () => {
		await control('workflows', { name: 'job', logs: 3 });
		const runId = await start('job', {});
		await control('settings', { stream: { cutAfterEvents: 2 } });
		const read = async (after: number) => {
			const { text, lost } = await partial(await get(`/runs/${runId}/stream?after=${after}`));
			return { ids: events(text).map(({ id }) => id), lost };
		};
		expect(await read(0)).toEqual({ ids: ['1', '2'], lost: true });
		expect(await read(2)).toEqual({ ids: ['3', '4'], lost: true });
		expect(await read(4)).toEqual({ ids: ['5'], lost: false });
	});

	test('the truncate fault cuts a stream after bytes', async () => {
		await fetch(`${baseUrl}/__sandbox/faults`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ kind: 'truncate', afterBytes: 20, match: { path: '/stream' } }),
		});
		const answer = await get(`/runs/${await start('divide', {})}/stream`);
		expect(await partial(answer)).toEqual({ text: 'id: 1\nevent: run_sta', lost: true });
	});

	test('PyFlue writes ASCII, Flue UTF-8', async () => {
		await control('workflows', { name: 'job', outcome: 'error', error: { message: 'é 🙂' } });
		const raw = async () => await (await get(`/runs/${await start('job', {})}/stream`)).text();
		expect(await raw()).toContain('\\u00e9 \\ud83d\\ude42');
		await control('settings', { variant: 'flue' });
		expect(await raw()).toContain('é 🙂');
	});
});

describe('Flue 0.8.1', () => {
	beforeEach(async () => {
		await control('settings', { variant: 'flue' });
	});

	test('the whole body is the payload, and the record keeps it', async () => {
		const { runId } = await json(await post('/workflows/divide', { a: 6, b: 3 }));
		expect(runId).toMatch(/^workflow:divide:[0-9A-Z]{26}$/);
		expect(await record(runId)).toMatchObject({
			status: 'completed',
			payload: { a: 6, b: 3 },
			result: 2,
		});
	});

	test('a failed stream ends with run_end; an error answer names its run', async () => {
		const frames = await stream('/workflows/divide', { a: 1, b: 0 });
		expect(frames.map(({ id, event }) => [id, event])).toEqual([
			['0', 'run_start'],
			['1', 'run_end'],
		]);
		const failed = await post('/workflows/divide?wait=result', { a: 1, b: 0 });
		expect(failed.status).toBe(500);
		const runId = failed.headers.get('x-flue-run-id') ?? '';
		expect(await record(runId)).toMatchObject({ error: { message: 'division by zero' } });
	});

	test('an accepted workflow that throws ends the process, for a while', async () => {
		const divide = { a: 1, b: 0 };
		await control('settings', { downAfterThrowMs: 150 });
		expect((await post('/workflows/divide?wait=result', divide)).status).toBe(500);
		const { runId } = await json(await post('/workflows/divide', divide));
		await sleep(50);
		await expect(get(`/runs/${runId}`)).rejects.toMatchObject({
			cause: { code: 'ECONNREFUSED' },
		});
		await sleep(200);
		// It kept its runs in memory.
		expect(await json(await get('/admin/runs'))).toEqual({ items: [] });
	});

	test('flue dev names in a 404 what there is', async () => {
		const notFound = async () => (await json(await post('/workflows/nope', {}))).error;
		expect(await notFound()).not.toHaveProperty('dev');
		await control('settings', { dev: true });
		expect((await notFound()).dev).toMatch(/^Available workflows: "divide", .*"summarize"\.\n/);
	});

	test('a page of runs goes on where the last one ended, whatever is added', async () => {
		await control('runs', { count: 4, step_ms: 5000 });
		const first = await json(await get('/admin/runs?limit=2'));
		await control('runs', { count: 1 });
		const second = await json(await get(`/admin/runs?limit=2&cursor=${first.nextCursor}`));
		const ids = [...first.items, ...second.items].map(({ runId }) => runId);
		expect(new Set(ids).size).toBe(4);
		expect(second).not.toHaveProperty('nextCursor');
		expect(first).not.toHaveProperty('runs');
	});
});
