// Reports of runs (docs/contracts/flymyai.md, Runs): Get Report, Include Report, and as a tool.
import type { IDataObject } from 'n8n-workflow';
import { FlyMyAiTrigger } from '../../../nodes/FlyMyAi/FlyMyAiTrigger.node.ts';
import { poll } from '../../support/n8n.mts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pageOf } from '../../support/report.mts';
import {
	API,
	FAILED_RUN,
	PAST_RUN,
	RESEARCHER,
	api,
	byId,
	control,
	execute,
	failureOf,
	newAgent,
	newCompilation,
	newRun,
	newTool,
	node,
	rows,
	sentLines,
	startOf,
	useSandbox,
	credentials,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const nodeType = `n8n-nodes-agent-platforms.${node.description.name}Tool`;
const at = (second: number) => new Date(Date.UTC(2026, 4, 23, 8, 0, second)).toISOString();
const row = (id: number, second: number, type: string, message: string, data: unknown) => ({
	id,
	created_at: at(second),
	updated_at: at(second),
	type,
	message,
	data: data as never,
});

describe('Get Report', () => {
	test('answers the simplified run with its report', async () => {
		const [item] = await execute('run', 'getReport', { run: byId(PAST_RUN) });
		const [simple] = await rows('run', 'get', { run: byId(PAST_RUN) });

		expect(item.json).toEqual(simple);
		expect(item.pairedItem).toEqual({ item: 0 });
		const page = pageOf(item);
		expect(page).toMatchObject({ fileName: `run-${PAST_RUN}.html`, title: 'Web Researcher' });
		expect(Object.keys(page.sections)).toEqual(['Goal', 'Inputs', 'Output', 'Steps']);
		expect(page.sections.Steps).toBe('None');
		expect(page.html).toContain(RESEARCHER);
	});

	test('shows each row of the log: calls from the row before them, the rest at their moment', async () => {
		const run = await newRun({
			created_at: at(0),
			updated_at: at(30),
			variables: { topic: 'Sun' },
			agent_result: { summary: 'Sunny', sources: [{ title: 'A', year: 2025 }] },
			logs: [
				row(1, 1, 'declared_functions', 'Declared 2 functions', { functions: ['a', 'b'] }),
				row(2, 5, 'tool_called', 'Called a', { function: 'a', arguments: { q: 'x' }, result: 'y' }),
				row(3, 9, 'tool_call_exception', 'b broke', {
					function: 'b',
					arguments: {},
					result: 'b broke',
				}),
				row(4, 12, 'user_added_message', 'And then?', {}),
				row(5, 20, 'brand_new_type', 'Something new', 'just text'),
				row(6, 21, 'tool_called', 'Called it', null),
			],
		});
		const page = pageOf((await execute('run', 'getReport', { run: byId(run) }))[0]);

		expect(page.steps).toEqual([
			expect.stringMatching(/^1 Declared 2 functions Functions declared \d\d:\d\d:01$/),
			expect.stringMatching(/^2 a Tool call \d\d:\d\d:05 · ≤ 4.0 s$/),
			expect.stringMatching(/^3 b Tool call Failed \d\d:\d\d:09 · ≤ 4.0 sb broke$/),
			expect.stringMatching(/^4 And then\? Message \d\d:\d\d:12$/),
			expect.stringMatching(/^5 Something new Brand New Type \d\d:\d\d:20$/),
			expect.stringMatching(/^6 Called it Tool call \d\d:\d\d:21 · ≤ 1.0 s$/),
		]);
		expect(Object.keys(page.sections)[0]).toBe('Timeline');
		expect(page.sections.Inputs).toBe('TopicSun');
		expect(page.sections.Output).toContain('Sunny');
		expect(page.html).toContain('<th scope="col">year</th>');
	});

	test('says why a run failed', async () => {
		const { sections, html } = pageOf(
			(await execute('run', 'getReport', { run: byId(FAILED_RUN) }))[0],
		);
		const { error } = (await api.get(`/executions/${FAILED_RUN}/`)).data;

		expect(sections['Why it failed']).toBe(error);
		expect(html).toContain('<p class="state bad">failed</p>');
	});

	test('of a run that goes on shows it as it stands', async () => {
		const agent = await newAgent({}, { outcome: 'never' });
		const { id } = (await api.post(`/tasks/${agent}/run-loop/`, { variables: {} })).data;
		const page = pageOf((await execute('run', 'getReport', { run: byId(id) }))[0]);

		expect(page.html).toMatch(/<p class="state (wait|on)">(pending|running)<\/p>/);
		expect(page.html).not.toContain('>Ended<');
	});

	test('needs no more than the run and, once for all items, its agent', async () => {
		const items = [1, 2, 3].map(() => ({ id: PAST_RUN }));
		await execute('run', 'getReport', { run: byId('={{ $json.id }}') }, { items });

		expect((await sentLines()).sort()).toEqual([
			...items.map(() => `GET ${API}/executions/${PAST_RUN}/`),
			`GET ${API}/tasks/${RESEARCHER}/`,
		]);
	});

	test('does without the name of an agent that cannot be read', async () => {
		await control.fault({ kind: 'status', status: 404, times: null, match: { path: '/tasks/' } });
		const page = pageOf((await execute('run', 'getReport', { run: byId(PAST_RUN) }))[0]);

		expect(page.title).toBe(`Agent ${RESEARCHER}`);
	});

	test('of a run there is not fails as Get does', async () => {
		const failure = await failureOf(execute('run', 'getReport', { run: byId('nope') }));

		expect(failure).toMatchObject({ httpCode: '404' });
	});

	test('never shows the key, nor what a field with the name of a secret holds', async () => {
		const KEY = 'fly-sandbox-key';
		const run = await newRun({
			variables: { note: `use ${KEY}`, password: 'hunter2' },
			agent_result: { echo: `${KEY}` },
			error: `refused ${KEY}`,
			logs: [row(1, 1, 'tool_called', KEY, { function: 'x', arguments: `{"token":"${KEY}"}` })],
		});
		const { html } = pageOf((await execute('run', 'getReport', { run: byId(run) }))[0]);

		expect(html).toContain('••••••');
		expect(html).not.toMatch(/fly-sandbox|hunter2/);
	});

	test('as a tool gives text', async () => {
		const [{ json, binary }] = await execute(
			'run',
			'getReport',
			{ run: byId(FAILED_RUN) },
			{ nodeType },
		);

		expect(binary).toBeUndefined();
		expect(json).toMatchObject({ id: FAILED_RUN, status: 'failed' });
		expect(json.report).toMatch(/^FlyMyAI run fen-rilo-qas of .*: failed/);
		expect(json.report).toMatch(/\nWhy it failed: /);
	});
});

describe('Include Report', () => {
	const options = { includeReport: true };

	test('adds it to a run that was waited for', async () => {
		const agent = await newAgent();
		const [item] = await execute('run', 'start', { ...startOf(agent), options });

		expect(item.json).toMatchObject({ status: 'completed', agent_id: agent });
		expect(pageOf(item).title).toBe('Test Agent');
		expect(pageOf(item).steps.at(-1)).toMatch(/think Tool call/);
	});

	test('adds it to a run that failed and is returned', async () => {
		const agent = await newAgent({}, { outcome: 'failed', error: 'No mailbox' });
		const [item] = await execute('run', 'start', {
			...startOf(agent),
			options: { ...options, onRunFailure: 'return' },
		});

		expect(pageOf(item).sections['Why it failed']).toBe('No mailbox');
	});

	test('is an option of every operation that waits for a run', async () => {
		const run = await newRun({ agent: await newAgent() });
		const compilation = await newCompilation('freeze-instruction', run);
		const items = [
			...(await execute('run', 'wait', { run: byId(run), options })),
			...(await execute('run', 'sendFollowUp', { run: byId(run), message: 'And?', options })),
			...(await execute('compilation', 'runInstruction', {
				compilation: byId(compilation),
				options,
			})),
		];

		expect(items.map((item) => pageOf(item).title)).toEqual(Array(3).fill('Test Agent'));
	});

	test('is off', async () => {
		const [item] = await execute('run', 'start', startOf(await newAgent()));

		expect(item.binary).toBeUndefined();
	});

	test('as a tool adds text', async () => {
		await newTool('github');
		const [{ json, binary }] = await execute(
			'run',
			'start',
			{ ...startOf(await newAgent()), options },
			{ nodeType },
		);

		expect(binary).toBeUndefined();
		expect(json.report).toMatch(/^FlyMyAI run \S+ of Test Agent: completed/);
	});
});

describe('the trigger', () => {
	const trigger = new FlyMyAiTrigger();
	const parameters = { events: ['failed'], options: { includeReport: true } };
	const tick = async (staticData: IDataObject, mode: 'trigger' | 'manual' = 'trigger') =>
		(
			await poll({ node: trigger, parameters, staticData, mode, credentials: credentials() })
		)?.[0] ?? [];

	test('adds a report to each run that ends, from its detail', async () => {
		const staticData = {};
		await tick(staticData);
		const run = await newRun({
			status: 'failed',
			error: 'No mailbox',
			logs: [row(1, 1, 'tool_called', 'Called a', { function: 'a' })],
		});
		const [item, ...others] = await tick(staticData);

		expect(others).toEqual([]);
		expect(item.json).toMatchObject({ id: run, agent_name: 'Web Researcher' });
		expect(pageOf(item)).toMatchObject({
			title: 'Web Researcher',
			steps: [expect.stringMatching(/^1 a Tool call/)],
			sections: expect.objectContaining({ 'Why it failed': 'No mailbox' }),
		});
	});

	test('adds it to a test event', async () => {
		const [item] = await tick({}, 'manual');

		expect(item.json.id).toBe(FAILED_RUN);
		expect(pageOf(item).fileName).toBe(`run-${FAILED_RUN}.html`);
	});
});
