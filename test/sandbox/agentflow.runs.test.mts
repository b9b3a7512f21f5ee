// Runs of the AgentFlow stand-in: chat, tools, approvals, questions, artifacts, cancelling.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { finalText, startAgentFlow, until } from './agentflowClient.mts';
import type { AgentFlowClient, Event } from './agentflowClient.mts';

let flow: AgentFlowClient;
let main: string;
let emails: string;
let conversation: string;

beforeAll(async () => {
	flow = await startAgentFlow();
});
afterAll(async () => await flow.close());
beforeEach(async () => {
	await flow.reset();
	main = await flow.agentId('MainAgent');
	emails = await flow.agentId('EmailsAgent');
	conversation = await flow.newConversation(main);
});

let messages = 0;
/** A chat's body; each call is an action of its own unless it names a `message_id`. */
function ask(message: string, more: object = {}) {
	messages += 1;
	return { message, conversation_id: conversation, message_id: `message-${messages}`, ...more };
}

const chatUrl = (agent: string) => `/api/v1/agent/${agent}/chat`;
const types = (events: Event[]) => events.map(({ type }) => type);
const contentOf = (events: Event[], type: string) =>
	events.find((event) => event.type === type)?.content as Record<string, unknown> | undefined;
const history = async () =>
	(await flow.get(`/api/v1/conversations/${conversation}/messages`)).data.messages;
const answered = async () => await until(history, (list) => list.at(-1)?.role === 'assistant');

