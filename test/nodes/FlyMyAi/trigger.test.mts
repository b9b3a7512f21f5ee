// The FlyMyAI Trigger as n8n polls it, against the sandbox.
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { NodeApiError, sleep } from 'n8n-workflow';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { FlyMyAiTrigger } from '../../../nodes/FlyMyAi/FlyMyAiTrigger.node.ts';
import type { RunStatus } from '../../../sandbox/flymyai/records.mts';
import { poll } from '../../support/n8n.mts';
import type { PollOptions } from '../../support/n8n.mts';
import {
	api,
	byId,
	control,
	credentials,
	failureOf,
	FAILED_RUN,
	newRun,
	PROFILER,
	RESEARCHER,
	sent,
	sentLines,
	useSandbox,
} from './support.mts';

const node = new FlyMyAiTrigger();
const LIST = '/api/v1/agents/executions/';
const HOUR_MS = 3_600_000;
const ANY_END = { events: ['cancelled', 'completed', 'failed'] };
const onlyAgents = (...ids: string[]): INodeParameters => ({
	agents: { agent: ids.map((id) => ({ agent: byId(id) })) },
});

useSandbox();
beforeEach(async () => await control.reset());

let triggers = 0;

type Settings = Partial<Omit<PollOptions, 'node' | 'parameters'>>;

/** A trigger on the canvas of its own; every `tick` is a poll, the first one the activation. */
function trigger(parameters: INodeParameters = {}, settings: Settings = {}) {
	const staticData: IDataObject = {};
	const nodeName = `Trigger ${triggers++}`;
	const tick = async (now: Settings = {}): Promise<IDataObject[]> => {
		const options = { staticData, credentials: credentials(), ...settings, ...now };
		const output = await poll({ node, nodeName, parameters, ...options });
		return (output?.[0] ?? []).map(({ json }) => json);
	};
	return { staticData, tick };
}

const idsOf = (items: IDataObject[]) => items.map(({ id }) => id);

/** Starts a run that goes on until `end`. */
const start = async (agent = RESEARCHER) =>
	await newRun({ agent, status: 'running', agent_result: null });

/** Ends a run; `changed` says how the platform shows it. */
async function end(id: string, status: RunStatus = 'completed', changed: IDataObject = {}) {
	const output = status === 'completed' ? { agent_result: { answer: id } } : {};
	await control.post(`flymyai/runs/${id}`, { status, ...output, ...changed });
}

const change = async (id: string, patch: IDataObject) =>
	await control.post(`flymyai/runs/${id}`, patch);

const at = (ms: number) => new Date(ms).toISOString();

describe('the first poll after the activation', () => {
	test('emits nothing of what ended before', async () => {
		const { tick } = trigger(ANY_END);
		expect(await tick()).toEqual([]);
		expect(await tick()).toEqual([]);
	});

	test('emits what ended since a time, where that is asked for', async () => {
		const since = at(Date.now() - 4 * HOUR_MS);
		const { tick } = trigger({ ...ANY_END, options: { includeSince: since } });
		expect(idsOf(await tick())).toEqual(['pol-veda-nim']);
		expect(await tick()).toEqual([]);
	});
});

test('the state holds no password of the Base URL', async () => {
	const { baseUrl, ...others } = credentials().flyMyAiApi;
	const address = String(baseUrl).replace('//', '//me:hunter22@');
	const { staticData, tick } = trigger(ANY_END, {
		credentials: { flyMyAiApi: { ...others, baseUrl: address } },
	});
	await tick();

	expect(staticData.cursor).toMatchObject({ source: expect.stringContaining('127.0.0.1') });
	expect(JSON.stringify(staticData)).not.toMatch(/hunter22|me:/);
});

