// The polling trigger on lists that can be cut wrongly (docs/contracts/flowmaestro.md, 0.3).
import { describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { FlowMaestroTrigger } from '../../../nodes/FlowMaestro/FlowMaestroTrigger.node.ts';
import { poll } from '../../support/n8n.mts';
import type { PollOptions } from '../../support/n8n.mts';
import {
	KEYS,
	NOBODY,
	TRIGGERS,
	WORKFLOWS,
	api,
	atMinute,
	breakLists,
	byId,
	change,
	control,
	credentials,
	ended,
	failureOf,
	newWorkflow,
	newWorkflows,
	sentLines,
	started,
	unshowable,
	useSandbox,
} from './support.mts';

useSandbox();

const node = new FlowMaestroTrigger();
const ALL = ['cancelled', 'completed', 'failed', 'paused'];

/** A trigger on the canvas: each call is one poll, with what the last one left. */
function trigger(parameters: INodeParameters = {}, settings: Partial<PollOptions> = {}) {
	const staticData: IDataObject = {};
	return async (): Promise<IDataObject[]> => {
		const output = await poll({
			node,
			parameters,
			staticData,
			credentials: credentials(),
			durable: true,
			...settings,
		});
		return (output?.[0] ?? []).map(({ json }) => json);
	};
}

const only = (...workflows: string[]): INodeParameters => ({
	workflows: { workflow: workflows.map((id) => ({ workflow: byId(id) })) },
});

const idsOf = (items: IDataObject[]) => items.map(({ id }) => id);
const ends = (items: IDataObject[]) => items.map(({ id, status }) => [id, status]);
/** Older than all that a test adds. */
const LONG_AGO = { created_at: '2026-01-01T00:00:00.000Z' };
const STILL_RUNNING = { status: 'running', completed_at: null };
const never = { outcome: 'never', pendingMs: 0 } as const;

describe('the first poll', () => {
	test('emits nothing of what has ended before', async () => {
		const tick = trigger({ events: ALL });

		expect(await tick()).toEqual([]);
		expect(await tick()).toEqual([]);
	});

	test('emits what has ended since a time, when that is wanted', async () => {
		const workflow = await newWorkflow();
		const old = {
			created_at: '2026-01-01T00:00:00.000Z',
			completed_at: '2026-01-01T00:00:01.000Z',
		};
		await ended(workflow, 150, old);
		const ids = await ended(workflow, 120);
		const includeSince = '2026-06-01T00:00:00.000Z';
		const tick = trigger({ ...only(workflow), options: { includeSince } });

		expect(new Set(idsOf(await tick()))).toEqual(new Set(ids));
		expect(await tick()).toEqual([]);
	});

	test('goes around executions that cannot be listed, and so do those after it', async () => {
		const workflow = await newWorkflow(never);
		await ended(workflow, 130, atMinute(1));
		const goesOn = await started(workflow);
		await change(goesOn, atMinute(2));
		await unshowable(workflow, 1, atMinute(3));
		await ended(workflow, 40, atMinute(4));
		const tick = trigger(only(workflow));

		expect(await tick()).toEqual([]);
		const [older] = await ended(workflow);
		await unshowable(workflow);
		const [newer] = await ended(workflow);
		await change(goesOn, { status: 'completed' });
		expect(new Set(idsOf(await tick()))).toEqual(new Set([older, newer, goesOn]));
		expect(await tick()).toEqual([]);
	});

	test('of a list that cannot be read fails, because its executions would be new later', async () => {
		const [sound, broken] = await newWorkflows(2);
		await breakLists(broken);
		const failure = await failureOf(trigger(only(sound, broken))());

		expect(failure.message).toContain(broken);
		expect(failure.description).toContain('choose the other workflows');
	});

	test('fails when more than it can go around hide what is old', async () => {
		const workflow = await newWorkflow();
		await ended(workflow, 30, atMinute(1));
		await unshowable(workflow, 120, atMinute(2));
		await ended(workflow, 9);
		const failure = await failureOf(trigger(only(workflow))());

		expect(failure.message).toContain(`were not read`);
		expect(failure.message).toContain(workflow);
		expect(failure.description).toContain('inputs that are no JSON object');
	});

	test('does with what is above as many, and nothing behind them is new later', async () => {
		const workflow = await newWorkflow();
		await ended(workflow, 30, atMinute(1));
		await unshowable(workflow, 120, atMinute(2));
		await ended(workflow, 10, atMinute(3));
		const tick = trigger(only(workflow));

		expect(await tick()).toEqual([]);
		await control.clearRequests();
		const [id] = await ended(workflow);
		expect(idsOf(await tick())).toEqual([id]);
		expect((await sentLines()).length).toBeLessThan(35);
		expect(await tick()).toEqual([]);
	});
});

describe('ends', () => {
	test.each([['completed'], ['failed'], ['cancelled']])('%s come once', async (status) => {
		const workflow = await newWorkflow(never);
		const tick = trigger({ events: [status] });
		await tick();
		const id = await started(workflow);
		await tick();
		await change(id, { status, outputs: { a: 1 } });

		expect(ends(await tick())).toEqual([[id, status]]);
		expect(await tick()).toEqual([]);
	});

	test('that are not chosen do not come', async () => {
		const workflow = await newWorkflow();
		const tick = trigger({ events: ['failed'] });
		await tick();
		await ended(workflow);

		expect(await tick()).toEqual([]);
	});

	test('of one that began and ended between two polls come, with all that the list tells', async () => {
		const workflow = await newWorkflow();
		const tick = trigger();
		await tick();
		const [id] = await ended(workflow, 1, { outputs: { score: 7 } });

		expect(await tick()).toEqual([(await api.get(`/executions/${id}`)).data.data]);
		expect(await sentLines(/executions\/./)).toEqual([]);
	});

	test("of a teammate's workflow come as well, though nothing but the list shows them", async () => {
		const tick = trigger();
		await tick();
		const inputs = { topic: 'Sun' };
		const { data } = await api.post(`/triggers/${TRIGGERS.newsletter}/execute`, { inputs });
		await change(data.data.execution_id, { status: 'completed' });

		expect(ends(await tick())).toEqual([[data.data.execution_id, 'completed']]);
	});

	test("are not cut by another customer's executions", async () => {
		const workflow = await newWorkflow();
		const tick = trigger();
		await tick();
		const ids = await ended(workflow, 3);
		await control.post('flowmaestro/noise', { count: 200 });

		expect(idsOf(await tick())).toEqual(ids);
	});

	test('of chosen workflows only', async () => {
		const [wanted, other] = await newWorkflows(2);
		const tick = trigger(only(wanted));
		// The first poll asks whether there is such a workflow.
		await tick();
		await control.clearRequests();
		const [id] = await ended(wanted);
		await ended(other);

		expect(idsOf(await tick())).toEqual([id]);
		expect(await sentLines(new RegExp(`${other}|/workflows`))).toEqual([]);
	});
});

describe('a list that is longer than a page', () => {
	test('is read as far as there is something new, and no further', async () => {
		const workflow = await newWorkflow();
		await ended(workflow, 500, LONG_AGO);
		const tick = trigger(only(workflow));
		await tick();
		await control.clearRequests();
		expect(await tick()).toEqual([]);
		expect(await sentLines()).toHaveLength(1);
		const ids = await ended(workflow, 250);

		expect(new Set(idsOf(await tick()))).toEqual(new Set(ids));
		expect(await tick()).toEqual([]);
	});

	test('does not bring up what lay deeper than the first poll read', async () => {
		const workflow = await newWorkflow();
		await ended(workflow, 300, LONG_AGO);
		const tick = trigger(only(workflow));
		await tick();
		const ids = await ended(workflow, 95);

		expect(new Set(idsOf(await tick()))).toEqual(new Set(ids));
		expect(await tick()).toEqual([]);
	});

	test('does not lose an execution that was seen going on and has sunk deep', async () => {
		const workflow = await newWorkflow(never);
		const id = await started(workflow);
		const tick = trigger(only(workflow));
		await tick();
		await ended(workflow, 150);
		expect(await tick()).toHaveLength(150);
		await change(id, { status: 'completed' });

		expect(idsOf(await tick())).toEqual([id]);
	});
});

describe('a backlog', () => {
	const oldestFirst = (items: IDataObject[]) => {
		const times = items.map(({ completed_at }) => String(completed_at));
		expect(times).toEqual(times.toSorted());
		return items;
	};

	test('of over 500 comes 500 a tick, oldest first, without a look at each', async () => {
		const workflow = await newWorkflow();
		const tick = trigger(only(workflow));
		await tick();
		const made = await ended(workflow, 1600);
		await control.clearRequests();
		const counts: number[] = [];
		const found: IDataObject[] = [];
		for (let polls = 0; polls < 5; polls++) {
			const items = oldestFirst(await tick());
			counts.push(items.length);
			found.push(...items);
		}

		expect(counts).toEqual([500, 500, 500, 100, 0]);
		expect(idsOf(oldestFirst(found)).toSorted()).toEqual(made.toSorted());
		expect(await sentLines(/executions\/./)).toEqual([]);
	}, 60_000);

	test('of over 500 does not wait for the turns of other lists', async () => {
		const workflows = await newWorkflows(60);
		const tick = trigger();
		for (let polls = 0; polls < 4; polls++) await tick();
		// They are dated up to 0.6 s back, and none is to lie before the activation.
		await sleep(1000);
		const made = await ended(workflows[30], 1600);
		const counts: number[] = [];
		for (let polls = 0; polls < 8; polls++) counts.push((await tick()).length);

		expect(counts.filter((count) => count > 0)).toEqual([500, 500, 500, 100]);
		const first = counts.indexOf(500);
		expect(counts.slice(first, first + 4)).toEqual([500, 500, 500, 100]);
		expect(made).toHaveLength(1600);
	}, 60_000);

	test("of a teammate's workflow comes whole, though only the list shows it", async () => {
		const { data } = await api.post(`/triggers/${TRIGGERS.newsletter}/execute`, { inputs: {} });
		const { workflow_id } = data.data;
		const tick = trigger(only(workflow_id));
		await tick();
		const made = await ended(workflow_id, 1000);
		const found: unknown[] = [];
		for (let polls = 0; polls < 4; polls++) found.push(...idsOf(await tick()));

		expect(found.toSorted()).toEqual(made.toSorted());
	}, 60_000);

	test('comes 500 a tick although its list is slow', async () => {
		const workflow = await newWorkflow();
		const tick = trigger(only(workflow), { budgetMs: 6000 });
		await tick();
		await ended(workflow, 40);
		await control.fault({
			match: { path: `workflow_id=${workflow}` },
			kind: 'latency',
			ms: 4000,
			times: 1,
		});

		expect(await tick()).toHaveLength(40);
	}, 30_000);

	test('whose executions were created at the same time comes whole', async () => {
		const workflow = await newWorkflow();
		const tick = trigger(only(workflow));
		await tick();
		const made: string[] = [];
		for (let group = 0; group < 30; group++) {
			made.push(...(await ended(workflow, 15, { intervalMs: 0, ...atMinute(group) })));
		}
		const found: unknown[] = [];
		for (let polls = 0; polls < 3; polls++) found.push(...idsOf(await tick()));

		expect(found.toSorted()).toEqual(made.toSorted());
	}, 60_000);
});

test('an execution that is not found for a while is still awaited', async () => {
	const [workflow] = await newWorkflows(25, never);
	const tick = trigger({ events: ALL });
	const id = await started(workflow);
	for (let polls = 0; polls < 2; polls++) await tick();
	const none = {
		data: [],
		pagination: { page: 1, per_page: 100, total_count: 0, has_next: false },
	};
	const lists = { kind: 'status', status: 200, body: none, times: null } as const;
	await control.fault({ match: { path: `workflow_id=${workflow}` }, ...lists });
	await control.fault({ match: { path: `/${id}` }, kind: 'status', status: 404, times: null });
	for (let polls = 0; polls < 5; polls++) expect(await tick()).toEqual([]);
	await control.clearFaults();
	// Dated long before the activation: only that it was awaited tells that its end is new.
	await change(id, { status: 'cancelled', started_at: null, ...LONG_AGO });
	const found: unknown[] = [];
	for (let polls = 0; polls < 3; polls++) found.push(...idsOf(await tick()));

	expect(found).toEqual([id]);
});

describe('a pause', () => {
	test('comes once, and the end of the same execution after it', async () => {
		const workflow = await newWorkflow(never);
		const tick = trigger({ events: ALL });
		await tick();
		const id = await started(workflow);
		await change(id, { status: 'paused' });

		expect(ends(await tick())).toEqual([[id, 'paused']]);
		expect(await tick()).toEqual([]);
		await change(id, { status: 'completed' });
		expect(ends(await tick())).toEqual([[id, 'completed']]);
		expect(await tick()).toEqual([]);
	});

	test('comes again when the execution went on in between', async () => {
		const workflow = await newWorkflow(never);
		const tick = trigger({ events: ['paused'] });
		await tick();
		const id = await started(workflow);
		await change(id, { status: 'paused' });
		expect(await tick()).toHaveLength(1);
		await change(id, { status: 'running' });
		expect(await tick()).toEqual([]);
		await change(id, { status: 'paused' });

		expect(ends(await tick())).toEqual([[id, 'paused']]);
	});

	test('that is not chosen leaves the end to come, however deep it sinks', async () => {
		const workflow = await newWorkflow(never);
		const tick = trigger(only(workflow));
		await tick();
		const id = await started(workflow);
		await change(id, { status: 'paused' });
		await tick();
		await ended(workflow, 120);
		expect(await tick()).toHaveLength(120);
		await change(id, { status: 'completed' });

		expect(idsOf(await tick())).toEqual([id]);
	});

	test('is what Fetch Test Event shows, when it is chosen', async () => {
		const id = await started(await newWorkflow(never));
		await change(id, { status: 'paused' });

		expect(ends(await trigger({ events: ['paused'] }, { mode: 'manual' })())).toEqual([
			[id, 'paused'],
		]);
	});
});

describe('many workflows', () => {
	test('take turns, so that a poll leaves something of the rate limit', async () => {
		const workflows = await newWorkflows(50);
		const tick = trigger();
		await tick();
		await control.clearRequests();
		await tick();
		expect((await sentLines(/executions/)).length).toBe(20);
		const ids = await Promise.all(workflows.slice(0, 5).map(async (id) => (await ended(id))[0]));
		const found: unknown[] = [];
		for (let polls = 0; polls < 60 && found.length < 5; polls++) found.push(...idsOf(await tick()));

		expect(new Set(found)).toEqual(new Set(ids));
		expect(found).toHaveLength(5);
	});

	test('lose nothing while they take turns, however much ends meanwhile', async () => {
		const workflows = await newWorkflows(60);
		const tick = trigger();
		await tick();
		const made: string[] = [];
		const found: unknown[] = [];
		for (let polls = 0; polls < 7; polls++) {
			for (const workflow of workflows) made.push(...(await ended(workflow, 10)));
			found.push(...idsOf(await tick()));
		}
		for (let polls = 0; polls < 10; polls++) found.push(...idsOf(await tick()));

		expect(found).toHaveLength(made.length);
		expect(new Set(found)).toEqual(new Set(made));
	}, 30_000);

	test("do not lose a teammate's execution while its list has no turn", async () => {
		await newWorkflows(40);
		const tick = trigger();
		await tick();
		const { data } = await api.post(`/triggers/${TRIGGERS.newsletter}/execute`, { inputs: {} });
		const { execution_id, workflow_id } = data.data;
		await change(execution_id, { status: 'running', ...LONG_AGO });
		const newer = await ended(workflow_id, 12);
		const found: unknown[] = [];
		while (found.length < newer.length) found.push(...idsOf(await tick()));
		// It was seen going on, and is looked at by itself in a poll that does not read its list.
		const alone = new RegExp(`/executions/${execution_id}`);
		do {
			await control.clearRequests();
			await tick();
		} while ((await sentLines(alone)).length === 0);
		await change(execution_id, { status: 'completed' });
		const late: unknown[] = [];
		for (let polls = 0; polls < 60 && late.length === 0; polls++) {
			late.push(...idsOf(await tick()));
		}

		expect(late).toEqual([execution_id]);
	});

	test('are activated by a few requests, and nothing old comes while the rest are read', async () => {
		const workflows = await newWorkflows(130);
		for (const workflow of workflows) await ended(workflow, 3, atMinute(0));
		const running = await Promise.all(
			[0, 60, 129].map(async (index) => (await ended(workflows[index], 1, STILL_RUNNING))[0]),
		);
		const tick = trigger();
		expect(await tick()).toEqual([]);
		expect((await sentLines()).length).toBeLessThanOrEqual(25);
		for (const id of running) {
			await change(id, { status: 'completed', completed_at: new Date().toISOString() });
		}
		const made = [...running];
		for (const workflow of workflows) made.push(...(await ended(workflow)));
		const found: unknown[] = [];
		for (let polls = 0; polls < 10; polls++) found.push(...idsOf(await tick()));

		expect(found.toSorted()).toEqual(made.toSorted());
	}, 60_000);

	test('of which one has a list that cannot be read still tell of the others', async () => {
		const [sound, broken] = await newWorkflows(2);
		const tick = trigger(only(sound, broken));
		await tick();
		await breakLists(broken);
		const [id] = await ended(sound);

		expect(idsOf(await tick())).toEqual([id]);
	});
});

test('a poll that cannot read the lists throws and repeats its window', async () => {
	const workflow = await newWorkflow();
	const tick = trigger(only(workflow));
	await tick();
	const [id] = await ended(workflow);
	await breakLists(workflow);
	await failureOf(tick());
	await control.clearFaults();

	expect(idsOf(await tick())).toEqual([id]);
});

test('a key that is refused is an error and not a silence', async () => {
	const settings = { credentials: credentials({ apiKey: KEYS.agentExecutor.key }) };
	const failure = await failureOf(trigger({}, settings)());

	expect(failure).toMatchObject({ httpCode: '403' });
	expect(failure.description).toContain('workflows:read');
});

test('Fetch Test Event shows the newest end without touching what is kept', async () => {
	const staticData = {};
	const output = await poll({
		node,
		mode: 'manual',
		parameters: only(WORKFLOWS.leadScoring),
		staticData,
		credentials: credentials(),
	});

	expect(output?.[0]).toMatchObject([{ json: { inputs: { company: 'Fabrikam' } } }]);
	expect(staticData).toEqual({});
});

describe('a workflow that does not exist', () => {
	test.each(['trigger', 'manual'] as const)('is named at once: %s', async (mode) => {
		const failure = await failureOf(trigger(only(WORKFLOWS.leadScoring, NOBODY), { mode })());

		expect(failure.message).toBe(`FlowMaestro has no workflow ${NOBODY}`);
		expect(failure.description).toContain('Pick the workflow from the list');
	});

	test('is not told from one that exists where the key may not list workflows', async () => {
		await control.fault({
			match: { path: '/workflows' },
			kind: 'status',
			status: 403,
			body: { error: { code: 'insufficient_scope', message: 'Missing required scopes' } },
			times: null,
		});

		expect(await trigger(only(NOBODY))()).toEqual([]);
	});
});