describe('Chat', () => {
	test('exact form: retry and an empty line, then id, data, an empty line; no event line', async () => {
		const { raw, events } = await flow.stream(chatUrl(main), ask('Hello there'));
		const [head, ...blocks] = raw.split('\n\n');
		expect(head).toBe('retry: 5000');
		expect(blocks.pop()).toBe('');
		expect(blocks).toEqual(
			events.map((event) => `id: ${event.seq}\ndata: ${JSON.stringify(event)}`),
		);
	});

	test('events: start, deltas, end, with call ids, growing seq and times', async () => {
		const { events } = await flow.stream(chatUrl(main), ask('What is 6 * 7?'));
		expect([...new Set(types(events))]).toEqual(['start', 'delta', 'end']);
		expect(contentOf(events, 'start')).toEqual({
			name: 'MainAgent',
			role: 'agent',
			input: 'What is 6 * 7?',
		});
		for (const event of events) {
			expect(event).toMatchObject({
				call_id: events[0].call_id,
				parent_call_id: null,
				root_call_id: events[0].call_id,
				timestamp: expect.stringMatching(/Z$/),
			});
		}
		const second = await flow.stream(chatUrl(main), ask('And 2 + 2?'));
		const seqs = [...events, ...second.events].map(({ seq }) => seq);
		expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
		expect(finalText(events)).toContain('6 * 7 = 42');
	});

	test.each(['result', 'text', 'string', 'empty'])(
		'the final text is the deltas in order, whatever the end carries: %s',
		async (end) => {
			await flow.behave('MainAgent', { end, answer: 'One two three.\n\nFour  five ', deltas: 4 });
			const { events } = await flow.stream(chatUrl(main), ask('Go'));
			expect(types(events)).toEqual(['start', 'delta', 'delta', 'delta', 'delta', 'end']);
			expect(finalText(events)).toBe('One two three.\n\nFour  five ');
			expect(
				events
					.filter(({ type }) => type === 'delta')
					.map(({ content }) => content)
					.join(''),
			).toBe('One two three.\n\nFour  five ');
		},
	);

	test('message, conversation_id and message_id are required; 404 for what is not there', async () => {
		const { data, status } = await flow.post(chatUrl(main), {});
		expect(status).toBe(422);
		expect(data.detail.map(({ loc }: { loc: string[] }) => loc[1])).toEqual([
			'message',
			'conversation_id',
			'message_id',
		]);
		const bodies = [
			ask('x', { conversation_id: 'conv_none' }),
			ask('x', { knowledge_bases: ['none'] }),
			ask('x', { attachment_ids: ['none'] }),
		];
		for (const body of bodies) expect((await flow.post(chatUrl(main), body)).status).toBe(404);
		expect((await flow.post(chatUrl('nobody'), ask('x'))).status).toBe(404);
	});

	test('an explicit model that the tenant does not allow is a 403, and nothing runs', async () => {
		expect((await flow.post(chatUrl(main), ask('x', { model: 'openai/gpt-5' }))).status).toBe(403);
		expect(await flow.control('GET', 'runs')).toEqual([]);
		expect(await history()).toEqual([]);
	});

	test('every documented option is taken', async () => {
		const { data } = await flow.post(
			chatUrl(main),
			ask('Hi', {
				stream: false,
				retrieval_options: { top_k: 3, search_type: 'hybrid' },
				skills: ['a'],
				artifacts: ['a'],
				context_refs: [{ system: 'crm', type: 'customer', id: '1' }],
				prompt_blocks: [{ name: 'a', body: 'b', tags: ['c'], mode: 'cached', scope: 'turn' }],
				memory_policy: { archival_mode: 'auto', archival_limit: 5 },
				model: 'openai/gpt-sandbox',
				temperature: 0.2,
				max_tokens: 100,
				top_p: 1,
				frequency_penalty: 0,
				presence_penalty: 0,
				max_turns: 2,
				reasoning_effort: 'low',
				reasoning_summary: 'auto',
				image_detail: 'low',
				enable_planning: true,
				enable_reflection: true,
				enable_query_rewrite: true,
				selected_tools: ['send_email'],
				client_timezone: 'Europe/Lisbon',
				session_context: { a: 1 },
				source: 'n8n',
				source_id: 'workflow-1',
				source_metadata: { b: 2 },
				call_id: 'call_mine',
			}),
		);
		expect(data.events[0]).toMatchObject({ call_id: 'call_mine', root_call_id: 'call_mine' });
		const bySource = await flow.get('/api/v1/conversations', { source_ref_id: 'workflow-1' });
		expect(bySource.data.conversations).toMatchObject([{ id: conversation, source: 'n8n' }]);
		const wrong = ask('Hi', { memory_policy: { archival_mode: 'always' } });
		expect((await flow.post(chatUrl(main), wrong)).data.detail[0].loc).toEqual([
			'body',
			'memory_policy',
			'archival_mode',
		]);
	});

	test('the answer knows the conversation, the knowledge base, attachments and core memory', async () => {
		await flow.stream(chatUrl(main), ask('My favourite colour is teal.'));
		const later = await flow.stream(chatUrl(main), ask('What is my favourite colour?'));
		expect(finalText(later.events)).toContain(
			'Earlier you told me: "My favourite colour is teal."',
		);

		const { knowledge_bases } = (await flow.get('/api/v1/knowledge-bases')).data;
		const informed = ask('How long does shipping take?', {
			knowledge_bases: [knowledge_bases[0].id],
		});
		expect(finalText((await flow.stream(chatUrl(main), informed)).events)).toContain(
			'2 working days',
		);

		const file = new FormData();
		file.append('file', new Blob(['12345']), 'five.txt');
		const { id } = (await flow.post('/api/v1/attachments', file)).data;
		const attached = await flow.stream(chatUrl(main), ask('See file', { attachment_ids: [id] }));
		expect(finalText(attached.events)).toContain('five.txt has 5 bytes');

		const url = '/api/v1/memory/blocks/core';
		const data = { content: 'Call me Ada.', expected_updated_at: null };
		await flow.request({ method: 'PUT', url, data });
		expect(finalText((await flow.stream(chatUrl(main), ask('Hi'))).events)).toContain(
			'Call me Ada.',
		);
		const forgetful = ask('Hi', { memory_policy: { include_user_core: false } });
		expect(finalText((await flow.stream(chatUrl(main), forgetful)).events)).not.toContain(
			'Call me',
		);
	});

	test('stream false: the same events collected, or an object', async () => {
		await flow.behave('MainAgent', { answer: 'Done.' });
		const collect = async (collected: string) => {
			await flow.settings({ collected });
			return (await flow.post(chatUrl(main), ask('Go', { stream: false }))).data;
		};
		expect(finalText((await collect('events')).events)).toBe('Done.');
		expect(finalText(await collect('array'))).toBe('Done.');
		for (const field of ['text', 'content', 'response', 'message', 'result']) {
			expect((await collect(field))[field]).toBe('Done.');
		}
	});

	test('the default is a stream', async () => {
		const answer = await flow.post(chatUrl(main), ask('Hi'));
		expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
	});
});

