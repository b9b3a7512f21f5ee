// Every operation that is one request and its answer: agents, conversations, tools, knowledge bases,
// prompt blocks, memory, artifacts, models, system; on new servers and on older ones.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import type { FaultDefinition } from '../../../sandbox/core/faults.mts';
import {
	agentId,
	api,
	behave,
	byId,
	byName,
	control,
	execute,
	failureOf,
	message,
	messagesIn,
	newConversation,
	offered,
	drawn,
	reset,
	row,
	rows,
	sent,
	sentLines,
	settings,
	until,
	useSandbox,
} from './support.mts';

useSandbox();
beforeEach(reset);

const main = byName('MainAgent');
const file = (content: string, fileName = 'notes.md') => ({
	data: Buffer.from(content).toString('base64'),
	mimeType: 'text/markdown',
	fileName,
});

describe('lists, whatever is around them', () => {
	test.each(['array', 'agents', 'items', 'results', 'data'] as const)(
		'agents in %s',
		async (agentList) => {
			await settings({ agentList });

			expect(await rows('agent', 'getAll')).toHaveLength(7);
			expect(await offered('searchAgents')).toHaveLength(7);
		},
	);

	test.each([
		['tool', { agent: byName('EmailsAgent') }, 'send_email'],
		['model', {}, 'OpenAI'],
		['knowledgeBase', {}, 'Shop handbook'],
		['promptBlock', {}, 'house_style'],
	])('%s on new and older servers', async (resource, parameters, known) => {
		const listed = await rows(resource, 'getAll', { simplify: false, ...parameters });
		await settings({ older: true });

		expect(listed.length).toBeGreaterThan(0);
		expect(JSON.stringify(listed).toLowerCase()).toContain(known.toLowerCase());
		expect(await rows(resource, 'getAll', { simplify: false, ...parameters })).toEqual(listed);
	});

	test.each(['agent', 'model', 'promptBlock'])('%s up to a limit', async (resource) => {
		expect(await rows(resource, 'getAll', { limit: 1 })).toHaveLength(1);
	});

	test('that is none is refused with the route and the reason', async () => {
		await control.fault({ kind: 'status', status: 200, body: { page: 1 } });
		const failure = await failureOf(rows('agent', 'getAll'));

		expect(failure.message).toBe(
			'Unexpected answer of AgentFlow to GET /api/v1/agents: the answer: Required',
		);
	});
});

describe('an agent', () => {
	test('is read simplified and raw', async () => {
		const simple = await row('agent', 'get', { agent: byName('RecordsAgent') });
		const raw = await row('agent', 'get', { agent: byName('RecordsAgent'), simplify: false });

		expect(simple).toEqual({
			id: await agentId('RecordsAgent'),
			name: 'RecordsAgent',
			description: 'Looks up customers and orders',
			model: 'openai/gpt-sandbox',
			tools: ['lookup_order'],
			sub_agents: [],
		});
		expect(raw).toMatchObject({ max_turns: 10, llm_config: { temperature: 0.7 } });
	});

	test('has its configuration read and changed, and only what changes is sent', async () => {
		const changed = await row('agent', 'updateConfiguration', {
			agent: main,
			updateFields: {
				system_prompt: 'Be kind',
				enable_reflection: true,
				temperature: 0.1,
				others: '{ "description": "New" }',
			},
		});
		const [{ body }] = await sent(/config/);

		expect(body).toEqual({
			system_prompt: 'Be kind',
			enable_reflection: true,
			description: 'New',
			llm_config: { temperature: 0.1 },
		});
		expect(await row('agent', 'getConfiguration', { agent: main })).toEqual(changed);
		expect(changed).toMatchObject({ system_prompt: 'Be kind', max_turns: 10 });
	});

	test('keeps other settings of the model beside those of the form', async () => {
		await row('agent', 'updateConfiguration', {
			agent: main,
			updateFields: {
				temperature: 0.1,
				others: '{ "llm_config": { "top_p": 0.5, "temperature": 1 } }',
			},
		});

		expect((await sent(/config/))[0].body).toEqual({
			llm_config: { top_p: 0.5, temperature: 0.1 },
		});
	});

	test('is not changed by nothing', async () => {
		const failure = await failureOf(row('agent', 'updateConfiguration', { agent: main }));

		expect(failure.message).toBe('Nothing is to be changed');
		expect(await sent(/config/)).toEqual([]);
	});

	test('is deleted', async () => {
		expect(await row('agent', 'delete', { agent: byName('TasksAgent') })).toEqual({
			deleted: true,
		});
		expect(await agentId('TasksAgent')).toBe('');
	});

	test('is counted', async () => {
		expect(await row('agent', 'getStatistics')).toMatchObject({ total_agents: 7 });
	});
});

