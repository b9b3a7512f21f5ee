// Resources Agent and Thread (docs/contracts/flowmaestro.md, 3.3).
import { describe, expect, test } from '@jest/globals';
import {
	AGENTS,
	API,
	NOBODY,
	api,
	byId,
	control,
	execute,
	failureOf,
	newThread,
	offered,
	rows,
	sent,
	sentLines,
	useSandbox,
	withKey,
} from './support.mts';

useSandbox();

const USER = 'bbbbbbbb-0000-4000-8000-000000000001';
const support = { agent: byId(AGENTS.support) };
const remembered = { ...support, user: USER };

test('Get Many and Get answer agents as they are on the wire', async () => {
	expect(await rows('agent', 'getAll')).toEqual((await api.get('/agents')).data.data);
	expect(await rows('agent', 'get', support)).toEqual([
		(await api.get(`/agents/${AGENTS.support}`)).data.data,
	]);
	expect((await offered('searchAgents', { filter: 'shop' }))[0]).toMatchObject({
		name: 'Shop Support (gpt-4o)',
		value: AGENTS.support,
	});
});

describe('a conversation', () => {
	test('is created, spoken in, read and deleted', async () => {
		const [{ id, agent_id }] = await rows('agent', 'createThread', support);
		expect(agent_id).toBe(AGENTS.support);
		const thread = String(id);
		const [reply] = await rows('thread', 'sendMessage', {
			thread,
			message: 'What does express shipping cost?',
		});
		expect(reply).toMatchObject({
			answer: expect.stringContaining('costs 12 euros'),
			thread_id: thread,
			status: 'completed',
			message: { role: 'assistant' },
			tool_calls_count: 1,
		});

		const messages = await rows('thread', 'getMessages', { thread });
		expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
		expect((await rows('thread', 'get', { thread }))[0]).toMatchObject({ id, status: 'active' });
		expect(await rows('thread', 'delete', { thread })).toEqual([{ deleted: true }]);
		const failure = await failureOf(execute('thread', 'get', { thread }));
		expect(failure.message).toBe(`FlowMaestro: Thread with id '${thread}' not found`);
	});

	test('reads messages that are not nested, as the documentation has them', async () => {
		const body = { data: [{ role: 'user', content: 'Hello' }], pagination: {}, meta: {} };
		await control.fault({ kind: 'status', status: 200, body });

		expect(await rows('thread', 'getMessages', { thread: NOBODY })).toEqual([
			{ role: 'user', content: 'Hello' },
		]);
	});
});

describe('Send Message', () => {
	test('never asks for a stream, and gives the server the time it is allowed', async () => {
		const thread = await newThread();
		await rows('thread', 'sendMessage', { thread, message: 'Hi', options: { answerWithin: 90 } });

		expect((await sent())[0].body).toEqual({ content: 'Hi', timeout: 90_000 });
	});

	test('outlasts the timeout of other requests', async () => {
		await control.post(`flowmaestro/agents/${AGENTS.listener}/behaviour`, { durationMs: 1500 });
		const thread = await newThread();
		const [reply] = await rows('thread', 'sendMessage', {
			thread,
			message: 'Hi',
			requestOptions: { timeout: 1 },
		});

		expect(reply.answer).toContain('You said "Hi"');
	});

	test('that is not answered in time is not sent again, and says where the answer will be', async () => {
		await control.post(`flowmaestro/agents/${AGENTS.listener}/behaviour`, { outcome: 'never' });
		const thread = await newThread();
		const failure = await failureOf(
			execute('thread', 'sendMessage', { thread, message: 'Hi', options: { answerWithin: 1 } }),
		);

		expect(failure).toMatchObject({
			httpCode: '408',
			description: expect.stringContaining('Thread: Get Messages'),
		});
		expect(await sentLines()).toEqual([`POST ${API}/threads/${thread}/messages`]);
	});

	test.each([500, 502, 503])('is not sent again after a %i', async (status) => {
		const thread = await newThread();
		await control.fault({ kind: 'status', status });
		const failure = await failureOf(execute('thread', 'sendMessage', { thread, message: 'Hi' }));

		expect(await sentLines()).toHaveLength(1);
		expect(failure.description).toContain('Thread: Get Messages before you send it again');
	});

	test("gives the agent's own reason when it fails", async () => {
		const course = { outcome: 'failed', error: 'The model is overloaded' };
		await control.post(`flowmaestro/agents/${AGENTS.listener}/behaviour`, course);
		const failure = await failureOf(
			execute('thread', 'sendMessage', { thread: await newThread(), message: 'Hi' }),
		);

		expect(failure.message).toBe('FlowMaestro: The model is overloaded');
	});

	test('keeps several items apart and in order', async () => {
		const threads = await Promise.all([newThread(), newThread(), newThread()]);
		const items = await execute(
			'thread',
			'sendMessage',
			{
				thread: '={{ $json.thread }}',
				message: '={{ $json.thread }}',
				options: { parallelMessages: 3 },
			},
			{ items: threads.map((thread) => ({ thread })) },
		);

		expect(items.map(({ json }) => json.thread_id)).toEqual(threads);
		items.forEach(({ json }, index) => expect(json.answer).toContain(threads[index]));
	});
});