describe('One message_id, one run', () => {
	test('the same action retried runs once, also while it runs, and streams the same run', async () => {
		await flow.behave('MainAgent', { durationMs: 100 });
		const body = ask('Only once, please');
		const streams = await Promise.all(
			[1, 2].map(async () => await flow.stream(chatUrl(main), body)),
		);
		const third = await flow.stream(chatUrl(main), body);
		const collected = await flow.post(chatUrl(main), { ...body, stream: false });
		expect(streams[0].events).toEqual(streams[1].events);
		expect(third.events).toEqual(streams[0].events);
		expect(collected.data.events).toEqual(streams[0].events);
		expect(await flow.control('GET', `runs?message_id=${body.message_id}`)).toMatchObject([
			{ requests: 4, status: 'completed', message_id: body.message_id },
		]);
		expect(await history()).toMatchObject([{ role: 'user' }, { role: 'assistant' }]);
	});

	test('the same message_id in another conversation is another action', async () => {
		const body = ask('Hi');
		await flow.stream(chatUrl(main), body);
		const other = await flow.newConversation(main);
		await flow.stream(chatUrl(main), { ...body, conversation_id: other });
		expect(await flow.control('GET', `runs?message_id=${body.message_id}`)).toHaveLength(2);
	});
});

describe('Cut streams', () => {
	test('closing the connection does not cancel: the answer lands in the messages', async () => {
		await flow.behave('MainAgent', { durationMs: 60, answer: 'Still here.' });
		const leave = new AbortController();
		const request = flow.request({
			method: 'POST',
			url: chatUrl(main),
			data: ask('Go'),
			responseType: 'stream',
			signal: leave.signal,
		});
		(await request).data.on('error', () => {});
		leave.abort();
		const url = `/api/v1/conversations/${conversation}`;
		expect((await flow.get(url)).data.has_active_generation).toBe(true);
		expect((await answered()).at(-1)).toMatchObject({ content: 'Still here.' });
		expect((await flow.get(url)).data.has_active_generation).toBe(false);
	});

	test.each([0, 1, 3])('cut after event %i; the retry gets the whole run', async (afterEvents) => {
		await flow.settings({ cut: { afterEvents } });
		const body = ask('Tell me something long enough to be cut');
		const cut = await flow.stream(chatUrl(main), body);
		expect(cut).toMatchObject({ broken: true });
		expect(cut.events).toHaveLength(afterEvents);
		const whole = await flow.stream(chatUrl(main), body);
		expect(whole.broken).toBe(false);
		expect(types(whole.events).at(-1)).toBe('end');
		expect(await flow.control('GET', 'runs')).toMatchObject([{ requests: 2 }]);
	});

	test('a cut that strikes twice', async () => {
		await flow.settings({ cut: { afterEvents: 1, times: 2 } });
		const body = ask('Hi');
		const broken = [];
		for (let attempt = 0; attempt < 3; attempt += 1) {
			broken.push((await flow.stream(chatUrl(main), body)).broken);
		}
		expect(broken).toEqual([true, true, false]);
	});

	test('cut at byte N, by the truncate fault of the core', async () => {
		await flow.control('POST', '../faults', { kind: 'truncate', afterBytes: 25 });
		const body = ask('Hi');
		const cut = await flow.stream(chatUrl(main), body);
		expect(cut).toMatchObject({ broken: true, events: [] });
		expect(cut.raw).toHaveLength(25);
		expect((await flow.stream(chatUrl(main), body)).broken).toBe(false);
	});
});

