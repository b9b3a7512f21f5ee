// What every platform's stand-in has from `sandbox/platform.mts`; seen through FlyMyAI's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { rootFolder, toolsBin } from '../../scripts/lib/paths.mts';
import { startSandbox } from '../support/sandbox.mts';
import type { Sandbox, SandboxControl } from '../support/sandbox.mts';

let sandbox: Sandbox;
let http: AxiosInstance;
let control: SandboxControl;

const AGENT = '5eed0000-0000-4000-8000-000000000003';
const TASKS = '/api/v1/agents/tasks/';
const EXECUTIONS = '/api/v1/agents/executions/';
const start = async () =>
	await http.post(`${TASKS}${AGENT}/run-loop/`, { variables: { message: 'Hello' } });
const countRuns = async () => (await http.get<unknown[]>(EXECUTIONS)).data.length;

beforeAll(async () => {
	sandbox = await startSandbox();
	({ control } = sandbox.flymyai);
	http = axios.create({
		baseURL: sandbox.flymyai.baseUrl,
		headers: { 'X-API-KEY': sandbox.flymyai.apiKey },
		validateStatus: () => true,
	});
});
beforeEach(async () => await control.reset());
afterAll(async () => await sandbox.close());

test('the start page says that this is not the real service', async () => {
	const { data, headers } = await http.get<string>('/');
	expect(headers['content-type']).toContain('text/html');
	expect(data).toContain('This is not the real FlyMyAI.');
	expect(data).toContain(sandbox.flymyai.baseUrl);
	expect(data).toContain(sandbox.flymyai.apiKey);
});

test('an empty body is no body, whatever its content type', async () => {
	for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
		const cancel = `${EXECUTIONS}${(await start()).data.id}/cancel/`;
		const { status } = await http.post(cancel, Buffer.alloc(0), {
			headers: { 'Content-Type': type },
		});
		expect(status).toBe(204);
		const [request] = (await control.requests()).slice(-1);
		expect(request).toMatchObject({ path: cancel, headers: { 'content-type': type }, body: null });
	}
});

describe('request log', () => {
	test('keeps method, path, headers, body and answer of each request, but of no control route', async () => {
		await http.get(`${TASKS}?page=1`);
		await start();
		await http.delete(`${TASKS}unknown/`);
		const log = await control.requests();
		expect(log.map(({ method, path, status }) => [method, path, status])).toEqual([
			['GET', `${TASKS}?page=1`, 200],
			['POST', `${TASKS}${AGENT}/run-loop/`, 201],
			['DELETE', `${TASKS}unknown/`, 404],
		]);
		expect(log[0]).toMatchObject({ body: null, headers: { 'x-api-key': sandbox.flymyai.apiKey } });
		expect(log[1]?.body).toEqual({ variables: { message: 'Hello' } });
		expect(log[1]?.ms).toBeLessThan(1000);
		expect(Math.abs((log[1]?.at ?? 0) - Date.now())).toBeLessThan(5000);
	});

	test('answers what came since a number, and can be cleared', async () => {
		await http.get(TASKS);
		const [first] = await control.requests();
		await http.get(EXECUTIONS);
		expect(await control.requests(first?.seq)).toMatchObject([{ path: EXECUTIONS }]);
		await control.clearRequests();
		expect(await control.requests()).toEqual([]);
	});
});

