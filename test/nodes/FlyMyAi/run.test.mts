// Resource Run (docs/contracts/flymyai.md, Runs); waiting has a file of its own.
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
	API,
	FAILED_RUN,
	PAST_RUN,
	PROFILER,
	RESEARCHER,
	api,
	byId,
	control,
	execute,
	failureOf,
	newAgent,
	newRun,
	offered,
	rows,
	sent,
	sentLines,
	statusOf,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

type Run = Record<string, unknown>;

const SIMPLE = [
	'id',
	'status',
	'output',
	'error',
	'agent_id',
	'variables',
	'run_seq',
	'created_at',
	'updated_at',
	'duration_seconds',
];

/** A run of the wire as the node has it: every id is text. */
const asText = (run: Run) => ({ ...run, user_agent_task: String(run.user_agent_task) });

describe('Start', () => {
	test('waits by default and answers the output', async () => {
		const uuid = await newAgent({}, { result: { summary: 'Sunny' } });
		const [item] = await execute('run', 'start', {
			agent: byId(uuid),
			specifyInputs: 'json',
			inputsJson: '{ "topic": "Sun", "n": 3 }',
		});

		const [start, ...looks] = await sent();
		expect(start).toMatchObject({ method: 'POST', path: `${API}/tasks/${uuid}/run-loop/` });
		expect(start.body).toEqual({ variables: { topic: 'Sun', n: 3 } });
		const { id } = item.json;
		expect(new Set(looks.map(({ method, path }) => `${method} ${path}`))).toEqual(
			new Set([`GET ${API}/executions/${String(id)}/`]),
		);
		expect(Object.keys(item.json)).toEqual(SIMPLE);
		expect(item.json).toMatchObject({
			status: 'completed',
			output: { summary: 'Sunny' },
			error: null,
			agent_id: uuid,
			variables: { topic: 'Sun', n: 3 },
			run_seq: 1,
		});
		expect(item.json.duration_seconds).toBeGreaterThan(0);
		expect(item.pairedItem).toEqual({ item: 0 });
	});

	test('goes on at once without waiting, as simple or raw as wanted', async () => {
		const uuid = await newAgent({}, { outcome: 'never' });
		const [run] = await rows('run', 'start', {
			agent: byId(uuid),
			waitForCompletion: false,
			simplify: false,
		});

		expect(await sentLines()).toEqual([`POST ${API}/tasks/${uuid}/run-loop/`]);
		expect(run).toMatchObject({ status: 'pending', messages: [{ role: 'user' }] });
		expect(await statusOf(String(run.id))).toMatch(/pending|running/);
	});

	test('takes an agent that is not written down in the node', async () => {
		const uuid = await newAgent();
		await rows(
			'run',
			'start',
			{ agent: '={{ $json.agent }}', waitForCompletion: false },
			{ items: [{ agent: uuid }] },
		);

		expect(await sentLines()).toEqual([`POST ${API}/tasks/${uuid}/run-loop/`]);
	});
});

test('Get answers the run, simple or raw', async () => {
	const [simple] = await rows('run', 'get', { run: byId(PAST_RUN) });
	const [raw] = await rows('run', 'get', { run: byId(PAST_RUN), simplify: false });

	expect(Object.keys(simple)).toEqual(SIMPLE);
	expect(simple).toMatchObject({ agent_id: RESEARCHER, duration_seconds: 4 });
	expect(raw).toEqual(asText((await api.get(`/executions/${PAST_RUN}/`)).data));
});