describe('a conversation', () => {
	test('is created, read and listed', async () => {
		const created = await row('conversation', 'create', { agent: main, title: 'Customer 42' });
		const conversation = byId(String(created.id));

		expect(created).toMatchObject({ title: 'Customer 42', agent_id: await agentId('MainAgent') });
		expect(await row('conversation', 'get', { conversation })).toMatchObject({
			id: created.id,
			has_active_generation: false,
			message_count: 0,
		});
		expect(await rows('conversation', 'getAll')).toContainEqual(
			expect.objectContaining({ id: created.id, title: 'Customer 42' }),
		);
	});

	test('is found by all filters', async () => {
		const found = async (filters: INodeParameters) =>
			(await rows('conversation', 'getAll', { filters })).map(({ title }) => title);

		expect(await found({ agent: byName('EmailsAgent') })).toEqual(['Newsletter']);
		expect(await found({ source: 'crm' })).toEqual(['Newsletter']);
		expect(await found({ excludeSource: 'crm' })).toEqual(['Where is my order?']);
		expect(await found({ sourceRefId: 'campaign-7', allUsers: true })).toHaveLength(2);
	});

	test('is not listed by an agent that an expression does not find', async () => {
		const failure = await failureOf(
			rows(
				'conversation',
				'getAll',
				{ filters: { agent: byName('={{ $json.missing }}') } },
				{ items: [{}] },
			),
		);

		expect(failure.message).toMatch(/'Agent' is empty: its expression gives nothing/);
	});

	test('of all users needs a source reference', async () => {
		const failure = await failureOf(
			rows('conversation', 'getAll', { filters: { allUsers: true } }),
		);

		expect(failure.message).toBe("The filter 'All Users' needs 'Source Reference ID'");
	});

	test('is among all pages', async () => {
		for (let count = 0; count < 205; count++) await newConversation();

		expect(await rows('conversation', 'getAll', { returnAll: true })).toHaveLength(207);
		expect(await sentLines(/conversations\?/)).toHaveLength(3);
		expect(await rows('conversation', 'getAll', { limit: 120 })).toHaveLength(120);
	});

	test('holds messages, of which the last are shown', async () => {
		const conversation = byId(await newConversation());
		const texts = Array.from({ length: 60 }, (_, index) => `Message ${index}`);
		const added = await rows(
			'conversation',
			'addMessage',
			{ conversation, message: '={{ $json.text }}' },
			{ items: texts.map((text) => ({ text })) },
		);
		const shown = async (more: INodeParameters) =>
			(await rows('conversation', 'getMessages', { conversation, ...more })).map(
				({ content }) => content,
			);

		expect(added[0]).toMatchObject({ role: 'user', content: 'Message 0' });
		expect(await shown({ returnAll: true })).toEqual(texts);
		expect(await shown({ limit: 2 })).toEqual(['Message 58', 'Message 59']);
		expect(await shown({ returnAll: true, options: { role: 'assistant' } })).toEqual([]);
	});

	test('takes a message with an id and metadata', async () => {
		const id = await newConversation();
		await row('conversation', 'addMessage', {
			conversation: byId(id),
			message: 'Hello',
			options: { messageId: 'mine', metadata: '{ "from": "crm" }' },
		});

		expect(await messagesIn(id)).toMatchObject([{ id: 'mine', metadata: { from: 'crm' } }]);
	});

	test('has a timeline', async () => {
		const answer = await row('agent', 'sendMessage', message('Hello'));
		const timeline = await row('conversation', 'getTimeline', {
			conversation: byId(String(answer.conversation_id)),
		});

		expect(timeline.timeline).toMatchObject([{ type: 'start' }, { type: 'end' }]);
	});
});

