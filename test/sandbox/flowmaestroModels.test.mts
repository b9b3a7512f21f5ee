// Every answer of the FlowMaestro stand-in, field by field, by the contract's section 3: which fields there
// are, no others, and which of them may be null.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { z } from 'zod';
import { flowmaestro } from '../../sandbox/flowmaestro/index.mts';
import { KEYS } from '../../sandbox/flowmaestro/seed/accounts.mts';
import { AGENTS } from '../../sandbox/flowmaestro/seed/agents.mts';
import { TRIGGERS } from '../../sandbox/flowmaestro/seed/index.mts';
import { KNOWLEDGE_BASES } from '../../sandbox/flowmaestro/seed/knowledgeBases.mts';
import { WORKFLOWS } from '../../sandbox/flowmaestro/seed/workflows.mts';
import type { RunningPlatform } from '../../sandbox/platform.mts';
import { SandboxControl } from '../support/sandbox.mts';

const id = z.string().uuid();
const time = z.string().datetime();
const object = z.record(z.unknown());
const maybeText = z.string().nullable();
const of = <S extends z.ZodRawShape>(shape: S) => z.object(shape).strict();
const meta = of({ request_id: id, timestamp: time });
const single = <S extends z.ZodTypeAny>(data: S) => of({ data, meta });
const list = <S extends z.ZodTypeAny>(row: S) =>
	of({
		data: z.array(row),
		pagination: of({
			page: z.number().int(),
			per_page: z.number().int(),
			total_count: z.number().int(),
			total_pages: z.number().int(),
			has_next: z.boolean(),
			has_prev: z.boolean(),
		}),
		meta,
	});
const times = { created_at: time, updated_at: time };

const workflow = of({
	id,
	name: z.string(),
	description: maybeText,
	version: z.number().int(),
	...times,
});
const input = of({
	type: z.string(),
	label: z.string(),
	required: z.boolean(),
	description: z.string().optional(),
});
const workflowDetail = workflow.extend({ inputs: z.record(input).nullable() });
const started = { execution_id: id, workflow_id: id, status: z.literal('pending'), inputs: object };
const execution = of({
	id,
	workflow_id: id,
	status: z.enum(['pending', 'running', 'paused', 'completed', 'failed', 'cancelled']),
	inputs: object.nullable(),
	outputs: object.nullable(),
	error: maybeText,
	started_at: time.nullable(),
	completed_at: time.nullable(),
	created_at: time,
});
const agent = of({
	id,
	name: z.string(),
	description: maybeText,
	model: z.string(),
	provider: z.string(),
	...times,
});
const agentDetail = agent.extend({
	system_prompt: z.string(),
	temperature: z.number(),
	max_tokens: z.number().int(),
	available_tools: z.array(
		of({ id: z.string(), name: z.string(), description: z.string(), type: z.string() }),
	),
});
const thread = of({
	id,
	agent_id: id,
	title: maybeText,
	status: z.enum(['active', 'archived']),
	...times,
	last_message_at: time.nullable(),
});
const toolCalls = z
	.array(of({ id: z.string(), name: z.string(), arguments: z.unknown() }))
	.nullable();