describe('What a stream may look like', () => {
	test.each([
		['one byte at a time', { bytesPerWrite: 1 }],
		['seven bytes at a time, CRLF', { bytesPerWrite: 7, lineEnd: '\r\n' }],
		['comments', { comments: true }],
		['a closing [DONE]', { doneMarker: true }],
	])('%s: the events are the same', async (_name, sse) => {
		await flow.behave('MainAgent', { answer: 'Grüße – 你好 🙂', deltas: 3 });
		await flow.settings({ sse });
		const { raw, events } = await flow.stream(chatUrl(main), ask('Go'));
		expect(finalText(events)).toBe('Grüße – 你好 🙂');
		expect(raw.includes('\r\n')).toBe('lineEnd' in sse);
		expect(raw.includes('\n: still here') || raw.startsWith(': ')).toBe('comments' in sse);
		expect(raw.endsWith('data: [DONE]\n\n')).toBe('doneMarker' in sse);
	});
});

describe('Nested units', () => {
	test('verbose: a sub-agent and its tool have call ids of their own', async () => {
		const { events } = await flow.stream(
			chatUrl(main),
			ask('Records: look up with lookup_order the order number 1002', { verbose: true }),
		);
		const [agent, subAgent, tool] = events.filter(({ type }) => type === 'start');
		expect(subAgent).toMatchObject({
			parent_call_id: agent.call_id,
			root_call_id: agent.call_id,
			content: { name: 'RecordsAgent', role: 'sub_agent' },
		});
		expect(tool).toMatchObject({
			parent_call_id: subAgent.call_id,
			root_call_id: agent.call_id,
			content: { name: 'lookup_order', role: 'tool' },
		});
		expect(new Set([agent, subAgent, tool].map(({ call_id }) => call_id)).size).toBe(3);
		expect(events.filter(({ type }) => type === 'end').map(({ call_id }) => call_id)).toEqual([
			tool.call_id,
			subAgent.call_id,
			agent.call_id,
		]);
		expect(finalText(events)).toContain('on its way');
	});

	test('not verbose: the root only, and the timeline has the rest', async () => {
		const { events } = await flow.stream(chatUrl(main), ask('Records, please'));
		expect(new Set(events.map(({ call_id }) => call_id)).size).toBe(1);
		const { timeline } = (await flow.get(`/api/v1/conversations/${conversation}/timeline`)).data;
		expect(types(timeline)).toEqual(['start', 'start', 'end', 'end']);
	});

	test('sub-agent run', async () => {
		const url = (subAgent: string) => `/api/v1/agent/${main}/subagents/${subAgent}/run`;
		const { events } = await flow.stream(url(emails), ask('Hi'));
		expect(contentOf(events, 'start')).toMatchObject({ name: 'EmailsAgent' });
		expect((await flow.post(url(main), ask('Hi'))).status).toBe(404);
	});
});