describe('Get Many', () => {
	const ids = async (parameters: Parameters<typeof rows>[2]) =>
		(await rows('run', 'getAll', parameters)).map(({ id }) => id);

	test('lists the newest first, up to the limit', async () => {
		expect(await ids({ limit: 2 })).toEqual(['pol-veda-nim', 'mib-sanu-ter']);
		expect(await sentLines()).toEqual([`GET ${API}/executions/`]);
	});

	test('returns all of them as they are', async () => {
		const runs = await rows('run', 'getAll', { returnAll: true, simplify: false });

		expect(runs).toEqual((await api.get('/executions/')).data.map(asText));
	});

	test('filters by status', async () => {
		const status = ['failed', 'cancelled'];

		expect(await ids({ filters: { status } })).toEqual(['mib-sanu-ter', FAILED_RUN]);
	});

	test('filters by agent, with one look at a run for each agent', async () => {
		expect(await ids({ filters: { agent: byId(RESEARCHER) } })).toEqual([FAILED_RUN, PAST_RUN]);
		const looks = await sentLines(/executions\/./);
		expect(looks).toHaveLength(4);
	});

	test('filters by the time of the start', async () => {
		const DAY_MS = 24 * 60 * 60 * 1000;
		const startedAfter = new Date(Date.now() - 3 * DAY_MS).toISOString();

		expect(await ids({ filters: { startedAfter } })).toEqual([
			'pol-veda-nim',
			'mib-sanu-ter',
			FAILED_RUN,
		]);
		expect(await ids({ filters: { startedAfter: '={{ $now.minus({ days: 1 }) }}' } })).toEqual([
			'pol-veda-nim',
			'mib-sanu-ter',
		]);
	});

	test('refuses a time it cannot read', async () => {
		const failure = await failureOf(
			execute('run', 'getAll', { filters: { startedAfter: 'lately' } }),
		);

		expect(failure.message).toBe("'Started After' must be a date and time, not 'lately'");
	});
});

describe('Get Events', () => {
	const log = async () => {
		const agent = await newAgent();
		const [run] = await rows('run', 'start', { agent: byId(agent) });
		const id = String(run.id);
		await rows('run', 'sendFollowUp', { run: byId(id), message: 'More' });
		return { id, events: await rows('run', 'getEvents', { run: byId(id) }) };
	};

	test('answers one item an event, and only those after a known one', async () => {
		const { id, events } = await log();
		const after = async (event: string) =>
			await rows('run', 'getEvents', { run: byId(id), options: { after: event } });

		expect(events.map(({ type }) => type)).toEqual([
			'declared_functions',
			'tool_called',
			'user_added_message',
			'declared_functions',
			'tool_called',
		]);
		expect(events).toMatchObject(
			(await api.get(`/executions/${id}/`)).data.logs.map(
				({ message, type }: { message: string; type: string }) => ({ message, type }),
			),
		);
		expect(await after(String(events[1].id))).toEqual(events.slice(2));
		expect(await after(String(events[4].id))).toEqual([]);
		expect(await after('0')).toEqual(events);
	});

	test('answers the events beside one of an unknown form', async () => {
		const logs = [{ id: 1, type: 'tool_called' }, { id: 2 }, { id: 3, type: 'task_cancelled' }];
		const body = { id: 'r-1', status: 'completed', logs };
		await control.fault({ kind: 'status', status: 200, match: { path: '/executions/r-1/' }, body });

		const events = await rows('run', 'getEvents', { run: byId('r-1') });
		expect(events.map(({ id }) => id)).toEqual(['1', '3']);
	});
});

test('Cancel ends the run on the platform', async () => {
	const agent = await newAgent({}, { outcome: 'never' });
	const [{ id }] = await rows('run', 'start', { agent: byId(agent), waitForCompletion: false });
	await control.clearRequests();
	const items = await execute('run', 'cancel', { run: byId(String(id)) });

	expect(items).toEqual([{ json: { id, cancelled: true }, pairedItem: { item: 0 } }]);
	expect(await sent()).toMatchObject([
		{ method: 'POST', path: `${API}/executions/${String(id)}/cancel/`, body: null },
	]);
	expect(await statusOf(String(id))).toBe('cancelled');
});