const message = of({
	role: z.enum(['user', 'assistant', 'system', 'tool']),
	content: z.string(),
	tool_calls: toolCalls,
	created_at: time,
});
const reply = of({
	execution_id: id,
	thread_id: id,
	status: z.literal('completed'),
	message: message.nullable(),
	iterations: z.number().int(),
	tool_calls_count: z.number().int(),
});
const memory = of({ user_id: id, working_memory: z.string(), metadata: object, ...times });
const memoryOfAgent = memory.extend({ agent_id: id });
const trigger = of({
	id,
	workflow_id: id,
	name: z.string(),
	trigger_type: z.enum(['schedule', 'webhook', 'event', 'manual']),
	enabled: z.boolean(),
	last_triggered_at: time.nullable(),
	trigger_count: z.number().int(),
	...times,
});
const base = of({
	id,
	name: z.string(),
	description: maybeText,
	document_count: z.number().int(),
	chunk_count: z.number().int(),
	...times,
});
const baseDetail = base.extend({
	embedding_model: z.string(),
	chunk_size: z.number().int(),
	chunk_overlap: z.number().int(),
});
const found = of({
	id,
	content: z.string(),
	document_id: id,
	document_name: z.string(),
	score: z.number().min(0).max(1),
	metadata: object,
});
const webhook = of({
	id,
	name: z.string(),
	url: z.string(),
	events: z.array(z.string()),
	is_active: z.boolean(),
	...times,
});
const headers = { headers: object.nullable() };

let running: RunningPlatform;
let api: AxiosInstance;
let control: SandboxControl;

beforeAll(async () => {
	running = await flowmaestro.start('127.0.0.1', 0);
	const baseURL = `${String(running.announce.baseUrl)}/api/v1`;
	api = axios.create({ baseURL, headers: { 'X-API-Key': KEYS.full.key } });
	control = new SandboxControl(String(running.announce.baseUrl));
});
afterAll(async () => await running.close());

/** What stands under `data`, once the answer has the form of the contract. */
async function as<S extends z.ZodTypeAny>(
	form: S,
	method: 'get' | 'post' | 'put' | 'patch' | 'delete',
	url: string,
	data?: object,
): Promise<z.infer<S>['data']> {
	const answer = (await api.request({ method, url, data })).data;
	const checked = form.safeParse(answer);
	expect({ url, issues: checked.error?.issues ?? [] }).toEqual({ url, issues: [] });
	return answer.data;
}

test('workflows, triggers and executions in each of their states', async () => {
	await as(list(workflow), 'get', '/workflows?per_page=2');
	for (const each of [WORKFLOWS.leadScoring, WORKFLOWS.emptyDraft, WORKFLOWS.legacyReport]) {
		await as(single(workflowDetail), 'get', `/workflows/${each}`);
	}
	await as(list(trigger), 'get', '/triggers');
	const byTrigger = single(of({ ...started, trigger_id: id }));
	await as(byTrigger, 'post', `/triggers/${TRIGGERS.leads}/execute`, { inputs: {} });
	for (const outcome of ['completed', 'failed', 'paused', 'cancelled', 'never']) {
		const behaviour = { outcome, pendingMs: 0, durationMs: 10 };
		await control.post(`flowmaestro/workflows/${WORKFLOWS.leadScoring}/behaviour`, behaviour);
		const inputs = { company: 'Acme', employees: 12 };
		const begun = await as(
			single(of(started)),
			'post',
			`/workflows/${WORKFLOWS.leadScoring}/execute`,
			{ inputs },
		);
		const one = `/executions/${begun.execution_id}`;
		const wanted = outcome === 'never' ? 'running' : outcome;
		while ((await as(single(execution), 'get', one)).status !== wanted);
		if (outcome !== 'never') continue;
		const cancelled = of({ id, status: z.literal('cancelled'), message: z.string() });
		await as(single(cancelled), 'post', `${one}/cancel`);
	}
	await as(list(execution), 'get', `/executions?workflow_id=${WORKFLOWS.leadScoring}`);
	await as(list(execution), 'get', '/executions');
});