describe('a tool', () => {
	const agent = byName('RecordsAgent');

	test('is registered, seen and deleted', async () => {
		const registered = await row('tool', 'register', {
			agent,
			name: 'greet',
			description: 'Greets somebody',
			functionCode: 'def greet(name: str): return name',
			argsSchema: '{ "type": "object", "properties": { "name": { "type": "string" } } }',
			additionalFields: {
				tags: 'a, b',
				group: 'greetings',
				require_approval: false,
				secure_execution: true,
				execution_timeout: 5,
				param_descriptions: '{ "name": "Whom to greet" }',
				target_agent_ids: await agentId('TasksAgent'),
				others: '{ "parameters": {} }',
			},
		});
		const [{ body }] = await sent(/tools/);
		const deleted = await row('tool', 'delete', { agent, tool: byId('greet') });

		expect(registered).toMatchObject({ tool_id: expect.any(String) });
		expect(body).toEqual({
			name: 'greet',
			description: 'Greets somebody',
			function_code: 'def greet(name: str): return name',
			args_schema: { type: 'object', properties: { name: { type: 'string' } } },
			tags: ['a', 'b'],
			group: 'greetings',
			require_approval: false,
			secure_execution: true,
			execution_timeout: 5,
			param_descriptions: { name: 'Whom to greet' },
			target_agent_ids: [await agentId('TasksAgent')],
			parameters: {},
		});
		expect(
			await offered('searchTools', {
				parameters: { agent: byName('TasksAgent') },
				filter: 'greet',
			}),
		).toHaveLength(1);
		expect(deleted).toEqual({ deleted: true });
		expect(await offered('searchTools', { parameters: { agent }, filter: 'greet' })).toEqual([]);
	});

	test('draws its arguments, and runs with them', async () => {
		const picked = { resource: 'tool', operation: 'run', agent, tool: byId('lookup_order') };
		const { fields } = await drawn('getToolArguments', picked);
		const answer = await row('tool', 'run', {
			agent,
			tool: byId('lookup_order'),
			arguments: {
				mappingMode: 'defineBelow',
				value: { order_number: '1002' },
				matchingColumns: [],
				schema: JSON.parse(JSON.stringify(fields)),
			},
		});

		expect(fields).toMatchObject([{ id: 'order_number', type: 'string', required: true }]);
		expect(answer).toMatchObject({
			status: 'completed',
			result: { order_number: '1002', status: 'on its way, expected 2026-03-09' },
		});
		expect((await sent(/run$/))[0].body).toEqual({
			arguments: { order_number: '1002' },
			conversation_id: answer.conversation_id,
			message_id: answer.message_id,
			stream: true,
		});
	});

	test('is not run while the editor has not drawn its arguments', async () => {
		// So the editor stores them from the choice of another tool until it has its arguments.
		const undrawn = { mappingMode: 'defineBelow', value: null, matchingColumns: [], schema: [] };
		const failure = await failureOf(
			row('tool', 'run', { agent, tool: byId('lookup_order'), arguments: undrawn }),
		);

		expect(failure.message).toBe("'Arguments' has not been drawn by the editor yet");
		expect(failure.description).toContain("Open the node, wait for 'Arguments'");
		expect(await sent(/run$/)).toEqual([]);
	});

	test('runs in one piece as well', async () => {
		const answer = await row('tool', 'run', {
			agent,
			tool: byId('lookup_order'),
			specifyArguments: 'json',
			argumentsJson: '{ "order_number": "1001" }',
			options: { nonStreaming: true },
		});

		expect(answer.result).toMatchObject({ status: 'delivered on 2026-03-02' });
	});

	test('says why a second call with its key is refused', async () => {
		await settings({ toolMs: 1000 });
		const call = async () =>
			await row('tool', 'run', {
				agent,
				tool: byId('lookup_order'),
				specifyArguments: 'json',
				argumentsJson: '{ "order_number": "1001" }',
				idempotencyKey: 'order-1001',
			});
		const first = call();
		await until(async () => (await sent(/run$/)).length === 1);
		const failure = await failureOf(call());

		expect(failure).toMatchObject({
			httpCode: '409',
			description: expect.stringContaining("A call with the idempotency key 'order-1001' is still"),
		});
		expect(await first).toMatchObject({ status: 'completed' });
	});

	test('says nothing of a key where none was given', async () => {
		await control.fault({
			kind: 'status',
			status: 409,
			body: { detail: 'The tool is being changed' },
			match: { path: '/run$' },
		});
		const failure = await failureOf(
			row('tool', 'run', { agent, tool: byId('lookup_order'), specifyArguments: 'json' }),
		);

		expect(failure.message).toBe('AgentFlow: The tool is being changed');
		expect(failure.description).not.toContain('idempotency key');
	});

	test('is not run again after a cut', async () => {
		await settings({ cut: { afterEvents: 1, times: 1 }, toolMs: 50 });
		const failure = await failureOf(
			row('tool', 'run', {
				agent,
				tool: byId('lookup_order'),
				specifyArguments: 'json',
				argumentsJson: '{ "order_number": "1001" }',
			}),
		);

		expect(failure.message).toMatch(/^It is not known how tool call .* of 'lookup_order' ended/);
		expect(failure.description).toMatch(/was not called again\. Look at the conversation conv_/);
		expect(await sentLines(/run$/)).toHaveLength(1);
	});

	test.each([
		['reset-after' as const, {}],
		['status' as const, { status: 502 }],
	])('is not run again after %s', async (kind, more) => {
		await control.fault({ kind, ...more, match: { path: '/run$' } });
		const failure = await failureOf(
			row('tool', 'run', {
				agent,
				tool: byId('lookup_order'),
				specifyArguments: 'json',
				argumentsJson: '{}',
			}),
		);

		expect(failure.message).toMatch(/^It is not known how tool call/);
		expect(await sentLines(/run$/)).toHaveLength(1);
	});

	test('has its approval set', async () => {
		const tool = byId('lookup_order');

		expect(
			await row('tool', 'setApproval', { agent, tool, enabled: true, timeout: 60 }),
		).toMatchObject({ enabled: true, timeout_seconds: 60 });
		expect(await row('tool', 'setApproval', { agent, tool, enabled: false })).toMatchObject({
			enabled: false,
		});
		expect((await sent(/approval$/)).map(({ body }) => body)).toEqual([
			{ enabled: true, timeout_seconds: 60 },
			{ enabled: false },
		]);
	});
});