describe('which completions start the workflow', () => {
	test.each<[RunStatus[], RunStatus[]]>([
		[['completed'], ['completed']],
		[
			['failed', 'cancelled'],
			['failed', 'cancelled'],
		],
	])('events %p', async (events, expected) => {
		const { tick } = trigger({ events });
		await tick();
		for (const status of ['completed', 'failed', 'cancelled'] as const) await newRun({ status });
		expect((await tick()).map(({ status }) => status).sort()).toEqual([...expected].sort());
	});

	test('completed is what it listens for by default', async () => {
		const { tick } = trigger();
		await tick();
		await newRun({ status: 'failed' });
		const completed = await newRun();
		expect(idsOf(await tick())).toEqual([completed]);
	});

	test('those of one agent, or of several', async () => {
		const one = trigger(onlyAgents(RESEARCHER));
		const several = trigger(onlyAgents(RESEARCHER, PROFILER));
		await one.tick();
		await several.tick();
		const researched = await newRun({ agent: RESEARCHER });
		const profiled = await newRun({ agent: PROFILER });
		await newRun({ agent: '5eed0000-0000-4000-8000-000000000003' });
		expect(idsOf(await one.tick())).toEqual([researched]);
		expect(idsOf(await several.tick()).sort()).toEqual([researched, profiled].sort());
	});

	test('only those with an output, where that is asked for', async () => {
		const { tick } = trigger({ ...ANY_END, options: { onlyWithOutput: true } });
		await tick();
		for (const agent_result of [null, {}, '']) await newRun({ agent_result });
		const answered = await newRun({ agent_result: { answer: 0 } });
		expect(idsOf(await tick())).toEqual([answered]);
	});
});

describe('what an item holds', () => {
	const itemOf = async (parameters: INodeParameters) => {
		const { tick } = trigger(parameters);
		await tick();
		const id = await newRun({ messages: [{ role: 'user', content: 'Hello' }] });
		const items = await tick();
		expect(items).toHaveLength(1);
		return { id, item: items[0] };
	};

	test('the run, simplified', async () => {
		const { id, item } = await itemOf({});
		expect(item).toEqual({
			id,
			status: 'completed',
			output: expect.objectContaining({ summary: expect.any(String) }),
			error: null,
			agent_id: RESEARCHER,
			agent_name: 'Web Researcher',
			variables: expect.any(Object),
			run_seq: 1,
			created_at: expect.any(String),
			updated_at: expect.any(String),
			duration_seconds: 4,
		});
	});

	test('the raw run without its logs and messages', async () => {
		const { item } = await itemOf({ simplify: false });
		expect(item).toMatchObject({ user_agent_task_uuid: RESEARCHER, agent_result: {} });
		expect(item).not.toHaveProperty('messages');
		expect(item).not.toHaveProperty('logs');
	});

	test.each([true, false])('logs and messages where asked for, simplify %p', async (simplify) => {
		const options = { includeLogs: true, includeMessages: true };
		const { item } = await itemOf({ simplify, options });
		expect(item).toMatchObject({ logs: [], messages: [{ role: 'user', content: 'Hello' }] });
	});
});

describe('"Fetch Test Event"', () => {
	test('gives the newest run that fits, and leaves the state alone', async () => {
		const { tick, staticData } = trigger({ events: ['failed'] });
		expect(idsOf(await tick({ mode: 'manual' }))).toEqual([FAILED_RUN]);
		expect(staticData).toEqual({});
		await newRun();
		const failed = await newRun({ status: 'failed' });
		expect(idsOf(await tick({ mode: 'manual' }))).toEqual([failed]);
		expect(staticData).toEqual({});
	});

	test('says so where there is none', async () => {
		const { tick } = trigger({ ...onlyAgents('5eed0000-0000-4000-8000-000000000005') });
		const { message, description } = await failureOf(tick({ mode: 'manual' }));
		expect(message).toBe('No run that has ended fits the events and filters');
		expect(description).toContain('fetch the test event again');
	});
});