describe('Send Follow-Up', () => {
	test('starts another round of the same run and waits for it', async () => {
		const agent = await newAgent();
		const [{ id }] = await rows('run', 'start', { agent: byId(agent) });
		await control.clearRequests();
		const [run] = await rows('run', 'sendFollowUp', {
			run: byId(String(id)),
			message: 'Also check their blog',
		});

		const [first] = await sent();
		expect(first.path).toBe(`${API}/executions/${String(id)}/append-message/`);
		expect(first.body).toEqual({ text: 'Also check their blog' });
		expect(run).toMatchObject({ id, status: 'completed', run_seq: 2 });
	});

	test('can go on at once', async () => {
		const id = await newRun({ agent: await newAgent({}, { outcome: 'never' }) });
		const [run] = await rows('run', 'sendFollowUp', {
			run: byId(id),
			message: 'More',
			waitForCompletion: false,
			simplify: false,
		});

		expect(run).toMatchObject({ id, status: 'pending', run_seq: 2, logs: expect.any(Array) });
		expect(await sentLines()).toHaveLength(1);
	});

	test('needs a message', async () => {
		const failure = await failureOf(execute('run', 'sendFollowUp', { run: byId(PAST_RUN) }));

		expect(failure.message).toBe("'Message' is required");
	});
});

test('Suggest Schema sends its prompts, and the agent keeps the schemas', async () => {
	const [suggested] = await rows('run', 'suggestSchema', {
		run: byId(PAST_RUN),
		options: { inputsPrompt: 'one url', outputsPrompt: 'a verdict' },
	});

	expect((await sent())[0].body).toEqual({ inputs_prompt: 'one url', outputs_prompt: 'a verdict' });
	expect(suggested.output_schema).toMatchObject({ required: ['verdict'] });
	expect((await api.get(`/tasks/${RESEARCHER}/`)).data.output_schema).toEqual(
		suggested.output_schema,
	);
});

test('Wait for Completion waits for a run that was started elsewhere', async () => {
	const agent = await newAgent();
	const { id } = (await api.post(`/tasks/${agent}/run-loop/`, { variables: {} })).data;
	const [run] = await rows('run', 'wait', { run: byId(id), simplify: false });

	expect(run).toMatchObject({ id, status: 'completed', user_agent_task_uuid: agent });
	expect(new Set(await sentLines())).toEqual(new Set([`GET ${API}/executions/${id}/`]));
});

test.each([
	['get', {}],
	['getEvents', {}],
	['cancel', {}],
	['wait', {}],
	['sendFollowUp', { message: 'More' }],
	['suggestSchema', {}],
])('%s of a run there is not says so', async (operation, parameters) => {
	const failure = await failureOf(
		execute('run', operation, { run: byId('no-such-run'), ...parameters }),
	);

	expect(failure).toMatchObject({
		httpCode: '404',
		message: expect.stringMatching(
			/^FlyMyAI: Not found \((GET|POST) \/api\/v1\/agents\/executions\/no-such-run\/.*\)$/,
		),
	});
	expect(failure.description).toMatch(/Check the ID/);
});

describe('the run picker', () => {
	test('lists the newest first by time, status and goal', async () => {
		const runs = await offered('searchRuns');

		expect(runs).toHaveLength(5);
		expect(runs[0].name).toMatch(
			/^\d{4}-\d\d-\d\d \d\d:\d\d completed: Read this message of a customer.*…$/,
		);
		expect(runs[0].value).toBe('pol-veda-nim');
	});

	test.each([
		['an id', 'WON-gsfr', [PAST_RUN]],
		['a status', 'failed', [FAILED_RUN]],
		['words of the goal', 'document at', ['mib-sanu-ter']],
	])('finds %s', async (_, filter, found) => {
		expect((await offered('searchRuns', { filter: filter })).map(({ value }) => value)).toEqual(
			found,
		);
	});

	test('passes over a row it cannot read', async () => {
		const body = [{ id: 'a', status: 'completed' }, { status: 'no id' }, { id: 3, status: 'new' }];
		await control.fault({ kind: 'status', status: 200, body });

		expect((await offered('searchRuns')).map(({ value }) => value)).toEqual(['a', '3']);
	});

	test('ends a list that is too long to scroll', async () => {
		await control.post('flymyai/runs', { count: 250, agent: PROFILER });

		expect(await offered('searchRuns')).toHaveLength(200);
	});
});