describe('Approvals', () => {
	const send = 'Please send an email to grace@example.com';
	const respond = (event: Event, body: object) => {
		if (event.type !== 'approval_required') return undefined;
		const { id } = event.content as { id: string };
		return flow.post(`/api/v1/approvals/${id}/respond`, body);
	};

	test('approval_required blocks the run; approved with changed arguments it goes on', async () => {
		const { events } = await flow.stream(chatUrl(emails), ask(send, { verbose: true }), (event) =>
			respond(event, { status: 'approved', modified_arguments: { to: 'ada@example.com' } }),
		);
		expect(contentOf(events, 'approval_required')).toEqual({
			id: expect.stringMatching(/^appr_/),
			tool_name: 'send_email',
			arguments: { to: 'grace@example.com', subject: send, body: send },
			conversation_id: conversation,
		});
		expect(contentOf(events, 'approval_approved')).toMatchObject({
			id: contentOf(events, 'approval_required')?.id,
			tool_name: 'send_email',
			approver: flow.announced.actingUser,
		});
		expect(contentOf(events, 'end')).toMatchObject({
			result: { sent: true, to: 'ada@example.com' },
		});
		expect(types(events).at(-1)).toBe('end');
	});

	test('denied: the run ends without the tool', async () => {
		const { events } = await flow.stream(chatUrl(emails), ask(send), (event) =>
			respond(event, { status: 'denied', reason: 'Too late' }),
		);
		expect(types(events)).toContain('approval_denied');
		expect(finalText(events)).toContain(
			'I did not use send_email: the approval was denied (Too late)',
		);
	});

	test('expired: the timeout of the tool is over', async () => {
		const url = `/api/v1/agent/${emails}/tools/send_email/approval`;
		await flow.request({ method: 'PUT', url, data: { enabled: true, timeout_seconds: 0.05 } });
		const { events } = await flow.stream(chatUrl(emails), ask(send));
		expect(types(events)).toContain('approval_expired');
		expect(finalText(events)).toContain('expired');
	});

	test('pending list, respond rules, and the routes the contract leaves open', async () => {
		for (let index = 0; index < 4; index += 1) {
			void flow.post(chatUrl(emails), ask(send, { stream: false }));
		}
		const pending = async (params = {}) =>
			(await flow.get('/api/v1/approvals/pending', params)).data;
		const { approvals } = await until(pending, ({ total }) => total === 4);
		expect(approvals[0]).toMatchObject({
			id: expect.any(String),
			tool_id: expect.any(String),
			tool_name: 'send_email',
			arguments: { to: 'grace@example.com' },
			agent_id: emails,
			status: 'pending',
			conversation_id: conversation,
			created_at: expect.stringMatching(/Z$/),
			expires_at: expect.stringMatching(/Z$/),
		});
		expect((await pending({ page: 2, page_size: 3 })).approvals).toEqual([approvals[3]]);
		expect((await pending({ tool_name: 'other' })).approvals).toEqual([]);

		const url = `/api/v1/approvals/${approvals[0].id}`;
		const denial = { status: 'denied', modified_arguments: {} };
		expect((await flow.post(`${url}/respond`, denial)).status).toBe(422);
		expect((await flow.post(`${url}/respond`, { status: 'maybe' })).status).toBe(422);
		expect((await flow.post(`${url}/respond`, { status: 'approved' })).status).toBe(200);
		expect((await flow.post(`${url}/respond`, { status: 'approved' })).status).toBe(409);
		const cancelled = await flow.post(`/api/v1/approvals/${approvals[1].id}/cancel`);
		expect(cancelled.data.status).toBe('cancelled');
		await flow.post('/api/v1/approvals/bulk', {
			approval_ids: [approvals[2].id, approvals[3].id],
			status: 'denied',
		});
		expect((await flow.get('/api/v1/approvals/stats')).data).toEqual({
			pending: 0,
			approved: 1,
			denied: 2,
			cancelled: 1,
			expired: 0,
			total: 4,
		});
	});
});

