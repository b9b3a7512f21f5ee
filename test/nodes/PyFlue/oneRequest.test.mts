// Wait = In One Request: what is known of a run whose request brought no result (docs/contracts/pyflue.md,
// Auth, errors, limits, and Traps for a caller).
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { FaultDefinition } from '../../../sandbox/core/faults.mts';
import {
	api,
	byName,
	control,
	execute,
	failureOf,
	result,
	row,
	rows,
	runOf,
	sent,
	settings,
	started,
	useSandbox,
	workflow,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

/** Workflow: Run, waited for in one request. */
const requested = (
	name: string,
	options: IDataObject = {},
	payload: object = {},
): INodeParameters => ({
	...runOf(name, payload, { waitMode: 'request' }),
	options: options as INodeParameters,
});

const newest = async (): Promise<IDataObject[]> => (await api.get('/admin/runs')).data.runs;
const withoutAdmin = async () =>
	await control.fault({ match: { path: '^/admin' }, kind: 'status', status: 404, times: null });
const items = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
const MAYBE_ONE = /does not say which run this was; it may be (workflow:\S+)\./;

describe("a gateway that answers for the server, which was not asked, while somebody else's run begins", () => {
	const gateways: Array<[string, Partial<FaultDefinition>]> = [
		['504', { kind: 'status', status: 504 }],
		['502', { kind: 'status', status: 502, body: '<html>Bad gateway</html>' }],
		['a page with 200', { kind: 'malformed', status: 200 }],
		['408', { kind: 'status', status: 408 }],
		[
			'an error of its own with a type',
			{ kind: 'status', status: 504, body: { error: { type: 'timeout', message: 'Too slow' } } },
		],
		['a reset', { kind: 'reset-before' }],
	];
	const struck = async (fault: Partial<FaultDefinition>, options: IDataObject) => {
		await workflow('shared', { ms: 1500, result: 'for somebody else' });
		await control.fault({
			match: { method: 'POST', path: 'wait=result' },
			ms: 300,
			...fault,
		} as FaultDefinition);
		const executed = execute('workflow', 'run', requested('shared', options), {
			continueOnFail: true,
		});
		const other = await started('shared');
		return { other, json: (await executed)[0].json };
	};

	test.each(gateways)('%s: names that run as no more than a possibility', async (_, fault) => {
		const { json, other } = await struck(fault, {});

		expect(json.message).toMatch(MAYBE_ONE);
		expect(json.message).toContain(other);
		expect(json.message).not.toContain('Its run is');
		expect(json.details).not.toHaveProperty('run_id');
	});

	test.each(gateways)('%s: fails the item whatever is to be returned', async (_, fault) => {
		const { json } = await struck(fault, { onMaxWait: 'return', onRunFailure: 'return' });

		expect(json.error).toMatch(/^(PyFlue|Unexpected answer)/);
		expect(json).not.toHaveProperty('run_id');
		expect(json).not.toHaveProperty('result');
	});

	test('just before Max Wait: fails the item all the same', async () => {
		await control.fault({ match: { path: '^/admin' }, kind: 'latency', ms: 700, times: null });
		const { json } = await struck(
			{ kind: 'status', status: 504, ms: 600 },
			{ maxWait: 1, onMaxWait: 'return' },
		);

		expect(json.error).toMatch(/status 504/);
	});

	test('silence until Max Wait: returns a run without an ID', async () => {
		const { json, other } = await struck(
			{ kind: 'silence', ms: 0 },
			{ maxWait: 1, onMaxWait: 'return' },
		);

		expect(json).toMatchObject({ run_id: null, name: 'shared', result: null, error: null });
		expect(JSON.stringify(json)).not.toContain(other);
	});
});

describe('a request that is turned away', () => {
	test.each([
		['by a proxy', { kind: 'status', status: 403 }],
		['by a redirect', { kind: 'status', status: 302, headers: { location: '/login' } }],
	] as const)('%s has no run, and none is looked for', async (_, fault) => {
		await control.fault({ ...fault, match: { path: 'wait=result' } });
		const failure = await failureOf(
			execute('workflow', 'run', requested('divide', { onRunFailure: 'return' })),
		);

		expect(failure.message).toMatch(/^PyFlue: /);
		expect(await sent(/admin|health/)).toEqual([]);
	});

	test('for an unknown name has no run, and none is looked for', async () => {
		const failure = await failureOf(
			execute('workflow', 'run', requested('nope', { onRunFailure: 'return' })),
		);

		expect(failure.message).toMatch(/Unknown workflow: nope/);
		expect(failure.description).toBe('Pick the name from the list, or correct it.');
		expect(await sent(/admin|health/)).toEqual([]);
	});
});

describe('an error of a workflow in the words or with the type of the server', () => {
	const errors: Array<[string, object]> = [
		[
			'invalid_request',
			{
				type: 'invalid_request',
				message: 'Request is invalid.',
				details: 'age must be positive',
				status: 400,
			},
		],
		[
			'invalid_request in the very words',
			{
				type: 'invalid_request',
				message: 'Request is invalid.',
				details: 'The payload field must be a JSON object.',
				status: 400,
			},
		],
		[
			'validation_failed',
			{ type: 'validation_failed', message: 'Request validation failed.', status: 422 },
		],
		[
			'agent_not_found',
			{ type: 'agent_not_found', message: 'Agent "clerk" is not registered.', status: 404 },
		],
		['not_found', { type: 'not_found', message: 'No customer 42.', status: 404 }],
		['run_not_found', { type: 'run_not_found', message: 'Nothing ran.', status: 404 }],
	];

	test.each(errors)('%s is a run that failed', async (_, error) => {
		await workflow('picky', { outcome: 'error', error });
		const run = await row('workflow', 'run', requested('picky', { onRunFailure: 'return' }));
		const followed = await row('workflow', 'run', {
			...runOf('picky'),
			options: { onRunFailure: 'return' },
		});

		expect(run).toMatchObject({ name: 'picky', status: 'failed', result: null });
		expect(run.run_id).toBe((await newest())[1].runId);
		expect(run.error).toEqual(followed.error);
	});

	test.each(errors)('%s names its run where it fails the item', async (_, error) => {
		await workflow('picky', { outcome: 'error', error });
		const [{ json }] = await execute('workflow', 'run', requested('picky'), {
			continueOnFail: true,
		});

		const [{ runId }] = await newest();
		expect(json.message).toContain(`Its run is ${String(runId)}.`);
		expect(json.details).toMatchObject({ run_id: runId });
	});

	test('is told from the one that the server has for an unknown name', async () => {
		await workflow('picky', { outcome: 'error', error: errors[4][1] });
		const failure = await failureOf(execute('workflow', 'run', requested('picky')));

		expect(failure.message).toBe('PyFlue: No customer 42.');
		expect(failure.description).not.toMatch(/Pick the name/);
		expect(failure.description).toMatch(/refused by itself, by the type 'not_found'/);
	});
});

describe('runs that fail', () => {
	const failing = { onRunFailure: 'return', parallelRuns: 20 };

	test('20 at once with the same error have one form, and no ID that may be wrong', async () => {
		await workflow('kaboom', { ms: 200, outcome: 'error', error: { message: 'Boom' } });
		const { output, hints } = await result('workflow', 'run', requested('kaboom', failing), {
			items: items(20),
		});
		const alone = await row('workflow', 'run', requested('kaboom', failing));

		expect(output[0]).toHaveLength(20);
		for (const { json } of output[0]) {
			expect(json).toEqual({
				...alone,
				run_id: null,
				instance_id: null,
				started_at: null,
				ended_at: null,
				duration_ms: null,
			});
		}
		expect(alone.error).toEqual({
			type: 'internal_error',
			message: 'An internal error occurred.',
			details: 'Boom',
		});
		expect(JSON.stringify(hints)).toMatch(
			/does not tell which of these runs failed for which item: workflow:kaboom:run_/,
		);
	});

	test('20 at once with errors of their own have their own IDs', async () => {
		const found = await rows(
			'workflow',
			'run',
			{
				workflow: byName('over_quota'),
				specifyPayload: 'json',
				payloadJson: '={{ { needed: $json.n + 1 } }}',
				waitMode: 'request',
				options: failing,
			},
			{ items: items(20) },
		);

		expect(new Set(found.map(({ run_id }) => run_id)).size).toBe(20);
		for (const [n, { run_id: id, error }] of found.entries()) {
			const { data } = await api.get(`/runs/${String(id)}`);
			expect(data.error.details).toMatch(new RegExp(`^${n + 1} needed`));
			expect(error).toEqual(data.error);
		}
	});

	test('one after the other with the same error have their own IDs', async () => {
		await workflow('kaboom', { outcome: 'error' });
		const found = await rows(
			'workflow',
			'run',
			requested('kaboom', { ...failing, parallelRuns: 1 }),
			{ items: items(4) },
		);

		const ids = (await newest()).map(({ runId }) => runId).reverse();
		expect(found.map(({ run_id }) => run_id)).toEqual(ids);
	});

	test('in one execution soon after another have their own IDs', async () => {
		await workflow('kaboom', { outcome: 'error' });
		const found = [];
		for (let n = 0; n < 4; n++)
			found.push(await row('workflow', 'run', requested('kaboom', failing)));

		const ids = (await newest()).map(({ runId }) => runId).reverse();
		expect(found.map(({ run_id }) => run_id)).toEqual(ids);
	});

	test("are not taken for another client's that fails otherwise", async () => {
		await workflow('kaboom', { ms: 400, outcome: 'error', error: { message: 'Boom' } });
		const executed = row('workflow', 'run', requested('kaboom', failing));
		await started('over_quota');
		await control.post('pyflue/runs', {
			workflow: 'kaboom',
			status: 'failed',
			ended_at: Date.now() / 1000 + 1,
			duration_ms: 0,
			error: { message: 'Bang' },
		});

		const { run_id: id } = await executed;
		expect((await api.get(`/runs/${String(id)}`)).data.error.details).toBe('Boom');
	});

	test("are not taken for another client's that another worker shows", async () => {
		await settings({ workers: 2 });
		await workflow('kaboom', { outcome: 'error', error: { message: 'Boom' } });
		// One on each worker, and then the item's own.
		await started('kaboom');
		await started('kaboom');
		const run = await row('workflow', 'run', requested('kaboom', failing));

		expect(run).toMatchObject({ run_id: null, status: 'failed', error: { details: 'Boom' } });
	});

	test('have no ID, and the same form, where there are no admin routes', async () => {
		await withoutAdmin();
		const run = await row('workflow', 'run', requested('divide', failing, { b: 0 }));

		expect(run).toMatchObject({
			run_id: null,
			name: 'divide',
			status: 'failed',
			error: { type: 'internal_error', details: 'division by zero' },
		});
	});

	test('of an agent are told apart in the same way', async () => {
		await control.post('pyflue/agents', { name: 'classify', ms: 200, error: { message: 'Boom' } });
		const call = {
			agent: byName('classify'),
			instanceId: '={{ "desk" + $json.n % 2 }}',
			waitMode: 'request',
			options: failing,
		};
		const two = await rows('agent', 'call', call, { items: items(2) });
		const three = await rows('agent', 'call', call, { items: [{ n: 2 }, { n: 3 }, { n: 5 }] });

		for (const [n, { run_id: id }] of two.entries()) {
			expect((await api.get(`/runs/${String(id)}`)).data.instanceId).toBe(`desk${n}`);
		}
		// Two of the same instance at the same time.
		expect(three.map(({ run_id: id }) => typeof id)).toEqual(['string', 'object', 'object']);
		expect(three.map(({ instance_id: id }) => id)).toEqual(['desk0', 'desk1', 'desk1']);
	});
});

describe('a result that the server cannot send', () => {
	test('is read from the record where it holds NaN', async () => {
		await workflow('ratio', { ms: 100, outcome: 'nan' });
		const run = await row('workflow', 'run', requested('ratio', { onRunFailure: 'return' }));

		expect(run).toMatchObject({ status: 'succeeded', result: { v: null }, error: null });
		expect(run.run_id).toBe((await newest())[0].runId);
	});

	test.each([
		['NaN where there are no admin routes', 'nan', withoutAdmin],
		['an object', 'nonJson', undefined],
		['bytes', 'notUtf8', undefined],
	] as const)('is no failure: %s', async (_, outcome, before) => {
		await workflow('odd', { outcome });
		await before?.();
		const run = await row('workflow', 'run', requested('odd', { onRunFailure: 'return' }));
		const failure = await failureOf(execute('workflow', 'run', requested('odd')));

		expect(run).toMatchObject({
			run_id: null,
			status: 'succeeded',
			result: null,
			error: { type: 'result_not_json' },
		});
		expect(failure.description).toMatch(/^The run itself succeeded: its result is not JSON/);
	});

	test('is read from the record where the name of the workflow fits into no header', async () => {
		await workflow('отчёт', { result: 7 });
		const run = await row('workflow', 'run', requested('отчёт'));
		const followed = await failureOf(execute('workflow', 'run', runOf('отчёт')));

		expect(run).toMatchObject({ status: 'succeeded', result: 7 });
		expect(run.run_id).toBe((await newest())[1].runId);
		expect(followed.description).toMatch(
			/^The run takes place all the same: .*Rename the workflow\.$/,
		);
	});

	test("is a failure where the workflow's own code raised the same", async () => {
		const message = 'Out of range float values are not JSON compliant';
		await workflow('strict', { outcome: 'error', error: { message } });
		const run = await row('workflow', 'run', requested('strict', { onRunFailure: 'return' }));

		expect(run).toMatchObject({
			run_id: (await newest())[0].runId,
			status: 'failed',
			error: { details: message },
		});
	});

	test("is not taken from another client's run of the same time", async () => {
		await workflow('ratio', { ms: 300, outcome: 'nan' });
		const executed = row('workflow', 'run', requested('ratio', { onRunFailure: 'return' }));
		await started('ratio');

		expect(await executed).toMatchObject({ run_id: null, status: 'succeeded', result: null });
	});
});

describe('Max Wait', () => {
	test('is named where it ended the request', async () => {
		const failure = await failureOf(
			execute('workflow', 'run', requested('sleep', { maxWait: 1 }, { ms: 60_000 })),
		);

		expect(failure.message).toBe(
			'PyFlue did not answer within 1 s (Max Wait); the request may have arrived all the same',
		);
		expect(failure.description).toMatch(/Raise Max Wait if it takes longer\./);
		expect(failure.description).toMatch(/set On Max Wait to 'Return the Run as It Stands'/);
	});

	test.each([
		['several items wait', async () => undefined],
		['there are no admin routes', withoutAdmin],
		['the server is blocked', async () => await workflow('long', { ms: 5000, blocking: true })],
	])('returns each run as it stands where %s', async (_, before) => {
		await workflow('long', { ms: 60_000 });
		await before();
		const begun = Date.now();
		const { output, hints } = await result(
			'workflow',
			'run',
			requested('long', { maxWait: 1, onMaxWait: 'return' }),
			{ items: items(3) },
		);

		expect(output[0].map(({ json }) => json)).toEqual(
			Array.from({ length: 3 }, () =>
				expect.objectContaining({ run_id: null, name: 'long', status: 'running', result: null }),
			),
		);
		expect(JSON.stringify(hints)).toMatch(/Still going after 1 s \(Max Wait\)/);
		expect(Date.now() - begun).toBeLessThan(7000);
	});
});

test('a Flue server names the run of a failed wait, and its record is what is returned', async () => {
	await settings({ variant: 'flue' });
	await workflow('picky', {
		outcome: 'error',
		error: { type: 'invalid_request', message: 'Request is malformed.', status: 400 },
	});
	const found = await rows('workflow', 'run', requested('picky', { onRunFailure: 'return' }), {
		items: items(3),
	});

	expect(new Set(found.map(({ run_id }) => run_id)).size).toBe(3);
	for (const { run_id: id, status } of found) {
		expect(status).toBe('errored');
		expect((await api.get(`/runs/${String(id)}`)).data.status).toBe('errored');
	}
});