describe('memory', () => {
	test('is saved, listed, read, counted and deleted', async () => {
		const [saved] = await rows('agent', 'saveMemory', {
			...remembered,
			memory: 'Prefers short answers',
			options: { metadata: '{ "source": "n8n" }' },
		});
		expect(saved).toMatchObject({
			user_id: USER,
			working_memory: 'Prefers short answers',
			metadata: { source: 'n8n' },
		});
		expect(await rows('agent', 'getManyMemories', support)).toMatchObject([{ user_id: USER }]);
		expect(await rows('agent', 'getMemory', remembered)).toEqual([saved]);
		expect(await rows('agent', 'getMemoryStats', support)).toMatchObject([
			{ working_memory_count: 1 },
		]);
		expect(await rows('agent', 'deleteMemory', remembered)).toEqual([{ deleted: true }]);
		const failure = await failureOf(execute('agent', 'getMemory', remembered));
		expect(failure).toMatchObject({ httpCode: '404' });
	});

	test('is searched with what was set and nothing else', async () => {
		const thread = await newThread(AGENTS.support);
		await rows('thread', 'sendMessage', { thread, message: 'How long is the warranty?' });
		await control.clearRequests();
		const query = 'How long is the warranty?';
		const [plain] = await rows('agent', 'searchMemory', { ...support, query });
		await rows('agent', 'searchMemory', {
			...support,
			query,
			options: { topK: 1, threshold: 0.5, user: USER },
		});

		expect((await sent()).map(({ body }) => body)).toEqual([
			{ query },
			{ query, top_k: 1, similarity_threshold: 0.5, user_id: USER },
		]);
		expect(plain).toMatchObject({ result_count: 1, results: [{ role: 'user', content: query }] });
	});

	test('needs a metadata object', async () => {
		const failure = await failureOf(
			execute('agent', 'saveMemory', { ...remembered, memory: 'm', options: { metadata: '[1]' } }),
		);

		expect(failure.message).toBe("'Metadata' must be a JSON object");
	});
});

test('a key without the scope is told which ones it lacks', async () => {
	const failure = await failureOf(
		execute('agent', 'createThread', support, withKey('workflowExecutor')),
	);

	expect(failure.description).toContain('agents:read, threads:write');
});

test('Get Many Memories answers each of the memories that a user has', async () => {
	for (const working_memory of ['Likes tea', 'Likes coffee', 'Likes tea']) {
		await control.post(`flowmaestro/agents/${AGENTS.support}/memories`, {
			user_id: USER,
			working_memory,
		});
	}
	const found = await rows('agent', 'getManyMemories', { ...support, returnAll: true });

	expect(found.map(({ working_memory }) => working_memory).sort()).toEqual(
		expect.arrayContaining(['Likes coffee', 'Likes tea']),
	);
	expect(await rows('agent', 'getManyMemories', { ...support, limit: 1 })).toHaveLength(1);
	expect((await sentLines(/memory/)).at(-1)).toContain('per_page=1');
});

test('Save Memory keeps the metadata unless it is given', async () => {
	await rows('agent', 'saveMemory', {
		...remembered,
		memory: 'One',
		options: { metadata: '{ "plan": "pro" }' },
	});
	const [kept] = await rows('agent', 'saveMemory', { ...remembered, memory: 'Two' });
	expect(kept).toMatchObject({ working_memory: 'Two', metadata: { plan: 'pro' } });
	const emptied = { ...remembered, memory: 'Three', options: { metadata: '{}' } };

	expect((await rows('agent', 'saveMemory', emptied))[0]).toMatchObject({ metadata: {} });
});

test("an agent's own failure is not put down to FlowMaestro", async () => {
	const reason = 'The model refused';
	await control.post(`flowmaestro/agents/${AGENTS.support}/behaviour`, {
		outcome: 'failed',
		error: reason,
	});
	const thread = await newThread(AGENTS.support);
	const failure = await failureOf(execute('thread', 'sendMessage', { thread, message: 'Hello' }));

	expect(failure.message).toBe(`FlowMaestro: ${reason}`);
	expect(failure.description).toMatch(/^The agent itself failed/);
});

test.each([
	['agent', 'getAll'],
	['trigger', 'getAll'],
	['workflow', 'getAll'],
	['webhook', 'getAll'],
	['knowledgeBase', 'getAll'],
])('%s: %s asks for no more than its Limit', async (resource, operation) => {
	await rows(resource, operation, { limit: 1 });

	expect(await sentLines()).toEqual([expect.stringContaining('per_page=1')]);
});
