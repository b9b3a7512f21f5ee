// Resource Execution (docs/contracts/flowmaestro.md, 3.2 and 4); waiting has a file of its own.
import { describe, expect, test } from '@jest/globals';
import {
	API,
	NOBODY,
	WORKFLOWS,
	api,
	atMinute,
	behave,
	breakLists,
	byId,
	change,
	control,
	ended,
	execute,
	executionsOf,
	failureOf,
	newWorkflow,
	newWorkflows,
	rows,
	run,
	sent,
	sentLines,
	started,
	unshowable,
	until,
	useSandbox,
	withKey,
} from './support.mts';

useSandbox();

const idsOf = (items: Array<{ id?: unknown }>) => items.map(({ id }) => id);

test('Get answers the execution as it is on the wire', async () => {
	const [id] = await ended(WORKFLOWS.leadScoring);

	expect(await rows('execution', 'get', { execution: id })).toEqual([
		(await api.get(`/executions/${id}`)).data.data,
	]);
});

describe('Get Many of one workflow', () => {
	const filters = (workflow: string, others = {}) => ({
		filters: { workflow: byId(workflow), ...others },
	});

	test('pages to the end under Return All', async () => {
		const workflow = await newWorkflow();
		const ids = await ended(workflow, 230);
		const listed = await rows('execution', 'getAll', { returnAll: true, ...filters(workflow) });

		expect(idsOf(listed)).toEqual(ids.reverse());
		expect(await sentLines()).toHaveLength(3);
	});

	test('filters by status over all pages, not page by page as the server does', async () => {
		const workflow = await newWorkflow();
		const failed = await ended(workflow, 3, { status: 'failed' });
		await ended(workflow, 150);

		expect(
			idsOf(await rows('execution', 'getAll', filters(workflow, { status: ['failed'] }))),
		).toEqual(failed.reverse());
		expect((await sent()).every(({ path }) => !path.includes('status='))).toBe(true);
	});

	test('reads no further than the time that is asked for', async () => {
		const workflow = await newWorkflow();
		await ended(workflow, 200, { created_at: '2026-01-01T00:00:00.000Z' });
		const ids = await ended(workflow, 2);
		const createdAfter = '2026-02-01T00:00:00.000Z';

		expect(
			idsOf(
				await rows('execution', 'getAll', {
					returnAll: true,
					...filters(workflow, { createdAfter }),
				}),
			),
		).toEqual(ids.reverse());
		expect(await sentLines()).toHaveLength(1);
	});

	test('goes around executions that cannot be listed, and says where they are', async () => {
		const workflow = await newWorkflow();
		const older = await ended(workflow, 130, atMinute(1));
		await unshowable(workflow, 2, atMinute(2));
		const newer = await ended(workflow, 30, atMinute(3));
		await unshowable(workflow);
		const { output, hints } = await run('execution', 'getAll', {
			returnAll: true,
			...filters(workflow),
		});

		expect(idsOf(output[0].map(({ json }) => json))).toEqual([...older, ...newer].reverse());
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(
				/^Executions that FlowMaestro cannot list .*: workflow .* cannot show row 1 .* the rows 32 to 33 /,
			),
		]);
		expect((await sent()).length).toBeLessThan(35);
	});

	test('reads on behind those when only they are there so far', async () => {
		const workflow = await newWorkflow();
		await unshowable(workflow, 3);
		expect(await rows('execution', 'getAll', filters(workflow))).toEqual([]);
		const [id] = await ended(workflow, 1, atMinute(1));

		expect(idsOf(await rows('execution', 'getAll', filters(workflow)))).toEqual([id]);
	});

	test('tells what it gives up when there are too many of them', async () => {
		const workflow = await newWorkflow();
		await ended(workflow, 10, atMinute(1));
		await unshowable(workflow, 120, atMinute(2));
		const newer = await ended(workflow, 25);
		const { output, hints } = await run('execution', 'getAll', {
			returnAll: true,
			...filters(workflow),
		});

		expect(idsOf(output[0].map(({ json }) => json))).toEqual(newer.reverse());
		expect(hints[0].message).toMatch(/row \d+ and what lies behind it were not read/);
		expect((await sent()).length).toBeLessThan(105);
	});

	test('fails when it comes to none behind them', async () => {
		const workflow = await newWorkflow();
		await ended(workflow, 10, atMinute(1));
		await unshowable(workflow, 120);
		const failure = await failureOf(execute('execution', 'getAll', filters(workflow)));

		expect(failure).toMatchObject({ httpCode: '500' });
		expect(failure.description).toContain('inputs that are no JSON object');
	});

	test('fails at once when the list itself cannot be read', async () => {
		const workflow = await newWorkflow();
		await ended(workflow, 10);
		await breakLists(workflow);
		const failure = await failureOf(execute('execution', 'getAll', filters(workflow)));

		expect(failure).toMatchObject({ httpCode: '500' });
		expect(await sent()).toHaveLength(2);
	});
});

