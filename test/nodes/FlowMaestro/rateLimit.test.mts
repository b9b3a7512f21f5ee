// The key's rate limit (docs/contracts/flowmaestro.md, 2.3): many waiting items share one budget.
import { describe, expect, test } from '@jest/globals';
import {
	KEYS,
	byId,
	control,
	execute,
	failureOf,
	newWorkflow,
	newWorkflows,
	rows,
	sent,
	started,
	useSandbox,
	withKey,
} from './support.mts';

useSandbox();

const limited = withKey.bind(undefined, 'limited');
const statuses = async () => (await sent()).map(({ status }) => status);
const limits = async (changed: object) =>
	await control.post('flowmaestro/limits', { apiKey: KEYS.limited.key, ...changed });

test('20 executions waited for at once stay within the usual 60 requests a minute', async () => {
	const workflow = await newWorkflow({ outcome: 'completed', durationMs: 8000 });
	const done = await rows(
		'workflow',
		'execute',
		{ workflow: byId(workflow), options: { parallelRuns: 20 } },
		{ items: Array.from({ length: 20 }, (_, n) => ({ n })), ...limited() },
	);

	expect(done.every(({ status }) => status === 'completed')).toBe(true);
	expect(await statuses()).not.toContain(429);
	expect((await statuses()).length).toBeLessThan(45);
}, 90_000);

test('executions of as many workflows, looked at one by one, do so too', async () => {
	const workflows = await newWorkflows(15, { outcome: 'completed', durationMs: 6000 });
	const done = await rows(
		'workflow',
		'execute',
		{ workflow: '={{ $json.workflow }}', options: { parallelRuns: 15 } },
		{ items: workflows.map((workflow) => ({ workflow })), ...limited() },
	);

	expect(done.every(({ status }) => status === 'completed')).toBe(true);
	expect(await statuses()).not.toContain(429);
}, 150_000);

describe('a window that is used up', () => {
	test('is waited out before the next request', async () => {
		await limits({ perMinute: 5, minuteMs: 3000 });
		const execution = await started(await newWorkflow());
		const items = Array.from({ length: 12 }, () => ({ execution }));
		const found = await rows(
			'execution',
			'get',
			{ execution: '={{ $json.execution }}' },
			{ items, ...limited() },
		);

		expect(found).toHaveLength(12);
		expect(await statuses()).not.toContain(429);
	});

	test('by others is a 429 that is asked again when its Retry-After is over', async () => {
		const execution = await started(await newWorkflow());
		const body = { error: { code: 'rate_limit_exceeded', message: 'Rate limit exceeded.' } };
		const headers = { 'retry-after': '1' };
		await control.fault({ kind: 'status', status: 429, headers, body });

		expect(await rows('execution', 'get', { execution })).toHaveLength(1);
		expect(await statuses()).toEqual([429, 200]);
	});
});

test('the limit of a day is an error, not a sleep of hours', async () => {
	await limits({ perDay: 1 });
	const execution = await started(await newWorkflow());
	await rows('execution', 'get', { execution }, limited());
	const begun = Date.now();
	const failure = await failureOf(execute('execution', 'get', { execution }, limited()));

	expect(failure).toMatchObject({
		httpCode: '429',
		message: 'FlowMaestro: Daily rate limit exceeded. Limit resets at midnight UTC.',
	});
	expect(Date.now() - begun).toBeLessThan(5000);
});
