// Waiting for executions: its outcomes, the pause among them, and what it leaves behind.
import { describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { INodeParameters } from 'n8n-workflow';
import {
	WORKFLOWS,
	api,
	byId,
	change,
	control,
	execute,
	executionsOf,
	failureOf,
	newWorkflow,
	rows,
	sent,
	sentLines,
	started,
	until,
	useSandbox,
} from './support.mts';

useSandbox();

const executing = (workflow: string, options: INodeParameters = {}): INodeParameters => ({
	workflow: byId(workflow),
	options,
});

/** The one execution of a workflow, as soon as the platform has it. */
async function only(workflow: string): Promise<string> {
	await until(async () => (await executionsOf(workflow)).length === 1);
	return String((await executionsOf(workflow))[0].id);
}

describe('an execution that fails', () => {
	const parameters = (options = {}) => ({
		...executing(WORKFLOWS.catalogImport, options),
		specifyInputs: 'json',
		inputsJson: '{ "source": "ftp://x" }',
	});

	test("fails the item with the platform's reason", async () => {
		const failure = await failureOf(execute('workflow', 'execute', parameters()));

		expect(failure.message).toMatch(
			/^The execution [\w-]+ ended as failed: Could not read the catalog from "ftp:\/\/x"/,
		);
	});

	test('is returned when that is wanted', async () => {
		const [execution] = await rows('workflow', 'execute', parameters({ onRunFailure: 'return' }));

		expect(execution).toMatchObject({
			status: 'failed',
			error: expect.stringContaining('ftp://x'),
		});
	});

	test('with an error that is an object, as the documentation has it, is read too', async () => {
		const workflow = await newWorkflow({ outcome: 'never' });
		const execution = await started(workflow);
		const failed = { id: execution, status: 'failed', error: { code: 'E1', message: 'No budget' } };
		await control.fault({ kind: 'status', status: 200, body: { data: failed, meta: {} } });
		const failure = await failureOf(execute('execution', 'wait', { execution }));

		expect(failure.message).toBe(`The execution ${execution} ended as failed: No budget`);
	});
});

describe('an execution that is not found', () => {
	/** An answer that knows it neither by itself nor in the list of its workflow. */
	const hidden = async (id: string, times: number | null) => {
		const path = `/executions/${id}$|/executions\\?`;
		await control.fault({ kind: 'status', status: 404, match: { method: 'GET', path }, times });
	};

	test('is looked for again soon after its start', async () => {
		const workflow = await newWorkflow({ pendingMs: 10, durationMs: 400 });
		const waiting = rows('workflow', 'execute', executing(workflow, { pollInterval: 60 }));
		await hidden(await only(workflow), 4);

		expect((await waiting)[0].status).toBe('completed');
	});

	test('is told as that at Max Wait', async () => {
		const workflow = await newWorkflow({ outcome: 'never' });
		const waiting = failureOf(execute('workflow', 'execute', executing(workflow, { maxWait: 2 })));
		const id = await only(workflow);
		await hidden(id, null);

		expect(await waiting).toMatchObject({
			message: expect.stringContaining(`(while waiting for execution ${id})`),
			description: expect.stringMatching(/does not know the execution yet/),
		});
		await control.clearFaults();
	});

	test('is looked for again when it is waited for by its ID', async () => {
		const workflow = await newWorkflow({ pendingMs: 10, durationMs: 10 });
		const execution = await started(workflow);
		await hidden(execution, 2);

		expect(await rows('execution', 'wait', { execution })).toMatchObject([{ status: 'completed' }]);
	});
});

describe('an execution that pauses', () => {
	test('is returned as paused', async () => {
		const [execution] = await rows('workflow', 'execute', executing(WORKFLOWS.contractApproval));

		expect(execution).toMatchObject({ status: 'paused', outputs: null });
	});

	test('fails the item when that is wanted', async () => {
		const failure = await failureOf(
			execute('workflow', 'execute', executing(WORKFLOWS.contractApproval, { onPause: 'fail' })),
		);

		expect(failure.message).toMatch(/^The execution [\w-]+ has paused$/);
	});

	test('is waited for until it has gone on and ended, when that is wanted', async () => {
		const workflow = await newWorkflow({ outcome: 'paused', pendingMs: 10, durationMs: 10 });
		const waiting = rows('workflow', 'execute', executing(workflow, { onPause: 'wait' }));
		const id = await only(workflow);
		await until(async () => (await executionsOf(workflow))[0].status === 'paused');
		await until(async () => (await sent(new RegExp(`${id}$`))).length > 1);
		await change(id, { status: 'completed', outputs: { approved: true } });

		expect(await waiting).toMatchObject([{ id, status: 'completed', outputs: { approved: true } }]);
	});
});

test('a status that is not known yet is not an end', async () => {
	const workflow = await newWorkflow({ outcome: 'never' });
	const waiting = rows('workflow', 'execute', executing(workflow));
	const id = await only(workflow);
	await change(id, { status: 'reviewing' });
	await until(async () => (await sent(new RegExp(`${id}$`))).length > 1);
	await change(id, { status: 'completed' });

	expect((await waiting)[0].status).toBe('completed');
});

test('an execution that outlasts Max Wait is named and goes on', async () => {
	const workflow = await newWorkflow({ outcome: 'never', pendingMs: 10 });
	const failure = await failureOf(
		execute('workflow', 'execute', executing(workflow, { maxWait: 1 })),
	);
	const id = await only(workflow);

	expect(failure.message).toBe(`The execution ${id} is still running after 1 s`);
	expect((await executionsOf(workflow))[0].status).toBe('running');
});

test('stopping the n8n execution cancels it on the platform', async () => {
	const workflow = await newWorkflow({ outcome: 'never', pendingMs: 10 });
	const stop = new AbortController();
	const waiting = execute('workflow', 'execute', executing(workflow), { signal: stop.signal });
	await only(workflow);
	stop.abort();
	await waiting.catch(() => undefined);

	await until(async () => (await executionsOf(workflow))[0].status === 'cancelled');
});

test('the event stream is only a bonus: without it, and with it silent, the end is found', async () => {
	const workflow = await newWorkflow({ outcome: 'completed', durationMs: 300 });
	await control.fault({ kind: 'status', status: 500, match: { path: '/events' } });
	const [without] = await rows('workflow', 'execute', executing(workflow));
	const [silent] = await rows('workflow', 'execute', executing(workflow));

	expect([without.status, silent.status]).toEqual(['completed', 'completed']);
	expect(await sentLines(/events/)).toHaveLength(2);
});

test('an end that the event stream does tell is looked at at once', async () => {
	const workflow = await newWorkflow({ outcome: 'never', pendingMs: 10 });
	const execution = await started(workflow);
	await control.fault({
		kind: 'malformed',
		match: { path: '/events' },
		ms: 1000,
		headers: { 'content-type': 'text/event-stream' },
		body: 'event: execution:completed\ndata: {}\n\n',
	});
	setTimeout(() => void change(execution, { status: 'completed' }), 900);
	const [done] = await rows('execution', 'wait', { execution, options: { pollInterval: 60 } });

	expect(done.status).toBe('completed');
});

test('many executions of one workflow are looked at by its list', async () => {
	const workflow = await newWorkflow({ outcome: 'completed', durationMs: 1500 });
	const done = await rows('workflow', 'execute', executing(workflow, { parallelRuns: 20 }), {
		items: Array.from({ length: 20 }, (_, n) => ({ n })),
	});

	expect(done.every(({ status }) => status === 'completed')).toBe(true);
	expect(await sentLines(/executions\/[\w-]+$/)).toHaveLength(0);
	expect((await sentLines(/executions\?/)).length).toBeGreaterThan(0);
	// The first stream has reported nothing.
	expect(await sentLines(/events/)).toHaveLength(1);
});

test('a look that meets a platform out of order is taken again', async () => {
	const workflow = await newWorkflow({ outcome: 'completed', durationMs: 600 });
	await control.fault({
		kind: 'status',
		status: 500,
		times: 2,
		match: { path: 'executions/[^/]*$' },
	});
	const [done] = await rows('workflow', 'execute', executing(workflow));

	expect(done.status).toBe('completed');
	expect((await api.get(`/executions/${String(done.id)}`)).status).toBe(200);
});

test('an execution is waited for while FlowMaestro is down for a while', async () => {
	const workflow = await newWorkflow({ outcome: 'completed', pendingMs: 10, durationMs: 3000 });
	const waiting = rows('workflow', 'execute', executing(workflow));
	await only(workflow);
	await control.fault({ kind: 'reset-before', times: null, match: { method: 'GET' } });
	await sleep(30_000);
	await control.clearFaults();

	expect((await waiting)[0]).toMatchObject({ status: 'completed' });
}, 90_000);