describe('a knowledge base', () => {
	const handbook = async () => byId((await api.get('/knowledge-bases')).data.knowledge_bases[0].id);

	test('is searched, with all options', async () => {
		const knowledgeBase = await handbook();
		const found = await rows('knowledgeBase', 'search', {
			knowledgeBase,
			query: 'How long does a refund take?',
			limit: 1,
			options: {
				search_type: 'keyword',
				vector_weight: 0.5,
				keyword_weight: 0.5,
				similarity_threshold: 0.1,
				metadata_filters: '{ "lang": "en" }',
				enable_mmr: true,
				mmr_lambda: 0.5,
				neighboring_chunks_count: 1,
			},
		});

		expect(found).toMatchObject([
			{ source_file: 'returns.md', content: expect.stringContaining('refund') },
		]);
		expect((await sent(/search/))[0].body).toEqual({
			query: 'How long does a refund take?',
			limit: 1,
			search_type: 'keyword',
			vector_weight: 0.5,
			keyword_weight: 0.5,
			similarity_threshold: 0.1,
			metadata_filters: { lang: 'en' },
			enable_mmr: true,
			mmr_lambda: 0.5,
			neighboring_chunks_count: 1,
		});
		await settings({ older: true });
		expect(await rows('knowledgeBase', 'search', { knowledgeBase, query: 'refund' })).toMatchObject(
			[{ metadata: { source_file: 'returns.md' } }],
		);
	});

	test('is made of files, takes more in, and is waited for', async () => {
		await settings({ ingestMs: 300 });
		const items = [
			{ json: {}, binary: { one: file('Cats purr.', 'cats.md'), two: file('Dogs bark.') } },
		];
		const created = await row(
			'knowledgeBase',
			'create',
			{
				name: 'Animals',
				description: 'All about them',
				binaryProperties: 'one, two',
				options: { chunk_size: 500, overlap_percentage: 0.1, tags: 'a, b' },
			},
			{ items },
		);
		const knowledgeBase = byId(String(created.id));
		const added = await row(
			'knowledgeBase',
			'addDocuments',
			{ knowledgeBase, binaryProperties: 'one', options: { pollInterval: 1 } },
			{ items },
		);

		expect(created).toMatchObject({
			name: 'Animals',
			files_uploaded: 2,
			configuration: { chunk_size: 500, overlap_percentage: 0.1 },
		});
		expect(added).toMatchObject({ status: 'completed', files_queued: 1, job: { progress: 1 } });
		expect(await row('knowledgeBase', 'get', { knowledgeBase })).toMatchObject({
			name: 'Animals',
			status: 'ready',
			document_count: 3,
		});
		expect(await rows('knowledgeBase', 'search', { knowledgeBase, query: 'Cats' })).toHaveLength(2);
	});

	const addMore = async (options: INodeParameters = {}) =>
		await row(
			'knowledgeBase',
			'addDocuments',
			{ knowledgeBase: await handbook(), options },
			{ items: [{ json: {}, binary: { data: file('More') } }] },
		);

	test('takes documents in although a look at the job fails', async () => {
		await control.fault({ kind: 'status', status: 500, match: { path: '/batches/' } });

		expect(await addMore()).toMatchObject({ status: 'completed', job: { progress: 1 } });
	});

	test('takes documents in although the job is not found at first', async () => {
		await control.fault({ kind: 'status', status: 404, match: { path: '/batches/' }, times: 4 });

		expect(await addMore()).toMatchObject({ status: 'completed', job: { progress: 1 } });
	});

	test('names the job that cannot be looked at', async () => {
		await settings({ ingestMs: 60_000 });
		await control.fault({ kind: 'status', status: 404, match: { path: '/batches/' }, times: null });
		const failure = await failureOf(addMore({ maxWait: 2 }));

		expect(failure.message).toMatch(/while waiting for batch kb_ingest_\w+/);
		expect(failure.description).toMatch(/does not know the batch yet/);
	});

	test('can be left to take documents in by itself', async () => {
		await settings({ ingestMs: 60_000 });
		const added = await row(
			'knowledgeBase',
			'addDocuments',
			{ knowledgeBase: await handbook(), waitForCompletion: false },
			{ items: [{ json: {}, binary: { data: file('More') } }] },
		);

		expect(added).toMatchObject({ status: 'processing', job_id: expect.stringMatching(/^kb_/) });
	});

	test('is made of a web site', async () => {
		const created = await row('knowledgeBase', 'create', {
			from: 'url',
			name: 'Help',
			description: 'The help pages',
			websiteUrl: 'https://example.com/help',
			options: { max_crawl_depth: 1, max_crawl_pages: 5 },
		});
		const [{ body, headers }] = await sent(/create-from-url/);

		expect(created).toMatchObject({ name: 'Help', source_type: 'website' });
		expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
		expect(body).toEqual({
			name: 'Help',
			description: 'The help pages',
			website_url: 'https://example.com/help',
			max_crawl_depth: '1',
			max_crawl_pages: '5',
		});
	});

	test('is not made of no file', async () => {
		const failure = await failureOf(
			row('knowledgeBase', 'create', { name: 'Empty', binaryProperties: ' , ' }),
		);

		expect(failure.message).toBe("'Input Binary Fields' names no field");
	});
});