describe.each([
	['in classic static data', {}],
	['with durable cursors', { durable: true }],
])('what is new, %s', (_, settings: Settings) => {
	test('a follow-up makes the same run complete again', async () => {
		const { tick } = trigger({}, settings);
		await tick();
		const id = await newRun();
		expect(idsOf(await tick())).toEqual([id]);
		await change(id, { run_seq: 2, status: 'running' });
		expect(await tick()).toEqual([]);
		await end(id);
		expect(await tick()).toMatchObject([{ id, run_seq: 2, output: { answer: id } }]);
		expect(await tick()).toEqual([]);
	});

	test('runs come as they end, in whatever order they began', async () => {
		const { tick } = trigger({}, settings);
		const [first, second, third] = [await start(), await start(), await start()];
		await tick();
		await end(third);
		expect(idsOf(await tick())).toEqual([third]);
		await end(second);
		// Not in the same millisecond.
		await sleep(5);
		await end(first);
		expect(idsOf(await tick())).toEqual([second, first]);
	});

	test('a run that was seen unfinished, however old its completion is dated', async () => {
		const { tick } = trigger({}, settings);
		const id = await start();
		await tick();
		await control.post('flymyai/runs', { count: 1500 });
		expect(await tick()).toHaveLength(500);
		while ((await tick()).length > 0);
		await end(id, 'completed', { updated_at: at(0) });
		expect(idsOf(await tick())).toEqual([id]);
	}, 60_000);

	test.each([-HOUR_MS, HOUR_MS])('with a server clock that is off by %p ms', async (offsetMs) => {
		const { tick } = trigger({}, settings);
		await control.post('flymyai/clock', { offsetMs });
		await tick();
		const id = await start();
		await end(id);
		expect(idsOf(await tick())).toEqual([id]);
		await control.post('flymyai/clock', { offsetMs: -offsetMs });
		const other = await start();
		await end(other);
		expect(idsOf(await tick())).toEqual([other]);
		expect(await tick()).toEqual([]);
	});

	test('times that tie, lag or run ahead', async () => {
		const { tick } = trigger({}, settings);
		await tick();
		const time = at(Date.now());
		const first = await newRun({ updated_at: time });
		expect(idsOf(await tick())).toEqual([first]);
		const tie = await newRun({ updated_at: time });
		const lagging = await newRun({ updated_at: at(Date.now() - HOUR_MS) });
		const ahead = await newRun({ updated_at: at(Date.now() + HOUR_MS) });
		expect(idsOf(await tick())).toEqual([lagging, tie, ahead]);
		await change(lagging, { updated_at: at(Date.now()) });
		const last = await newRun();
		expect(idsOf(await tick())).toEqual([last]);
	});

	test('a run that the list leaves out for a while, and one that it shows late', async () => {
		const { tick } = trigger({}, settings);
		const hidden = await start();
		await tick();
		await change(hidden, { visible: false });
		const late = await newRun({ visible: false });
		expect(await tick()).toEqual([]);
		await end(hidden);
		expect(idsOf(await tick())).toEqual([hidden]);
		await change(late, { visible: true });
		await change(hidden, { visible: true });
		expect(idsOf(await tick())).toEqual([late]);
	});

	test('a poll that fails changes nothing, and the next one makes up for it', async () => {
		const { tick, staticData } = trigger({}, settings);
		await tick();
		const before = JSON.stringify(staticData);
		const id = await newRun();
		await control.fault({ kind: 'status', status: 500, match: { path: `${LIST}$` } });
		await expect(tick()).rejects.toThrow();
		expect(JSON.stringify(staticData)).toBe(before);
		expect(idsOf(await tick())).toEqual([id]);
	});

	test('of two polls at the same time, one emits', async () => {
		const { tick } = trigger({}, settings);
		await tick();
		const id = await newRun();
		const both = await Promise.all([tick(), tick()]);
		expect(idsOf(both.flat())).toEqual([id]);
		expect(await tick()).toEqual([]);
	});

	test('another account begins anew instead of flooding', async () => {
		const { tick } = trigger(ANY_END, settings);
		await tick();
		await newRun();
		const url = String(credentials().flyMyAiApi.baseUrl);
		const elsewhere = {
			credentials: credentials({ baseUrl: url.replace('127.0.0.1', 'localhost') }),
		};
		expect(await tick(elsewhere)).toEqual([]);
		const id = await newRun();
		expect(idsOf(await tick(elsewhere))).toEqual([id]);
	});
});