test('agents, threads and memories', async () => {
	await as(list(agent), 'get', '/agents');
	await as(single(agentDetail), 'get', `/agents/${AGENTS.support}`);
	const begun = of({ id, agent_id: id, status: z.literal('active'), created_at: time });
	const { id: threadId } = await as(single(begun), 'post', `/agents/${AGENTS.support}/threads`);
	const content = 'What does express shipping cost?';
	await as(single(reply), 'post', `/threads/${threadId}/messages`, { content });
	await as(single(thread), 'get', `/threads/${threadId}`);
	const messages = of({ messages: z.array(message.extend({ id })) });
	await as(single(messages), 'get', `/threads/${threadId}/messages`);
	const deleted = single(of({ id, deleted: z.literal(true) }));
	await as(deleted, 'delete', `/threads/${threadId}`);

	const memories = `/agents/${AGENTS.support}/memory`;
	const user = 'bbbbbbbb-0000-4000-8000-000000000001';
	await as(single(memoryOfAgent), 'put', `${memories}/${user}`, { working_memory: 'Likes tea' });
	await as(list(memory), 'get', memories);
	await as(single(memoryOfAgent), 'get', `${memories}/${user}`);
	const stats = of({
		agent_id: id,
		working_memory_count: z.number().int(),
		embedding_count: z.number().int(),
		memory_config: object.nullable(),
	});
	await as(single(stats), 'get', `${memories}/stats`);
	const context = z.array(object);
	const result = of({
		content: z.string(),
		role: z.string(),
		similarity: z.number(),
		execution_id: id,
		context_before: context,
		context_after: context,
	});
	const searched = of({
		agent_id: id,
		query: z.string(),
		results: z.array(result),
		result_count: z.number().int(),
	});
	await as(single(searched), 'post', `${memories}/search`, { query: 'shipping' });
	const forgotten = of({ agent_id: id, user_id: id, deleted: z.literal(true) });
	await as(single(forgotten), 'delete', `${memories}/${user}`);
});

test('knowledge bases and webhooks', async () => {
	await as(list(base), 'get', '/knowledge-bases');
	await as(single(baseDetail), 'get', `/knowledge-bases/${KNOWLEDGE_BASES.handbook}`);
	const answer = of({ results: z.array(found), query: z.string(), top_k: z.number().int() });
	const query = { query: 'holiday', top_k: 2 };
	await as(single(answer), 'post', `/knowledge-bases/${KNOWLEDGE_BASES.handbook}/query`, query);

	const created = webhook.omit({ updated_at: true }).extend({ ...headers, secret: z.string() });
	const { id: hook } = await as(single(created), 'post', '/webhooks', {
		name: 'Ends',
		url: 'http://127.0.0.1:9/',
		events: ['execution.completed'],
	});
	await as(list(webhook), 'get', '/webhooks');
	await as(single(webhook.extend(headers)), 'get', `/webhooks/${hook}`);
	const changed = webhook.omit({ created_at: true }).extend(headers);
	await as(single(changed), 'patch', `/webhooks/${hook}`, { name: 'All ends' });
	const tested = of({ success: z.literal(false), error: z.string(), message: z.string() });
	await as(single(tested), 'post', `/webhooks/${hook}/test`);
	const delivery = of({
		id: z.string(),
		event_type: z.string(),
		status: z.enum(['pending', 'success', 'failed', 'retrying']),
		attempts: z.number().int(),
		response_status: z.number().int().nullable(),
		error_message: maybeText,
		created_at: time,
		last_attempt_at: time.nullable(),
	});
	await as(list(delivery), 'get', `/webhooks/${hook}/deliveries`);
	await as(single(of({ id, deleted: z.literal(true) })), 'delete', `/webhooks/${hook}`);
});

test('refusals', async () => {
	const refusal = of({
		error: of({ code: z.string(), message: z.string(), details: object.optional() }),
		meta,
	});
	for (const [status, url, key] of [
		[401, '/workflows', 'fm_live_wrong'],
		[404, `/workflows/${'9'.repeat(8)}-9999-4999-8999-${'9'.repeat(12)}`, KEYS.full.key],
	] as const) {
		const answer = await api.get(url, {
			headers: { 'X-API-Key': key },
			validateStatus: () => true,
		});
		expect(answer.status).toBe(status);
		expect(refusal.safeParse(answer.data).error?.issues ?? []).toEqual([]);
	}
});
