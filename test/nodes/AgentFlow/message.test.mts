// Agent: Send Message and Subagent: Send Message (contract: Run, Conversations).
import { beforeEach, describe, expect, test } from '@jest/globals';
import { collectedEvents } from '../../../nodes/AgentFlow/messaging/events.ts';
import { Transcript } from '../../../nodes/AgentFlow/messaging/transcript.ts';
import {
	agentId,
	api,
	behave,
	byId,
	byName,
	control,
	failureOf,
	message,
	messagesIn,
	newAttachment,
	newConversation,
	result,
	row,
	rows,
	runs,
	sent,
	sentLines,
	settings,
	useSandbox,
} from './support.mts';
import { reset } from './support.mts';

useSandbox();
beforeEach(reset);

const send = async (...[text, more, agent]: Parameters<typeof message>) =>
	await row('agent', 'sendMessage', message(text, more, agent));

describe('the answer', () => {
	test('comes with the ids of all that made it', async () => {
		const answer = await send('What is 6 * 7?');
		const [run] = await runs();

		expect(answer).toEqual({
			text: expect.stringContaining('6 * 7 = 42'),
			status: 'completed',
			agent_id: await agentId('MainAgent'),
			conversation_id: run.conversation_id,
			message_id: run.message_id,
			call_id: run.call_id,
			tool_calls: [],
			sub_agent_calls: [],
			artifact_ids: [],
		});
	});

	test('names the tools and sub-agents that were called, with what came of them', async () => {
		const { tool_calls, sub_agent_calls } = await send('Look at the records: lookup order 1002');

		expect(sub_agent_calls).toMatchObject([{ name: 'RecordsAgent', role: 'sub_agent' }]);
		expect(tool_calls).toMatchObject([
			{
				name: 'lookup_order',
				role: 'tool',
				input: { order_number: '1002' },
				result: { order_number: '1002', status: 'on its way, expected 2026-03-09' },
			},
		]);
	});

	test('names artifacts and background tasks', async () => {
		await behave('MainAgent', { artifact: 'document', backgroundTaskMs: 5 });
		const answer = await send('Write it down');
		const [artifact] = (await api.get(`/artifacts/conversation/${answer.conversation_id}`)).data
			.artifacts;

		expect(answer).toMatchObject({
			artifact_ids: [artifact.id],
			background_tasks: [{ task_id: expect.any(String) }],
		});
	});

	test('brings the whole stream when it is wanted', async () => {
		const { events, text } = await send('Hello', { options: { includeEvents: true } });
		const types = (events as Array<{ type: string }>).map(({ type }) => type);

		expect(types).toEqual(['start', 'delta', 'delta', 'delta', 'delta', 'end']);
		expect(text).toMatch(/^MainAgent/);
	});

	test.each(['result', 'text', 'string', 'empty'] as const)(
		'is read from an end that holds it as %s',
		async (end) => {
			await behave('MainAgent', { end, answer: 'Grüße aus Köln' });

			expect(await send('Hello')).toMatchObject({ text: 'Grüße aus Köln', status: 'completed' });
		},
	);

	test.each([
		['an older server', { older: true }],
		['comments and Windows line ends', { sse: { comments: true, lineEnd: '\r\n' as const } }],
		['a closing mark', { sse: { doneMarker: true } }],
		['one byte at a time', { sse: { bytesPerWrite: 1 } }],
	])('is read from a stream of %s', async (_, change) => {
		await behave('MainAgent', { answer: 'Grüße 🦊 aus Köln' });
		await settings(change);

		expect(await send('Hello')).toMatchObject({
			text: 'Grüße 🦊 aus Köln',
			status: 'completed',
			message_id: (await runs())[0].message_id,
		});
	});

	test.each(['events', 'array', 'text', 'content', 'response', 'message', 'result'] as const)(
		'that is not streamed is read from %s',
		async (collected) => {
			await behave('MainAgent', { answer: 'All at once' });
			await settings({ collected });

			expect(await send('Hello', { options: { nonStreaming: true } })).toMatchObject({
				text: 'All at once',
				status: 'completed',
			});
			expect((await sent(/chat/))[0].body).toMatchObject({ stream: false });
		},
	);

	test.each([
		[{ result: { total: 3 } }, { text: '', result: { total: 3 } }],
		[
			{ text: 'Three', result: [1, 2] },
			{ text: 'Three', result: [1, 2] },
		],
		[{ answer: 3 }, { text: '{"answer":3}' }],
	])('in one piece whose result is no text: %j', async (body, expected) => {
		await control.fault({ kind: 'status', status: 200, body, match: { path: '/chat' } });
		const { text, result } = await send('Hello', { options: { nonStreaming: true } });

		expect({ text, result }).toEqual(expected);
	});
});

