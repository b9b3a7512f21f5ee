// Reports of executions (docs/contracts/flowmaestro.md, 3.2): Get Report, Include Report.
import { FlowMaestroTrigger } from '../../../nodes/FlowMaestro/FlowMaestroTrigger.node.ts';
import { poll } from '../../support/n8n.mts';
import { describe, expect, test } from '@jest/globals';
import { pageOf } from '../../support/report.mts';
import {
	API,
	NOBODY,
	TRIGGERS,
	WORKFLOWS,
	api,
	byId,
	control,
	ended,
	execute,
	failureOf,
	jsonInputs,
	newWorkflow,
	node,
	sentLines,
	started,
	useSandbox,
	credentials,
} from './support.mts';

useSandbox();

const nodeType = `n8n-nodes-agent-platforms.${node.description.name}Tool`;
const at = (second: number) => new Date(Date.UTC(2026, 4, 23, 8, 0, second)).toISOString();

describe('Get Report', () => {
	test('answers the execution with its report', async () => {
		const [id] = await ended(WORKFLOWS.leadScoring, 1, {
			created_at: at(0),
			started_at: at(2),
			completed_at: at(10),
			inputs: { company: 'Acme' },
			outputs: { score: 80, reasons: [{ text: 'Large', weight: 3 }] },
		});
		const [item] = await execute('execution', 'getReport', { execution: id });
		const page = pageOf(item);
		const { name } = (await api.get(`/workflows/${WORKFLOWS.leadScoring}`)).data.data;

		expect(item.json).toEqual((await api.get(`/executions/${id}`)).data.data);
		expect(page).toMatchObject({ fileName: `run-${id}.html`, title: name });
		expect(page.steps).toEqual([
			expect.stringMatching(/^1 Waiting to start FlowMaestro \d\d:\d\d:00 · 2.0 s$/),
			expect.stringMatching(/^2 Execution Workflow \d\d:\d\d:02 · 8.0 s$/),
		]);
		expect(page.sections.Inputs).toBe('CompanyAcme');
		expect(page.html).toContain('<th scope="col">weight</th>');
		expect(page.html).toContain('not what its nodes did');
	});

	test('says why an execution failed', async () => {
		const [id] = await ended(WORKFLOWS.leadScoring, 1, { status: 'failed', error: 'No credits' });
		const page = pageOf((await execute('execution', 'getReport', { execution: id }))[0]);

		expect(page.sections['Why it failed']).toBe('No credits');
		expect(page.steps.at(-1)).toMatch(/Execution Workflow Failed/);
	});

	test('of one that goes on shows it as it stands', async () => {
		const execution = await started(await newWorkflow({ outcome: 'never', pendingMs: 0 }));
		const page = pageOf((await execute('execution', 'getReport', { execution }))[0]);

		expect(page.html).toMatch(/<p class="state (on|wait)">(running|pending)<\/p>/);
	});

	test('asks once for the workflow of many', async () => {
		const ids = await ended(WORKFLOWS.leadScoring, 3);
		await sentLines();
		const before = (await sentLines()).length;
		const items = ids.map((id) => ({ id }));
		await execute('execution', 'getReport', { execution: '={{ $json.id }}' }, { items });
		const lines = (await sentLines()).slice(before);

		expect(
			lines.filter((line) => line === `GET ${API}/workflows/${WORKFLOWS.leadScoring}`),
		).toHaveLength(1);
		expect(lines).toHaveLength(4);
	});

	test('does without the name of a workflow that it may not read', async () => {
		const [execution] = await ended(WORKFLOWS.leadScoring);
		const match = { path: '/workflows/' };
		await control.fault({ kind: 'status', status: 403, times: null, match });
		const [item] = await execute('execution', 'getReport', { execution });
		await control.clearFaults();

		expect(pageOf(item).title).toBe(`Workflow ${WORKFLOWS.leadScoring}`);
	});

	test('of one there is not fails as Get does', async () => {
		const failure = await failureOf(execute('execution', 'getReport', { execution: NOBODY }));

		expect(failure).toMatchObject({ httpCode: '404' });
	});

	test('as a tool gives text', async () => {
		const [execution] = await ended(WORKFLOWS.leadScoring);
		const [{ json, binary }] = await execute('execution', 'getReport', { execution }, { nodeType });

		expect(binary).toBeUndefined();
		expect(json.report).toMatch(/^FlowMaestro execution \S+ of .+: completed/);
	});
});

describe('Include Report', () => {
	const options = { includeReport: true };

	test('is an option of every operation that waits', async () => {
		const workflow = await newWorkflow();
		const [begun] = await execute('workflow', 'execute', {
			workflow: byId(workflow),
			...jsonInputs({ company: 'Acme' }),
			options,
		});
		const [triggered] = await execute('trigger', 'execute', {
			trigger: byId(Object.values(TRIGGERS)[0]),
			options,
		});
		const [waited] = await execute('execution', 'wait', {
			execution: await started(workflow),
			options,
		});

		expect(pageOf(begun).sections.Inputs).toBe('CompanyAcme');
		for (const item of [triggered, waited]) expect(pageOf(item).html).toContain('completed');
	});
});

test('the trigger adds a report to each execution that ends', async () => {
	const workflow = await newWorkflow();
	const staticData = {};
	const tick = async () =>
		(
			await poll({
				node: new FlowMaestroTrigger(),
				parameters: {
					workflows: { workflow: [{ workflow: byId(workflow) }] },
					options: { includeReport: true },
				},
				staticData,
				credentials: credentials(),
			})
		)?.[0] ?? [];
	await tick();
	const [id] = await ended(workflow, 1, { outputs: { score: 80 } });
	const [item] = await tick();

	expect(item.json).toMatchObject({ id });
	expect(pageOf(item).sections.Outputs).toBe('Score80');
});