describe('with durable cursors', () => {
	test('the baseline of the activation holds although n8n drops it', async () => {
		const { tick } = trigger({}, { durable: true });
		await tick({ staticData: {} });
		const id = await newRun();
		expect(idsOf(await tick())).toEqual([id]);
		expect(await tick()).toEqual([]);
	});

	test('what n8n failed to store together with its items is found again', async () => {
		const { tick } = trigger({}, { durable: true });
		await tick({ staticData: {} });
		const id = await newRun();
		expect(idsOf(await tick({ staticData: {} }))).toEqual([id]);
		const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
		expect(idsOf(await tick())).toEqual([id]);
		now.mockRestore();
	});

	test('a tick that was given what the last one found before does not emit again', async () => {
		const { tick, staticData } = trigger({}, { durable: true });
		await tick();
		const before = structuredClone(staticData);
		const id = await newRun();
		expect(idsOf(await tick())).toEqual([id]);
		expect(await tick({ staticData: before })).toEqual([]);
		const next = await newRun();
		expect(idsOf(await tick())).toEqual([next]);
	});

	test('so does the baseline of another account', async () => {
		const { tick, staticData } = trigger({}, { durable: true });
		await tick();
		const url = String(credentials().flyMyAiApi.baseUrl);
		const elsewhere = {
			credentials: credentials({ baseUrl: url.replace('127.0.0.1', 'localhost') }),
		};
		await tick({ ...elsewhere, staticData: structuredClone(staticData) });
		const id = await newRun();
		expect(idsOf(await tick(elsewhere))).toEqual([id]);
	});
});

describe.each([false, true])('of two triggers with the same id, durable cursors %p', (durable) => {
	test.each(['at once', 'one after the other'])('both emit, %s', async (how) => {
		const settings = { nodeId: 'copied-as-json', durable };
		const both = [trigger(ANY_END, settings), trigger(ANY_END, settings)];
		for (const { tick } of both) expect(await tick()).toEqual([]);
		const run = await start();
		await end(run);
		const ticks: IDataObject[][] =
			how === 'at once' ? await Promise.all(both.map(async ({ tick }) => await tick())) : [];
		if (ticks.length === 0) for (const { tick } of both) ticks.push(await tick());

		expect(ticks.map(idsOf)).toEqual([[run], [run]]);
	});
});

describe('what a poll costs', () => {
	test('one request and no writing where nothing has changed', async () => {
		const { tick, staticData } = trigger();
		await start();
		await tick();
		const before = staticData.cursor;
		await control.clearRequests();
		await tick();
		expect(await sentLines()).toEqual([`GET ${LIST}`]);
		expect(staticData.cursor).toBe(before);
	});

	test('a detail for each new completion that is wanted, and one look at its agent', async () => {
		const { tick } = trigger({ events: ['failed'] });
		await tick();
		await newRun();
		const failed = await newRun({ status: 'failed' });
		await control.clearRequests();
		await tick();
		expect(await sentLines()).toEqual([
			`GET ${LIST}`,
			`GET ${LIST}${failed}/`,
			`GET /api/v1/agents/tasks/${RESEARCHER}/`,
		]);
	});

	test('one look at each agent, for its name', async () => {
		const { tick } = trigger();
		await tick();
		await control.post('flymyai/runs', { count: 12, createdFrom: at(Date.now()) });
		await control.clearRequests();
		const items = await tick();
		expect(items.map(({ agent_name }) => agent_name)).toEqual(Array(12).fill('Web Researcher'));
		expect(await sentLines(/tasks/)).toEqual([`GET /api/v1/agents/tasks/${RESEARCHER}/`]);
	});

	test('few bytes of state, whatever the runs carry', async () => {
		const { tick, staticData } = trigger();
		await control.post('flymyai/runs', { count: 3000, messageBytes: 2000 });
		await tick();
		for (let count = 0; count < 20; count++) await start();
		await tick();
		const bytes = Buffer.byteLength(JSON.stringify(staticData));
		expect(bytes).toBeGreaterThan(1000);
		expect(bytes).toBeLessThan(60_000);
	}, 60_000);

	test('at most five details at once', async () => {
		const { tick } = trigger();
		await tick();
		await control.post('flymyai/runs', { count: 12, createdFrom: at(Date.now()) });
		const match = { path: `${LIST}.+` };
		await control.fault({ kind: 'latency', ms: 100, times: null, match });
		expect(await tick()).toHaveLength(12);
		const details = await sent(/executions\/.+/);
		const times = details.map((request) => ({
			from: request.at,
			ms: request.ms ?? 0,
		}));
		const atOnce = times.map(
			({ from }) =>
				times.filter((other) => other.from <= from && from < other.from + other.ms).length,
		);
		expect(Math.max(...atOnce)).toBeGreaterThan(1);
		expect(Math.max(...atOnce)).toBeLessThanOrEqual(5);
	});

	test('no more time than it has: the rest comes with the next ticks', async () => {
		const { tick } = trigger();
		await tick();
		const created = { createdFrom: at(Date.now()) };
		const { ids } = await control.post<{ ids: string[] }>('flymyai/runs', {
			count: 30,
			...created,
		});
		const match = { path: `${LIST}.+` };
		await control.fault({ kind: 'latency', ms: 700, times: null, match });
		const first = await tick({ budgetMs: 4000 });
		expect(first.length).toBeGreaterThan(0);
		expect(first.length).toBeLessThan(30);
		await control.clearFaults();
		expect(idsOf([...first, ...(await tick())]).sort()).toEqual([...ids].sort());
	});

	test.each([
		['all of the time still gets something done', 4500, 5],
		['more than half of the time leaves the rest to the details', 2500, 8],
	])('a listing that takes %s', async (_, ms, expected) => {
		const { tick } = trigger();
		await tick();
		await control.post('flymyai/runs', { count: 8, createdFrom: at(Date.now()) });
		await control.fault({ kind: 'latency', ms, match: { path: `${LIST}$` } });
		expect(await tick({ budgetMs: 4000 })).toHaveLength(expected);
	});
});