describe('Questions, artifacts, background tasks, errors', () => {
	test('question_required: the run waits for answers keyed by item id', async () => {
		const question = [{ id: 'size', question: 'Which size?', options: ['S', 'M'] }];
		await flow.behave('MainAgent', { question });
		const { events } = await flow.stream(chatUrl(main), ask('Order a shirt'), async (event) => {
			if (event.type !== 'question_required') return;
			const { id } = event.content as { id: string };
			const url = `/api/v1/questions/${id}/respond`;
			expect((await flow.post(url, { answers: {} })).status).toBe(422);
			expect((await flow.post(url, { answers: { size: 'M' } })).status).toBe(200);
			expect((await flow.post(url, { answers: { size: 'S' } })).status).toBe(409);
		});
		expect(contentOf(events, 'question_required')).toMatchObject({ items: question });
		expect(finalText(events)).toContain('Which size? M');
		expect((await flow.post('/api/v1/questions/q_none/respond', { answers: {} })).status).toBe(404);
	});

	test('artifact_completed, and the artifact', async () => {
		await flow.behave('MainAgent', { artifact: 'document', answer: '# Plan' });
		const { events } = await flow.stream(chatUrl(main), ask('Write a plan'));
		const { artifact_id } = contentOf(events, 'artifact_completed') ?? {};
		const url = `/api/v1/artifacts/${artifact_id}`;
		const data = { done: true };
		await flow.request({ method: 'PATCH', url: `${url}/state`, data });
		const artifact = (await flow.get(url)).data;
		expect(artifact).toEqual({
			id: artifact_id,
			conversation_id: conversation,
			artifact_type: 'document',
			content: '# Plan',
			state: { done: true },
			created_at: expect.any(String),
			updated_at: expect.any(String),
		});
		const all = await flow.get(`/api/v1/artifacts/conversation/${conversation}`);
		expect(all.data).toEqual({ artifacts: [artifact] });
		expect((await flow.get('/api/v1/artifacts/types')).data.types).toContain('document');
	});

	test('background tasks: handles in the final metadata, inspected and cancelled by id', async () => {
		await flow.behave('MainAgent', { backgroundTaskMs: 60_000 });
		const { events } = await flow.stream(chatUrl(main), ask('Go on later'));
		const handles = events.at(-1)?.metadata?.background_tasks;
		expect(handles).toEqual([{ task_id: expect.any(String), status: 'running' }]);
		const { tasks } = (
			await flow.get('/api/v1/background-tasks', { conversation_id: conversation })
		).data;
		const url = `/api/v1/background-tasks/${tasks[0].task_id}`;
		expect((await flow.get(url)).data.status).toBe('running');
		expect((await flow.post(`${url}/cancel`)).data.status).toBe('cancelled');
		await flow.behave('MainAgent', { backgroundTaskMs: 0 });
		await flow.stream(chatUrl(main), ask('Go on now'));
		const statuses = async () =>
			(await flow.get('/api/v1/background-tasks')).data.tasks.map(
				({ status }: { status: string }) => status,
			);
		expect(await until(statuses, (list) => !list.includes('running'))).toEqual([
			'cancelled',
			'completed',
		]);
	});

	test('an error midway', async () => {
		await flow.behave('MainAgent', { errorAfter: 2 });
		const { events } = await flow.stream(chatUrl(main), ask('Hello to everybody here'));
		expect(types(events)).toEqual(['start', 'delta', 'delta', 'error']);
		expect(contentOf(events, 'error')).toEqual({
			code: 'agent_error',
			message: expect.any(String),
		});
		expect(await history()).toHaveLength(1);
		await flow.settings({ collected: 'text' });
		const answer = await flow.post(chatUrl(main), ask('Again', { stream: false }));
		expect([answer.status, answer.data]).toEqual([500, { detail: expect.any(String) }]);
	});
});

describe('Cancelling', () => {
	test.each([
		['call id', ({ call_id }: Record<string, string>) => ({ call_id })],
		['run id', ({ run_id }: Record<string, string>) => ({ run_id })],
		[
			'conversation and message pair',
			({ conversation_id, message_id }: Record<string, string>) => ({
				conversation_id,
				message_id,
			}),
		],
	])('by %s', async (_name, by) => {
		await flow.behave('MainAgent', { durationMs: 60_000 });
		const { events } = await flow.stream(chatUrl(main), ask('Take your time'), async () => {
			const [run] = await flow.control('GET', 'runs');
			if (run.status !== 'running') return;
			expect((await flow.post('/api/v1/cancellations', by(run))).data.cancelled).toBe(true);
		});
		expect(types(events)).toEqual(['start', 'error']);
		expect(contentOf(events, 'error')).toMatchObject({ code: 'cancelled' });
		expect(await flow.control('GET', 'runs')).toMatchObject([{ status: 'cancelled' }]);
		expect(await history()).toHaveLength(1);
	});

	test('a cancelled run no longer waits for an approval', async () => {
		const body = ask('Send an email');
		const { events } = await flow.stream(chatUrl(emails), body, async ({ type, root_call_id }) => {
			if (type !== 'approval_required') return;
			await flow.post('/api/v1/cancellations', { call_id: root_call_id });
		});
		expect(types(events).slice(-2)).toEqual(['approval_cancelled', 'error']);
	});

	test('404 for a run that is not there, 422 for none at all', async () => {
		const cancel = async (body: object) => (await flow.post('/api/v1/cancellations', body)).status;
		expect(await cancel({ call_id: 'call_none' })).toBe(404);
		expect(await cancel({ conversation_id: conversation })).toBe(422);
	});
});