describe('the text at the end', () => {
	/** What the chat is shown of these events, and what the transcript makes of them. */
	const told = (...raw: object[]) => {
		const transcript = new Transcript();
		const events = collectedEvents(raw) ?? [];
		return { shown: events.map((event) => transcript.add(event)).join(''), transcript };
	};

	test('counts for nothing where it is empty', () => {
		const { shown, transcript } = told(
			{ type: 'delta', content: '', delta: 'All ' },
			{ type: 'delta', content: 'there' },
			{ type: 'end', content: '' },
		);

		expect(transcript).toMatchObject({ text: 'All there', ended: true });
		expect(shown).toBe('All there');
	});

	test('is shown where there is no other', () => {
		expect(told({ type: 'end', content: { result: 'At once' } }).shown).toBe('At once');
	});
});

describe('a run that fails', () => {
	beforeEach(async () => await behave('MainAgent', { errorAfter: 2 }));

	test('fails the item with the reason and its ids', async () => {
		const failure = await failureOf(send('Hello'));
		const [{ message_id, conversation_id }] = await runs();

		expect(failure.message).toBe(
			`The message ${message_id} ended as failed: The agent failed midway`,
		);
		expect(failure.description).toContain(conversation_id);
	});

	test('is returned when that is wanted', async () => {
		expect(await send('Hello', { options: { onRunFailure: 'return' } })).toMatchObject({
			status: 'failed',
			error: 'The agent failed midway',
			text: expect.any(String),
		});
	});

	test('fails without a stream as well', async () => {
		await settings({ collected: 'text' });
		const failure = await failureOf(send('Hello', { options: { nonStreaming: true } }));

		expect(failure.message).toBe('AgentFlow: The agent failed midway');
	});
});

describe('a message that is left running', () => {
	beforeEach(async () => await behave('MainAgent', { durationMs: 60_000 }));
	const left = { maxWait: 1, onMaxWait: 'return' };

	test('is named in a hint', async () => {
		const { hints } = await result('agent', 'sendMessage', message('Hello', { options: left }));
		const [{ message_id }] = await runs();

		expect(hints.map(({ message: text }) => text)).toEqual([
			expect.stringMatching(new RegExp(`after 1 s \\(Max Wait\\).*: ${message_id}$`)),
		]);
	});

	test('is named by the error of another item', async () => {
		await behave('EmailsAgent', { errorAfter: 2, durationMs: 2000 });
		const { agent } = message('', {}, '={{ $json.agent }}');
		const options = { ...left, maxWait: '={{ $json.maxWait }}' };
		const failure = await failureOf(
			rows('agent', 'sendMessage', message('Hello', { agent, options }), {
				items: [
					{ agent: 'MainAgent', maxWait: 1 },
					{ agent: 'EmailsAgent', maxWait: 30 },
				],
			}),
		);
		const ofMain = (await runs()).find(({ name }) => name === 'MainAgent');

		expect(failure.message).toMatch(/The agent failed midway \[item 1\]$/);
		expect(failure.description).toContain(`going on: ${ofMain?.message_id}.`);
	});
});

