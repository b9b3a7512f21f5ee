// Reports of runs (docs/contracts/pyflue.md, Run record and Events): Get Report, Include Report.
import { PyFlueTrigger } from '../../../nodes/PyFlue/PyFlueTrigger.node.ts';
import { poll } from '../../support/n8n.mts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pageOf } from '../../support/report.mts';
import {
	byId,
	byName,
	control,
	execute,
	failureOf,
	newRuns,
	node,
	row,
	runOf,
	settings,
	started,
	useSandbox,
	workflow,
	credentials,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const nodeType = `n8n-nodes-agent-platforms.${node.description.name}Tool`;
const report = async (run: string) => {
	const [item] = await execute('run', 'getReport', { run: byId(run) });
	return { item, page: pageOf(item) };
};
const finished = async (name: string, payload: object = {}) => {
	const id = await started(name, payload);
	await row('run', 'wait', { run: byId(id), options: { onRunFailure: 'return' } });
	return id;
};

describe('Get Report', () => {
	test('answers the simplified run with its report', async () => {
		await workflow('logging', {
			logs: 3,
			ms: 60,
			result: { text: 'Done', usage: { input: 12, output: 3, cost: { total: 0.0012 } } },
		});
		const id = await finished('logging');
		const { item, page } = await report(id);

		expect(item.json).toEqual(await row('run', 'get', { run: byId(id) }));
		expect(page.title).toBe('logging');
		expect(page.fileName).toMatch(/^run-workflow-logging-run_\w{26}\.html$/);
		expect(page.steps).toHaveLength(3);
		expect(page.steps[0]).toMatch(/^1 .+ Log: info \d\d:\d\d:\d\d$/);
		expect(page.html).toContain('12 in, 3 out');
		expect(page.html).toContain('0.0012');
		expect(page.sections.Result).toContain('Done');
		// PyFlue does not keep what a run was given.
		expect(page.sections).not.toHaveProperty('Payload');
	});

	test('says why a run failed', async () => {
		const { page } = await report(await finished('divide', { a: 1, b: 0 }));

		expect(page.html).toContain('<p class="state bad">failed</p>');
		expect(page.sections['Why it failed']).toMatch(/division|zero/i);
	});

	test('shows all events of a run that has more than a page of them', async () => {
		const [id] = await newRuns({ logs: 2_500, workflow: 'chatty' });
		const { page } = await report(id);

		expect(page.sections.Steps).toMatch(/2500 |… and [\d,.\s]+ more steps/);
	});

	test('of a Flue server shows the payload, and the attributes of its log', async () => {
		await settings({ variant: 'flue' });
		await workflow('logging', { logs: 1, ms: 20 });
		const { page } = await report(await finished('logging', { topic: 'Sun' }));

		expect(page.sections.Payload).toMatch(/topic.*Sun/i);
		expect(page.steps).toHaveLength(1);
	});

	test('does without events that cannot be read', async () => {
		const id = await finished('divide', { a: 4, b: 2 });
		await control.fault({ kind: 'status', status: 404, times: null, match: { path: '/events' } });
		const { page } = await report(id);

		expect(page.sections.Result).toBe('2');
		expect(page.sections.Steps).toMatch(/^The events could not be read: /);
	});

	test('of a run there is not fails as Get does', async () => {
		expect(await failureOf(execute('run', 'getReport', { run: byId('run_x') }))).toMatchObject({
			httpCode: '404',
		});
	});

	test('as a tool gives text', async () => {
		const run = byId(await finished('divide', { a: 4, b: 2 }));
		const [{ json, binary }] = await execute('run', 'getReport', { run }, { nodeType });

		expect(binary).toBeUndefined();
		expect(json.report).toMatch(/^PyFlue run \S+ of divide: succeeded/);
	});
});

describe('Include Report', () => {
	const options = { includeReport: true };

	test.each(['follow', 'request'])(
		'adds it to a workflow that was waited for: %s',
		async (waitMode) => {
			const [item] = await execute(
				'workflow',
				'run',
				runOf('divide', { a: 4, b: 2 }, { waitMode, options }),
			);

			expect(item.json).toMatchObject({ result: 2 });
			expect(pageOf(item).sections.Result).toBe('2');
		},
	);

	test('adds it to an agent that was called, and to a run that was waited for', async () => {
		const [called] = await execute('agent', 'call', { agent: byName('classify'), options });
		const run = byId(await started('divide', { a: 4, b: 2 }));
		const [waited] = await execute('run', 'wait', { run, options });

		expect(pageOf(called).title).toBe('classify');
		expect(pageOf(waited).title).toBe('divide');
	});
});

describe('the trigger', () => {
	const parameters = { events: ['completed'], options: { includeReport: true } };
	const tick = async (staticData: object) =>
		(
			await poll({
				node: new PyFlueTrigger(),
				parameters,
				staticData: staticData as never,
				credentials: credentials(),
			})
		)?.[0] ?? [];

	test('adds a report to each run that ends', async () => {
		const staticData = {};
		await tick(staticData);
		const id = await finished('divide', { a: 4, b: 2 });
		const [item] = await tick(staticData);

		expect(item.json).toMatchObject({ run_id: id });
		expect(pageOf(item).sections.Result).toBe('2');
	});

	test('emits a run whose events cannot be read', async () => {
		const staticData = {};
		await tick(staticData);
		const id = await finished('divide', { a: 4, b: 2 });
		await control.fault({ kind: 'status', status: 500, times: null, match: { path: '/events' } });
		const [item] = await tick(staticData);

		expect(item.json).toMatchObject({ run_id: id });
		expect(pageOf(item).sections.Steps).toMatch(/could not be read/);
	}, 60_000);
});