describe('a prompt block', () => {
	test('is created and previewed', async () => {
		const created = await row('promptBlock', 'create', {
			name: 'greeting',
			body: 'Say hello as {agent_name}',
			additionalFields: { agents: 'MainAgent', tags: 'style', order: 2, scope: 'turn', ttl: 30 },
		});
		const preview = async (more = {}) =>
			await row('promptBlock', 'preview', {
				promptBlock: byName('greeting'),
				agent: byId(await agentId('MainAgent')),
				...more,
			});

		expect(created).toMatchObject({ agents: ['MainAgent'], tags: ['style'], order: 2, ttl: 30 });
		expect((await sent(/prompt-blocks$/))[0].body).toMatchObject({ type: 'static' });
		expect(await preview()).toMatchObject({ body: 'Say hello as MainAgent' });
		expect(await preview({ body: 'Bye, {agent_name}' })).toMatchObject({ body: 'Bye, MainAgent' });
		expect(await offered('searchPromptBlocks', { filter: 'greet' })).toMatchObject([
			{ value: 'greeting' },
		]);
	});
});

describe('memory', () => {
	const core = { block: 'core', scope: 'user' };
	const update = async (content: string, more: INodeParameters = {}) =>
		await row('memory', 'updateBlock', { ...core, content, ...more });
	const read = async () => (await row('memory', 'getBlock', core)).content;
	/** Somebody else's write, between this node's read and its write. */
	const somebodyElse = async (content: string) => {
		const { data } = await api.get('/memory/blocks/core', { params: { scope: 'user' } });
		await api.put(
			'/memory/blocks/core',
			{ content, expected_updated_at: data.updated_at },
			{ params: { scope: 'user' } },
		);
	};

	const untilWritten = async (times: number) =>
		await until(
			async () => (await sent(/memory/)).filter(({ method }) => method === 'PUT').length === times,
		);

	test('begins, and grows at both ends', async () => {
		await update('Likes tea');
		await update('Lives in Lisbon');
		await update('Is called Ada', { change: 'prepend' });

		expect(await read()).toBe('Is called Ada\nLikes tea\nLives in Lisbon');
		await update('Nothing', { change: 'replace' });
		expect(await read()).toBe('Nothing');
		expect((await sent(/memory/)).find(({ method }) => method === 'PUT')?.body).toEqual({
			content: 'Likes tea',
			expected_updated_at: null,
		});
	});

	test('that has not begun is said to be none, and how it begins', async () => {
		expect(await failureOf(read())).toMatchObject({
			httpCode: '404',
			message: expect.stringContaining('Memory block not found'),
			description: 'Nothing is remembered there yet: Memory: Update Block begins it.',
		});
	});

	test('is not emptied by an expression that gives nothing', async () => {
		await update('Likes tea');
		const failure = await failureOf(update('={{ $json.missing }}', { change: 'replace' }));

		expect(failure.message).toMatch(/'Content' is required/);
		expect(await read()).toBe('Likes tea');
	});

	test("is an agent's own as well", async () => {
		await row('memory', 'updateBlock', {
			block: 'archival',
			scope: 'agent',
			agent: main,
			content: 'Ships on Mondays',
		});
		const lines = await rows('memory', 'recall', {
			query: 'When does it ship?',
			options: { agent: main, limit: 1 },
		});

		expect(lines).toMatchObject([{ content: 'Ships on Mondays', scope: 'agent' }]);
		expect(await rows('memory', 'recall', {})).toHaveLength(2);
	});

	test('says who won when somebody else has written meanwhile', async () => {
		await update('Mine');
		await control.fault({ kind: 'latency', ms: 300, match: { method: 'PUT' } });
		const mine = update('More of mine');
		await untilWritten(2);
		await somebodyElse('Theirs');
		const failure = await failureOf(mine);

		expect(failure.message).toMatch(
			/^Somebody else changed the memory block at \d{4}-.*theirs counts/,
		);
		expect(failure.description).toContain('It now holds: "Theirs"');
		expect(await read()).toBe('Theirs');
	});

	test('is changed all the same with Overwrite', async () => {
		await update('Mine');
		await control.fault({ kind: 'latency', ms: 300, match: { method: 'PUT' } });
		const mine = update('More of mine', { overwrite: true });
		await untilWritten(2);
		await somebodyElse('Theirs');
		await mine;

		expect(await read()).toBe('Theirs\nMore of mine');
	});

	test.each([
		[false, 'Run the node again, or switch Overwrite on.'],
		[true, 'Run the node again.'],
	])('says what is left to do, with Overwrite: %s', async (overwrite, way) => {
		await update('Theirs');
		await control.fault({ kind: 'status', status: 409, times: null, match: { method: 'PUT' } });
		const failure = await failureOf(update('Mine', { overwrite }));

		expect(failure.description).toBe(
			`It now holds: "Theirs". Not written: "Theirs\\nMine". ${way}`,
		);
	});

	test('is written once although the answer got lost', async () => {
		await update('Mine');
		await control.fault({ kind: 'reset-after', match: { method: 'PUT' } });
		await update('More');

		expect(await read()).toBe('Mine\nMore');
	});

	test('that is too long is refused with the reason', async () => {
		const failure = await failureOf(update('x'.repeat(5000)));

		expect(failure).toMatchObject({
			httpCode: '422',
			message: 'AgentFlow: content: Value error, too long for core memory',
		});
	});
});