describe('a detail that cannot be fetched', () => {
	const detailOf = (id: string) => ({ path: `${LIST}${id}/` });

	test.each([500, 403])('(%p) does not hold the others, and comes again', async (status) => {
		const { tick } = trigger();
		await tick();
		const broken = await newRun();
		const whole = await newRun();
		await control.fault({ kind: 'status', status, match: detailOf(broken) });
		expect(idsOf(await tick())).toEqual([whole]);
		expect(await tick()).toMatchObject([{ id: broken, agent_id: RESEARCHER }]);
		expect(await tick()).toEqual([]);
	});

	test('goes out in the end as the list shows it, with a note', async () => {
		const { tick } = trigger();
		await tick();
		const id = await newRun();
		await control.fault({ kind: 'status', status: 500, times: null, match: detailOf(id) });
		for (let count = 1; count < 5; count++) expect(await tick()).toEqual([]);
		expect(await tick()).toEqual([
			expect.objectContaining({
				id,
				output: expect.objectContaining({ summary: expect.any(String) }),
				note: expect.stringMatching(/^The detail could not be fetched: FlyMyAI: /),
			}),
		]);
		expect(await tick()).toEqual([]);
	});

	test('that hangs holds neither the others nor the tick', async () => {
		const { tick } = trigger();
		await tick();
		const hanging = await Promise.all(Array.from({ length: 5 }, async () => await newRun()));
		const whole = await newRun({ updated_at: at(Date.now() + HOUR_MS) });
		for (const id of hanging) {
			await control.fault({ kind: 'latency', ms: 30_000, times: null, match: detailOf(id) });
		}
		const begun = Date.now();
		const first = await tick({ budgetMs: 2500 });
		expect(Date.now() - begun).toBeLessThan(10_000);
		expect(idsOf([...first, ...(await tick({ budgetMs: 2500 }))])).toEqual([whole]);
		await control.clearFaults();
		expect(idsOf(await tick()).sort()).toEqual([...hanging].sort());
	});

	test('for an agent whose name does not come holds nothing for long', async () => {
		const { tick } = trigger();
		await tick();
		const { ids } = await control.post<{ ids: string[] }>('flymyai/runs', {
			count: 12,
			createdFrom: at(Date.now()),
		});
		await control.fault({ kind: 'latency', ms: 30_000, match: { path: '/tasks/' } });
		const begun = Date.now();
		const items = await tick();
		expect(Date.now() - begun).toBeLessThan(15_000);
		expect(idsOf(items).sort()).toEqual([...ids].sort());
		expect(items[0]).toMatchObject({ agent_id: RESEARCHER, agent_name: null });
	});

	test('for the run that was to tell the agent does not hold the runs of that agent', async () => {
		const { tick } = trigger(onlyAgents(RESEARCHER));
		await tick();
		const broken = await newRun({ updated_at: at(Date.now() - HOUR_MS) });
		const whole = await newRun();
		await newRun({ agent: PROFILER });
		await control.fault({ kind: 'status', status: 500, times: 2, match: detailOf(broken) });
		expect(idsOf(await tick())).toEqual([whole]);
		expect(idsOf(await tick())).toEqual([broken]);
	});

	test('of a run that went on meanwhile gives the completion that was listed', async () => {
		const { tick } = trigger();
		await tick();
		const id = await newRun();
		const gone = (await api.get(`/executions/${id}/`)).data;
		await control.fault({
			kind: 'malformed',
			body: JSON.stringify({ ...gone, run_seq: 2, status: 'running', agent_result: null }),
			match: detailOf(id),
		});
		expect(await tick()).toMatchObject([
			{ id, run_seq: 1, output: {}, note: expect.stringContaining('went on') },
		]);
	});

	test('for want of a valid key fails the poll', async () => {
		const { tick, staticData } = trigger();
		await tick();
		const before = JSON.stringify(staticData);
		const id = await newRun();
		await control.fault({ kind: 'status', status: 401, match: detailOf(id) });
		expect(await failureOf(tick())).toMatchObject({ httpCode: '401' });
		expect(JSON.stringify(staticData)).toBe(before);
		expect(idsOf(await tick())).toEqual([id]);
	});
});