describe('the conversation', () => {
	test('is a new one for every item', async () => {
		const answers = await rows('agent', 'sendMessage', message('={{ $json.text }}'), {
			items: [{ text: 'One' }, { text: 'Two' }],
		});

		expect(new Set(answers.map(({ conversation_id }) => conversation_id)).size).toBe(2);
	});

	test('goes on where an existing one is picked', async () => {
		const id = await newConversation();
		const existing = { conversationMode: 'existing', conversation: byId(id) };
		await send('My cat is called Tom.', existing);
		const answer = await send('How is my cat called?', existing);

		expect(answer.text).toContain('Earlier you told me: "My cat is called Tom."');
		expect((await messagesIn(id)).map(({ role }) => role)).toEqual([
			'user',
			'assistant',
			'user',
			'assistant',
		]);
	});

	test('of a value goes on over executions, and one value has one', async () => {
		const ofCustomer = async (texts: string[], customers: string[]) =>
			await rows(
				'agent',
				'sendMessage',
				message('={{ $json.text }}', {
					conversationMode: 'perValue',
					conversationName: '={{ $json.customer }}',
				}),
				{ items: texts.map((text, index) => ({ text, customer: customers[index] })) },
			);
		const first = await ofCustomer(
			['My cat is called Tom.', 'My dog is called Rex.', 'How is my cat called?'],
			['42', '43', '42'],
		);
		const [later] = await ofCustomer(['How is my dog called?'], ['43']);

		expect(first[2].conversation_id).toBe(first[0].conversation_id);
		expect(first[2].text).toContain('"My cat is called Tom."');
		expect(later.conversation_id).toBe(first[1].conversation_id);
		expect(later.text).toContain('"My dog is called Rex."');
		expect(await sentLines(/POST|conversations$/)).toHaveLength(2);
	});

	test('is used by one message at a time', async () => {
		await behave('MainAgent', { durationMs: 30 });
		const conversation = byId(await newConversation());
		const texts = ['one', 'two', 'three', 'four'];
		await rows(
			'agent',
			'sendMessage',
			message('={{ $json.text }}', { conversationMode: 'existing', conversation }),
			{ items: texts.map((text) => ({ text })) },
		);
		const said = await messagesIn(conversation.value as string);

		expect(said.map(({ role }) => role)).toEqual(texts.flatMap(() => ['user', 'assistant']));
		expect(said.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual(texts);
	});

	test('is left alone by the messages behind one that fails', async () => {
		await behave('MainAgent', { errorAfter: 2 });
		const conversation = byId(await newConversation());
		const failure = await failureOf(
			rows('agent', 'sendMessage', message('Hi', { conversationMode: 'existing', conversation }), {
				items: [{}, {}, {}],
			}),
		);

		expect(failure.message).toMatch(/The agent failed midway \[item 0\]$/);
		expect(await sentLines(/chat/)).toHaveLength(1);
	});

	test('that does not exist fails the item', async () => {
		const failure = await failureOf(
			send('Hello', { conversationMode: 'existing', conversation: byId('conv_nobody') }),
		);

		expect(failure).toMatchObject({
			httpCode: '404',
			message: expect.stringMatching(
				/^AgentFlow: Conversation not found \(POST \/api\/v1\/agent\/[^/]+\/chat\)$/,
			),
		});
	});
});

describe('the agent', () => {
	test.each([
		['no agent of the name', 'Nobody', /^AgentFlow has no agent 'Nobody'/, /MainAgent/],
		['two agents of the name', 'Twin', /^2 agents are called 'Twin'/, /by its ID/],
	])('%s', async (_, name, text, fix) => {
		await api.post('/agents', { name: 'Twin' });
		await api.post('/agents', { name: 'Twin' });
		const failure = await failureOf(send('Hello', {}, name));

		expect(failure.message).toMatch(text);
		expect(failure.description).toMatch(fix);
	});

	test('is not looked up when its id is given', async () => {
		const id = await agentId('MainAgent');
		await send('Hello', { agent: byId(id) });

		expect(await sentLines()).toEqual([
			'POST /api/v1/conversations',
			`POST /api/v1/agent/${id}/chat`,
		]);
	});

	test('of a sub-agent answers by itself', async () => {
		const subagent = byId(await agentId('EmailsAgent'));
		const answer = await row('subagent', 'sendMessage', { ...message('Hello'), subagent });

		expect(answer).toMatchObject({
			text: expect.stringMatching(/^EmailsAgent/),
			status: 'completed',
		});
		expect(await sentLines(/subagents/)).toEqual([
			`POST /api/v1/agent/${await agentId('MainAgent')}/subagents/${subagent.value}/run`,
		]);
	});
});

test('every option reaches the platform, and what is not set does not', async () => {
	const [base] = (await api.get('/knowledge-bases')).data.knowledge_bases;
	const attachmentId = await newAttachment('notes.txt', 'notes');
	await send('Hello', {
		sampling: {
			model: byId('openai/gpt-sandbox'),
			temperature: 0.2,
			max_tokens: 99,
			top_p: 0.5,
			frequency_penalty: 1,
			presence_penalty: -1,
			reasoning_effort: 'low',
			reasoning_summary: 'auto',
			image_detail: 'high',
		},
		retrieval: {
			knowledge_bases: [base.id],
			top_k: 3,
			search_type: 'hybrid',
			retrieval_options: '{ "rerank": true }',
			enable_query_rewrite: false,
		},
		memory: {
			archival_mode: 'auto',
			archival_limit: 5,
			archival_min_score: 0.5,
			include_user_core: false,
			include_agent_core: true,
		},
		context: {
			attachment_ids: attachmentId,
			context_refs: { reference: [{ system: 'crm', type: 'customer', id: '42' }] },
			prompt_blocks: { block: [{ name: 'style', body: 'Be kind', tags: 'a, b', mode: 'cached' }] },
			session_context: '{ "page": "home" }',
		},
		behaviour: {
			artifacts: 'document',
			client_timezone: 'Europe/Berlin',
			enable_planning: true,
			enable_reflection: false,
			max_turns: 3,
			selected_tools: 'lookup_order, send_email',
			skills: 'writing',
			verbose: false,
		},
		source: {
			source: 'crm',
			source_id: 'ticket-7',
			source_metadata: '{ "priority": 1 }',
			call_id: 'call-of-mine',
			message_id: 'message-of-mine',
		},
	});
	const [full] = await sent(/chat/);
	await send('Hello');
	const [, bare] = await sent(/chat/);

	expect(full.body).toEqual({
		message: 'Hello',
		conversation_id: expect.any(String),
		message_id: 'message-of-mine',
		stream: true,
		model: 'openai/gpt-sandbox',
		temperature: 0.2,
		max_tokens: 99,
		top_p: 0.5,
		frequency_penalty: 1,
		presence_penalty: -1,
		reasoning_effort: 'low',
		reasoning_summary: 'auto',
		image_detail: 'high',
		knowledge_bases: [base.id],
		retrieval_options: { rerank: true, top_k: 3, search_type: 'hybrid' },
		enable_query_rewrite: false,
		memory_policy: {
			archival_mode: 'auto',
			archival_limit: 5,
			archival_min_score: 0.5,
			include_user_core: false,
			include_agent_core: true,
		},
		attachment_ids: [attachmentId],
		context_refs: [{ system: 'crm', type: 'customer', id: '42' }],
		prompt_blocks: [{ name: 'style', body: 'Be kind', tags: ['a', 'b'], mode: 'cached' }],
		session_context: { page: 'home' },
		artifacts: ['document'],
		client_timezone: 'Europe/Berlin',
		enable_planning: true,
		enable_reflection: false,
		max_turns: 3,
		selected_tools: ['lookup_order', 'send_email'],
		skills: ['writing'],
		verbose: false,
		source: 'crm',
		source_id: 'ticket-7',
		source_metadata: { priority: 1 },
		call_id: 'call-of-mine',
	});
	expect(bare.body).toEqual({
		message: 'Hello',
		conversation_id: expect.any(String),
		message_id: expect.any(String),
		stream: true,
		verbose: true,
	});
});

test('a message id of its own is answered with the run it has', async () => {
	const again = {
		conversationMode: 'existing',
		conversation: byId(await newConversation()),
		source: { message_id: 'order-7' },
	};
	const first = await send('Hello', again);
	const second = await send('Hello', again);

	expect(second).toEqual(first);
	expect(await runs()).toMatchObject([{ message_id: 'order-7', requests: 2 }]);
});

test('a model that the tenant does not allow is refused with a way out', async () => {
	const failure = await failureOf(send('Hello', { sampling: { model: byId('openai/other') } }));

	expect(failure).toMatchObject({
		httpCode: '403',
		message: 'AgentFlow: Model openai/other is not allowed for this tenant',
		description: expect.stringContaining('your tenant may not be allowed to use the chosen model'),
	});
});

describe("n8n's chat", () => {
	const chunksOf = async (more = {}, streaming = true) => {
		const { chunks } = await result('agent', 'sendMessage', message('Hello', more), { streaming });
		return chunks.map(({ type, content }) => content ?? type);
	};

	test('shows the answer word by word', async () => {
		await behave('MainAgent', { answer: 'one two three four', deltas: 4 });
		const chunks = await chunksOf();

		expect(chunks.at(0)).toBe('begin');
		expect(chunks.at(-1)).toBe('end');
		expect(chunks.slice(1, -1)).toHaveLength(4);
		expect(chunks.slice(1, -1).join('')).toBe('one two three four');
	});

	test('shows an answer that is not streamed as a whole', async () => {
		await behave('MainAgent', { answer: 'one two' });
		await settings({ collected: 'text' });

		expect(await chunksOf({ options: { nonStreaming: true } })).toEqual([
			'begin',
			'one two',
			'end',
		]);
	});

	test('shows the rest after a cut, and nothing twice', async () => {
		await behave('MainAgent', { answer: 'one two three four', deltas: 4 });
		await settings({ cut: { afterEvents: 3, times: 1 } });
		const chunks = await chunksOf();

		expect(chunks.slice(1, -1).join('')).toBe('one two three four');
	});

	test('is left alone where nobody chats', async () => {
		expect(await chunksOf({}, false)).toEqual([]);
	});
});

test('the names of agents are looked up once for all items', async () => {
	await rows(
		'agent',
		'sendMessage',
		{ ...message('Hello'), agent: byName('={{ $json.agent }}') },
		{
			items: [{ agent: 'MainAgent' }, { agent: 'TasksAgent' }, { agent: 'MainAgent' }],
		},
	);

	expect(await sentLines(/\/agents$/)).toEqual(['GET /api/v1/agents']);
});

test('the names of agents are looked up anew after a fault', async () => {
	await control.fault({ kind: 'status', status: 500, match: { path: '/agents' } });
	const answers = await rows(
		'agent',
		'sendMessage',
		message('Hello', { options: { parallelRuns: 1 } }),
		{
			items: [{}, {}],
			continueOnFail: true,
		},
	);

	expect(answers).toMatchObject([{ details: { http_status: 500 } }, { status: 'completed' }]);
});