describe('Get Many without a workflow', () => {
	test("makes the list whole that another customer's executions have emptied", async () => {
		const [first, second] = await newWorkflows(2);
		const [a] = await ended(first);
		const [b] = await ended(second);
		await control.post('flowmaestro/noise', { count: 120 });
		expect((await api.get('/executions')).data.data).toEqual([]);

		expect(idsOf(await rows('execution', 'getAll', { limit: 2 }))).toEqual([b, a]);
		expect((await sent(/executions/)).every(({ path }) => path.includes('workflow_id='))).toBe(
			true,
		);
	});

	test('merges the newest of all workflows', async () => {
		const [first, second] = await newWorkflows(2);
		const at = (minute: number) => ({ created_at: `2027-01-01T00:0${minute}:00.000Z` });
		const [a] = await ended(first, 1, at(1));
		const [b] = await ended(second, 1, at(2));
		const [c] = await ended(first, 1, at(3));

		expect(idsOf(await rows('execution', 'getAll', { limit: 3 }))).toEqual([c, b, a]);
	});

	test('goes around executions that cannot be listed, and says whose they are', async () => {
		const [first, second] = await newWorkflows(2);
		const [a] = await ended(first, 1, atMinute(1));
		await unshowable(first, 1, atMinute(2));
		const [b] = await ended(second, 1, atMinute(3));
		await unshowable(second, 1, atMinute(4));
		const { output, hints } = await run('execution', 'getAll', { returnAll: true });

		expect(idsOf(output[0].map(({ json }) => json))).toEqual(expect.arrayContaining([a, b]));
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^(?=.*Workflow 1 \(.* cannot show row 1 )(?=.*Workflow 2 \()/),
		]);
	});

	test('passes over a workflow whose list cannot be read, and says so', async () => {
		const workflow = await newWorkflow();
		await ended(workflow);
		await breakLists(workflow);
		const { output, hints } = await run('execution', 'getAll', { returnAll: true });

		expect(output[0]).toHaveLength(4);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^Executions that FlowMaestro cannot list were left out: Workflow 1 /),
		]);
	});

	test('fails when the key may not list executions', async () => {
		const failure = await failureOf(
			execute('execution', 'getAll', {}, withKey('knowledgeBaseReader')),
		);

		expect(failure.description).toContain('workflows:read');
	});
});