describe('Tools', () => {
	const toolUrl = (tool: string) => `/api/v1/agent/${main}/tools/${tool}`;
	const register = async (more: object = {}) =>
		await flow.post(`/api/v1/agent/${main}/tools`, {
			name: 'greet',
			description: 'Greets somebody',
			function_code: 'def greet(name): return f"Hello {name}"',
			args_schema: { type: 'object', properties: { name: { type: 'string' } } },
			...more,
		});
	const call = (more: object = {}) => {
		messages += 1;
		const message_id = `message-${messages}`;
		return { arguments: { name: 'Ada' }, conversation_id: conversation, message_id, ...more };
	};

	test('register, list, delete by id or name', async () => {
		const registered = await register({ target_agent_ids: [emails] });
		expect(registered.status).toBe(200);
		const { tool_id } = registered.data;
		const { tools } = (await flow.get(`/api/v1/agent/${main}/tools`)).data;
		expect(tools).toMatchObject([
			{
				id: tool_id,
				name: 'greet',
				description: 'Greets somebody',
				parameters: { properties: { name: { type: 'string' } } },
			},
		]);
		const others = (await flow.get(`/api/v1/agent/${emails}/tools`)).data.tools;
		expect(others).toHaveLength(2);
		expect((await flow.request({ method: 'DELETE', url: toolUrl(tool_id) })).status).toBe(200);
		expect((await flow.request({ method: 'DELETE', url: toolUrl('greet') })).status).toBe(404);
	});

	test('run: three required fields; streamed and collected', async () => {
		await register();
		const { data } = await flow.post(`${toolUrl('greet')}/run`, {});
		expect(data.detail.map(({ loc }: { loc: string[] }) => loc[1])).toEqual([
			'arguments',
			'conversation_id',
			'message_id',
		]);
		const { raw, events } = await flow.stream(`${toolUrl('greet')}/run`, call({ stream: true }));
		expect(raw.startsWith('retry: 5000\n\n')).toBe(true);
		expect(types(events)).toEqual(['start', 'end']);
		expect(contentOf(events, 'end')).toMatchObject({
			result: { tool: 'greet', arguments: { name: 'Ada' } },
		});
		const collected = await flow.post(`${toolUrl('greet')}/run`, call({ stream: false }));
		expect(types(collected.data.events)).toEqual(['start', 'end']);
	});

	test('409 while a call with the same key runs, and not after it', async () => {
		await register();
		await flow.settings({ toolMs: 150 });
		const run = async () =>
			(await flow.post(`${toolUrl('greet')}/run`, call({ idempotency_key: 'k-1' }))).status;
		const [first, second] = await Promise.all([run(), run()]);
		expect([first, second].sort()).toEqual([200, 409]);
		expect(await run()).toBe(200);
	});

	test('same approvals as agent-made calls; the setting has a default timeout', async () => {
		await register();
		const setting = { method: 'PUT', url: `${toolUrl('greet')}/approval`, data: { enabled: true } };
		expect((await flow.request(setting)).data).toMatchObject({ timeout_seconds: 300 });
		const body = call({ stream: true });
		const { events } = await flow.stream(`${toolUrl('greet')}/run`, body, async (event) => {
			if (event.type !== 'approval_required') return;
			const { id } = event.content as { id: string };
			await flow.post(`/api/v1/approvals/${id}/respond`, { status: 'approved' });
		});
		expect(types(events)).toEqual(['start', 'approval_required', 'approval_approved', 'end']);
	});
});