describe('faults', () => {
	test('latency delays the request and passes it on', async () => {
		await control.fault({ kind: 'latency', ms: 150 });
		const begin = Date.now();
		expect((await http.get(TASKS)).status).toBe(200);
		expect(Date.now() - begin).toBeGreaterThanOrEqual(145);
	});

	test('status answers in place of the handler, with headers and a body', async () => {
		await control.fault({
			kind: 'status',
			status: 429,
			headers: { 'retry-after': '7' },
			body: { detail: 'Slow down' },
			match: { method: 'POST', path: 'run-loop' },
		});
		const runs = await countRuns();
		const answer = await start();
		expect(answer.status).toBe(429);
		expect(answer.headers['retry-after']).toBe('7');
		expect(answer.data).toEqual({ detail: 'Slow down' });
		expect(await countRuns()).toBe(runs);
	});

	test('reset-before breaks the connection before the request has an effect', async () => {
		const runs = await countRuns();
		await control.fault({ kind: 'reset-before', match: { path: 'run-loop' } });
		await expect(start()).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(await countRuns()).toBe(runs);
	});

	test('reset-after breaks it once the request has had its effect', async () => {
		const runs = await countRuns();
		await control.fault({ kind: 'reset-after', match: { path: 'run-loop' } });
		await expect(start()).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(await countRuns()).toBe(runs + 1);
		const log = await control.requests();
		expect(log.find(({ path }) => path.includes('run-loop'))?.status).toBeNull();
	});

	test.each([TASKS, '/api/v1/agents/tools/available/'])(
		'truncate cuts the body of %s, streamed or not',
		async (path) => {
			await control.fault({ kind: 'truncate', afterBytes: 20 });
			const response = await fetch(`${sandbox.flymyai.baseUrl}${path}`, {
				headers: { 'X-API-KEY': sandbox.flymyai.apiKey },
			});
			expect(response.status).toBe(200);
			let received = 0;
			const reading = (async () => {
				for await (const chunk of response.body ?? []) received += chunk.length;
			})();
			await expect(reading).rejects.toThrow('terminated');
			expect(received).toBe(20);
		},
	);

	test('malformed answers 200 with text that is no JSON', async () => {
		await control.fault({ kind: 'malformed' });
		const { status, data } = await http.get(TASKS);
		expect(status).toBe(200);
		expect(data).toMatch(/^<html>/);
	});

	test('silence never answers', async () => {
		await control.fault({ kind: 'silence' });
		await expect(http.get(TASKS, { timeout: 200 })).rejects.toMatchObject({ code: 'ECONNABORTED' });
		expect((await control.requests())[0]).toMatchObject({ path: TASKS, status: null });
		expect((await http.get(TASKS)).status).toBe(200);
	});

	test('skip, times and probability choose which requests are struck', async () => {
		const statuses = async (count: number) => {
			const seen: number[] = [];
			for (let index = 0; index < count; index += 1) seen.push((await http.get(TASKS)).status);
			return seen;
		};
		await control.fault({ kind: 'status', status: 503, skip: 1, times: 2 });
		expect(await statuses(5)).toEqual([200, 503, 503, 200, 200]);
		const [fault] = (await http.get('/__sandbox/faults')).data;
		expect(fault).toMatchObject({ kind: 'status', seen: 5, hits: 2 });

		await control.clearFaults();
		await control.fault({ kind: 'status', status: 503, times: null });
		expect(await statuses(3)).toEqual([503, 503, 503]);

		await control.clearFaults();
		await control.fault({ kind: 'status', status: 503, times: null, probability: 0.5 });
		expect(new Set(await statuses(40))).toEqual(new Set([200, 503]));

		await control.clearFaults();
		await control.fault({ kind: 'status', status: 503, times: null, probability: 0 });
		expect(await statuses(3)).toEqual([200, 200, 200]);
	});

	test('the first fault that matches strikes, the next one after it is used up', async () => {
		await control.fault({ kind: 'status', status: 500 });
		await control.fault({ kind: 'status', status: 502 });
		expect((await http.get(TASKS)).status).toBe(500);
		expect((await http.get(TASKS)).status).toBe(502);
		expect((await http.get(TASKS)).status).toBe(200);
	});

	test.each([
		{ kind: 'explode' },
		{ kind: 'status', tims: 2 },
		{ kind: 'status', match: { path: '(' } },
		{},
	])('a fault that makes no sense is refused: %j', async (fault) => {
		expect((await http.post('/__sandbox/faults', fault)).status).toBe(400);
	});
});

test('reset goes back to the state after the start', async () => {
	await start();
	await control.fault({ kind: 'status', times: null });
	await control.reset();
	expect((await http.get('/__sandbox/faults')).data).toEqual([]);
	expect(await control.requests()).toEqual([]);
	expect(await countRuns()).toBe(5);
});

test('the process says where it listens in one line, and ends cleanly when told to', async () => {
	const child = spawn(join(toolsBin, 'node'), [join(rootFolder, 'sandbox/main.mts')]);
	const stdout = text(child.stdout);
	const stderr = text(child.stderr);
	const [line] = await once(child.stdout, 'data');
	const { baseUrl } = JSON.parse(String(line)).flymyai;
	await axios.post(`${baseUrl}/__sandbox/faults`, { kind: 'silence' });
	const silent = axios.get(baseUrl).catch((error: unknown) => error);

	const end = once(child, 'exit');
	child.kill('SIGTERM');
	expect(await end).toEqual([0, null]);
	expect(await silent).toMatchObject({ code: 'ECONNRESET' });
	expect((await stdout).match(/\n/g)).toHaveLength(1);
	expect(await stderr).toBe('');
});