describe('a list that cannot be read', () => {
	const match = { path: `${LIST}$` };

	test.each([401, 500])('status %p', async (status) => {
		await control.fault({ kind: 'status', status, match });
		const error = await failureOf(trigger().tick());
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({ httpCode: String(status) });
	});

	test('status 429, with how long to wait', async () => {
		const headers = { 'retry-after': '600' };
		await control.fault({ kind: 'status', status: 429, headers, match });
		const error = await failureOf(trigger().tick());
		expect(error).toMatchObject({
			httpCode: '429',
			failure: { cause: 'rate-limited', retryAfterMs: 600_000 },
		});
	});

	test('status 429, for longer than the poll may take, is left to the next tick', async () => {
		const headers = { 'retry-after': '30' };
		await control.fault({ kind: 'status', status: 429, headers, match, times: null });
		const { tick } = trigger();
		const error = await failureOf(tick({ budgetMs: 10_000 }));
		expect(error).toMatchObject({
			httpCode: '429',
			failure: { cause: 'rate-limited', retryAfterMs: 30_000 },
		});
		expect(await sentLines()).toEqual([`GET ${LIST}`]);
	});

	test('a network fault', async () => {
		const unreachable = { credentials: credentials({ baseUrl: 'http://127.0.0.1:9' }) };
		const error = await failureOf(trigger({}, unreachable).tick());
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({ failure: { cause: 'temporarily-unavailable' } });
		expect(error.message).toContain('refused the connection');
	});

	test('one bad row does not hide the others', async () => {
		const { tick } = trigger();
		await tick();
		const good = await newRun();
		const rows = (await api.get('/executions/')).data;
		const body = JSON.stringify([{ id: 'no-status-here' }, 'no object', ...rows]);
		await control.fault({ kind: 'malformed', body, match });
		expect(idsOf(await tick())).toEqual([good]);
	});
});

test('a list of pages is walked to its end', async () => {
	await control.post('flymyai/listing', { page: true });
	const { tick } = trigger();
	await tick();
	await control.post('flymyai/runs', { count: 250, createdFrom: at(Date.now()) });
	expect(await tick()).toHaveLength(250);
});