describe('an artifact', () => {
	test('is read, listed and has its state changed', async () => {
		await behave('MainAgent', { artifact: 'document' });
		const answer = await row('agent', 'sendMessage', message('Write'));
		const [artifactId] = answer.artifact_ids as string[];
		const conversation = byId(String(answer.conversation_id));

		expect(await row('artifact', 'get', { artifactId })).toMatchObject({
			id: artifactId,
			artifact_type: 'document',
		});
		expect(
			await row('artifact', 'updateState', { artifactId, state: '{ "read": true }' }),
		).toMatchObject({ state: { read: true } });
		const listed = await rows('artifact', 'getAll', { conversation });
		await settings({ older: true });

		expect(listed).toMatchObject([{ id: artifactId }]);
		expect(await rows('artifact', 'getAll', { conversation })).toEqual(listed);
	});

	test.each([false, true])('has a type, on an older server: %s', async (older) => {
		await settings({ older });

		expect(await rows('artifact', 'getTypes')).toEqual([
			{ type: 'document' },
			{ type: 'table' },
			{ type: 'code' },
		]);
	});
});

test('the instance says how it is', async () => {
	expect(await row('system', 'health')).toMatchObject({ status: 'healthy' });
	expect(await row('system', 'ready')).toMatchObject({ status: 'ready', database: 'ok' });
});

