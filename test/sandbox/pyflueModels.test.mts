// Every answer of the PyFlue stand-in, field by field, by docs/contracts/pyflue.md: which fields there are,
// no others, and which of them may be null.
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { get, json, post, record, serveEachTest, start } from './pyflueClient.mts';

serveEachTest();

const of = <S extends z.ZodRawShape>(shape: S) => z.object(shape).strict();
const object = z.record(z.unknown());
const seconds = z.number();
const time = z.string().datetime({ offset: true });
const runId = { run_id: z.string(), runId: z.string() };
const error = of({
	type: z.string(),
	message: z.string(),
	details: z.unknown(),
	dev: z.unknown(),
	meta: object.optional(),
});

const run = of({
	...runId,
	agent: z.string(),
	agentName: z.string(),
	agent_id: z.string(),
	instanceId: z.string(),
	started_at: seconds,
	startedAt: time,
	ended_at: seconds.nullable(),
	endedAt: time.nullable(),
	durationMs: z.number().int().nullable(),
	status: z.enum(['running', 'succeeded', 'failed']),
	is_error: z.boolean(),
	isError: z.boolean(),
	error: error.nullable(),
	result: z.unknown(),
	event_count: z.number().int(),
});
const event = of({
	...runId,
	event_index: z.number().int().min(1),
	eventIndex: z.number().int().min(1),
	type: z.enum(['run_start', 'log', 'run_end']),
	timestamp: seconds,
	data: object,
});
const accepted = of({ status: z.literal('accepted'), ...runId });
const next = { nextCursor: z.string().nullable() };

async function as<S extends z.ZodTypeAny>(form: S, answer: Response): Promise<z.infer<S>> {
	const body = await json(answer);
	const { url } = answer;
	expect({ url, issues: form.safeParse(body).error?.issues ?? [] }).toEqual({ url, issues: [] });
	return body;
}

async function ended(id: string) {
	for (;;) {
		const now = await as(run, await get(`/runs/${id}`));
		if (now.status !== 'running') return now;
	}
}

test('the server and its agents', async () => {
	await as(of({ ok: z.literal(true), framework: z.literal('pyflue') }), await get('/health'));
	const agent = of({ name: z.string(), path: z.string(), triggers: z.record(z.unknown()) });
	await as(of({ agents: z.array(agent).min(1) }), await get('/agents'));
});

test('workflows, their runs and events: running, succeeded and failed', async () => {
	const summed = await ended(await start('summarize', { text: 'Whales sing. Fish do not.' }));
	const failed = await ended(await start('divide', { a: 1, b: 0 }));
	const going = await start('sleep', { ms: 60_000 });
	await as(accepted, await post('/workflows/sleep', { payload: { ms: 0 } }));
	const whole = of({ status: z.literal('completed'), ...runId, result: z.unknown() });
	await as(whole, await post('/workflows/divide?wait=result', { payload: { a: 1, b: 2 } }));

	expect([summed.status, failed.status]).toEqual(['succeeded', 'failed']);
	expect((await record(going)).status).toBe('running');
	await as(run, await get(`/runs/${going}`));
	for (const id of [summed.runId, failed.runId, going]) {
		const page = of({
			...runId,
			events: z.array(event).min(1),
			next_after: z.number().int(),
			nextAfter: z.number().int(),
		});
		await as(page, await get(`/runs/${id}/events`));
	}
	const runs = z.array(run).min(3);
	await as(of({ runs, items: runs, ...next }), await get('/admin/runs'));
	await as(run, await get(`/admin/runs/${summed.runId}`));
});

test('agents that are prompted, handed something and called', async () => {
	const usage = of({
		input: z.number(),
		output: z.number(),
		cache_read: z.number(),
		cache_write: z.number(),
		total_tokens: z.number(),
		cost: z.record(z.number()),
	});
	const reply = of({
		result: of({ text: z.string(), metadata: object, usage, model: of({ id: z.string() }) }),
	});
	await as(reply, await post('/agents/assistant/ada', { message: 'Hello' }));
	const dispatched = of({
		status: z.literal('accepted'),
		dispatch_id: z.string(),
		dispatchId: z.string(),
		accepted_at: z.unknown(),
		acceptedAt: z.unknown(),
	});
	await as(dispatched, await post('/agents/assistant/ada/dispatch', { input: { a: 1 } }));
	const session = of({ aborted: z.boolean(), session_id: z.string() });
	await as(session, await post('/sessions/ada/abort', {}));
});

test('the lists of the admin routes', async () => {
	await ended(await start('summarize', { text: 'Whales sing.' }));
	const agents = z.array(of({ name: z.string(), triggers: z.null() })).min(1);
	await as(of({ agents, items: agents, ...next }), await get('/admin/agents'));
	const instances = z.array(of({ agent_id: z.string(), instanceId: z.string() })).min(1);
	const ofAgent = { agent: z.string(), agentName: z.string() };
	await as(
		of({ ...ofAgent, instances, items: instances, ...next }),
		await get('/admin/agents/summarize/instances'),
	);
});

test('refusals of the server and of a workflow', async () => {
	const refusal = of({ error });
	await as(refusal, await get('/runs/run_nobody'));
	await as(refusal, await post('/workflows/nobody', {}));
	await as(refusal, await post('/workflows/divide?wait=result', { payload: { a: 1, b: 0 } }));
});