describe('Cancel', () => {
	test('ends the execution on the platform', async () => {
		const workflow = await newWorkflow({ outcome: 'never' });
		const execution = await started(workflow);

		expect(await rows('execution', 'cancel', { execution })).toMatchObject([
			{ id: execution, status: 'cancelled' },
		]);
		expect((await executionsOf(workflow))[0].status).toBe('cancelled');
	});

	test('whose answer got lost is asked again and has done its work', async () => {
		const execution = await started(await newWorkflow({ outcome: 'never' }));
		await control.fault({ kind: 'reset-after', match: { path: 'cancel' } });

		expect(await rows('execution', 'cancel', { execution })).toEqual([
			{ id: execution, status: 'cancelled' },
		]);
		expect(await sentLines()).toHaveLength(2);
	});

	test.each(['paused', 'completed'])('of one that is %s says that it cannot be', async (status) => {
		const [execution] = await ended(WORKFLOWS.leadScoring);
		await change(execution, { status });
		const failure = await failureOf(execute('execution', 'cancel', { execution }));

		expect(failure.message).toBe(
			`FlowMaestro: Execution cannot be cancelled. Current status: ${status}`,
		);
		expect(failure.description).toMatch(status === 'paused' ? /let it continue/ : /has ended/);
	});
});

describe('Get Events', () => {
	test('answers the end of one that has ended', async () => {
		const [execution] = await ended(WORKFLOWS.leadScoring, 1, { outputs: { score: 7 } });

		expect(await rows('execution', 'getEvents', { execution })).toEqual([
			expect.objectContaining({
				event: 'execution:completed',
				execution_id: execution,
				outputs: { score: 7 },
			}),
		]);
	});

	test('listens no longer than asked to one that goes on', async () => {
		const execution = await started(await newWorkflow({ outcome: 'never', pendingMs: 0 }));
		const begun = Date.now();
		const events = await rows('execution', 'getEvents', { execution, options: { listenFor: 1 } });

		expect(events).toEqual([
			expect.objectContaining({ event: 'connected', execution_id: execution }),
		]);
		expect(Date.now() - begun).toBeLessThan(5000);
	});

	test('takes the name from the data where the stream names none', async () => {
		const [execution] = await ended(WORKFLOWS.leadScoring);
		await control.fault({
			kind: 'malformed',
			headers: { 'content-type': 'text/event-stream' },
			body: 'data: {"type":"execution:failed","executionId":"x"}\n\ndata: plain\n\n',
		});

		expect(await rows('execution', 'getEvents', { execution })).toEqual([
			{ event: 'execution:failed', type: 'execution:failed', executionId: 'x' },
			{ event: 'message', data: 'plain' },
		]);
	});

	test('whose stream breaks off says so', async () => {
		const execution = await started(await newWorkflow({ outcome: 'never', pendingMs: 0 }));
		await control.fault({ kind: 'truncate', afterBytes: 10, match: { path: 'events' } });
		const failure = await failureOf(execute('execution', 'getEvents', { execution }));

		expect(failure.message).toBe(
			`FlowMaestro broke off the event stream of execution ${execution} after 0 events`,
		);
		expect(failure.description).toContain('run the node again');
	});

	test('of one that is not there is a 404', async () => {
		const failure = await failureOf(execute('execution', 'getEvents', { execution: NOBODY }));

		expect(failure).toMatchObject({ httpCode: '404' });
	});
});

describe('errors in both envelopes', () => {
	const get = async () => await failureOf(execute('execution', 'get', { execution: NOBODY }));

	test('the public one', async () => {
		expect((await get()).message).toBe(`FlowMaestro: Execution with id '${NOBODY}' not found`);
	});

	test("the framework's own, with a missing route traced to the Base URL", async () => {
		const body = { statusCode: 404, error: 'Not Found', message: 'Route GET:/v1/x not found' };
		await control.fault({ kind: 'status', status: 404, body });
		const failure = await get();

		expect(failure.message).toBe('FlowMaestro: Route GET:/v1/x not found');
		expect(failure.description).toContain("without '/v1'");
	});
});

test('Wait for Completion waits for an execution that was started elsewhere', async () => {
	const workflow = await newWorkflow();
	await behave(workflow, { durationMs: 700 });
	const execution = await started(workflow);

	expect(await rows('execution', 'wait', { execution })).toMatchObject([
		{ id: execution, status: 'completed' },
	]);
	await until(async () => (await sent(/.*/)).length > 0);
	expect((await sentLines(/\/executions\/[^/]*$/))[0]).toBe(`GET ${API}/executions/${execution}`);
});