describe('the lists of the editor', () => {
	test('show what there is', async () => {
		expect(await offered('searchConversations')).toContainEqual({
			name: expect.stringMatching(/^Where is my order\? \(\d{4}-.*, 2 messages\)$/),
			value: expect.stringMatching(/^conv_/),
			description: expect.stringMatching(/^conv_/),
		});
		expect(await offered('searchModels', { filter: 'claude' })).toMatchObject([
			{ name: 'Claude Sandbox (anthropic)', value: 'anthropic/claude-sandbox' },
		]);
		expect(await offered('searchKnowledgeBases')).toMatchObject([{ name: 'Shop handbook' }]);
		expect(
			await offered('searchSubagents', { parameters: { agent: main }, filter: 'emails' }),
		).toMatchObject([{ name: 'EmailsAgent', value: await agentId('EmailsAgent') }]);
	});

	test('are empty while no agent is picked', async () => {
		expect(await offered('searchTools', { parameters: { agent: byId('') } })).toEqual([]);
		expect(await offered('searchSubagents', { parameters: { agent: byId('') } })).toEqual([]);
		expect(
			await drawn('getToolArguments', {
				resource: 'tool',
				operation: 'run',
				agent: byId(''),
				tool: byId(''),
			}),
		).toMatchObject({
			emptyFieldsNotice: 'Pick an agent and a tool first.',
		});
	});
});

test.each([
	['artifact', 'get', { artifactId: 'a' }, { id: 'a', content: { rows: [1] }, state: 'new' }],
	['agent', 'getConfiguration', {}, { system_prompt: ['a', 'b'], more: 1 }],
	['memory', 'getBlock', {}, { content: 'Likes tea', created_at: 1772539200 }],
])(
	'%s %s hands on what has another form than expected',
	async (resource, operation, parameters, body) => {
		await control.fault({
			kind: 'status',
			status: 200,
			body,
			match: { path: '/(artifacts|config|memory)' },
		});

		expect(await row(resource, operation, { ...parameters, agent: byName('MainAgent') })).toEqual(
			body,
		);
	},
);

describe('the undocumented answer to a change is no reason to fail', () => {
	const website = { from: 'url', name: 'Help', description: 'Help', websiteUrl: 'https://a.org' };
	const changes: Array<[string, string, INodeParameters, FaultDefinition['match']]> = [
		['knowledgeBase', 'create', website, { path: 'create-from-url' }],
		['artifact', 'updateState', { artifactId: 'a', state: '{"a":1}' }, { path: '/state' }],
		['memory', 'updateBlock', { content: 'Tea' }, { method: 'PUT', path: '/memory' }],
		['agent', 'updateConfiguration', { updateFields: { max_turns: 3 } }, { path: '/config' }],
		['tool', 'setApproval', { tool: byId('t'), enabled: true }, { path: '/approval' }],
		['approval', 'deny', { approval: byId('a') }, { path: '/respond' }],
	];
	const changed = async ([resource, operation, parameters, match]: (typeof changes)[number]) => {
		const more = { agent: byName('MainAgent'), ...parameters };
		return { match, change: async () => await row(resource, operation, more) };
	};

	test.each(changes)('%s %s: of another form', async (...of) => {
		const { match, change } = await changed(of);
		const body = { done: true, updated: ['x'] };
		await control.fault({ kind: 'status', status: 200, body, match });

		expect(await change()).toMatchObject(body);
	});

	test.each(changes)('%s %s: none', async (...of) => {
		const { match, change } = await changed(of);
		await control.fault({ kind: 'malformed', body: '', match });

		expect(await change()).not.toHaveProperty('value');
	});

	test.each(changes)('%s %s: but a page of something else is', async (...of) => {
		const { match, change } = await changed(of);
		await control.fault({ kind: 'malformed', match });

		expect((await failureOf(change())).message).toMatch(/^Unexpected answer of AgentFlow/);
	});
});

test('items that meet a fault fail alone', async () => {
	await control.fault({ kind: 'status', status: 500, skip: 1, match: { path: '/agent/' } });
	const items = await execute(
		'agent',
		'get',
		{ agent: byId(await agentId('MainAgent')) },
		{ items: [{}, {}, {}], continueOnFail: true },
	);

	expect(items.map(({ json, pairedItem }) => [json.name ?? json.error, pairedItem])).toEqual([
		['MainAgent', { item: 0 }],
		['AgentFlow: Injected fault: status 500', { item: 1 }],
		['MainAgent', { item: 2 }],
	]);
});
