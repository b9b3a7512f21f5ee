// The documented lines of `docs/contracts/agentflow.md`, but for runs (`agentflow.runs.test.mts`)
// and the OpenAPI document with the older shapes (`agentflow.variants.test.mts`).
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startAgentFlow, until } from './agentflowClient.mts';
import type { AgentFlowClient } from './agentflowClient.mts';

let flow: AgentFlowClient;
let main: string;

beforeAll(async () => {
	flow = await startAgentFlow();
});
afterAll(async () => await flow.close());
beforeEach(async () => {
	await flow.reset();
	main = await flow.agentId('MainAgent');
});

function form(fields: Record<string, string>, files: Array<[string, string, string]>): FormData {
	const data = new FormData();
	for (const [name, value] of Object.entries(fields)) data.append(name, value);
	for (const [field, name, text] of files) data.append(field, new Blob([text]), name);
	return data;
}

describe('Transport', () => {
	test.each([
		['GET / status', '/', { status: 'ok' }],
		['GET /health (API and memory)', '/health', { api: 'ok', memory_mb: expect.any(Number) }],
		['GET /ready (database)', '/ready', { database: 'ok' }],
		['/openapi.json', '/openapi.json', { openapi: '3.1.0' }],
	])('%s, without a token', async (_line, url, body) => {
		const answer = await flow.anonymous({ url });
		expect(answer.status).toBe(200);
		expect(answer.data).toMatchObject(body);
	});

	test.each(['/docs', '/redoc'])('%s is a page that names the stand-in', async (url) => {
		expect((await flow.anonymous({ url })).data).toContain('This is not the real AgentFlow');
	});

	test.each([
		['no token', {}],
		['an empty token', { authorization: 'Bearer ' }],
		['a bad token', { authorization: 'Bearer abc.def.ghi' }],
		['another scheme', { authorization: 'Basic abc' }],
	])('Authorization: Bearer on everything else: %s is a 401', async (_name, headers) => {
		const answer = await flow.anonymous({ url: '/api/v1/agents', headers });
		expect(answer.status).toBe(401);
		expect(answer.data).toEqual({ detail: expect.any(String) });
	});

	test('human tokens carry the tenant in a claim: no more headers', async () => {
		expect((await flow.get('/api/v1/agents')).status).toBe(200);
		expect(flow.announced.authDomain).toBe(new URL(flow.announced.baseUrl).host);
	});

	test('DEV_AUTH_BYPASS: requests without the header pass, one that is there is verified', async () => {
		await flow.settings({ devBypass: true });
		const url = '/api/v1/agents';
		expect((await flow.anonymous({ url })).status).toBe(200);
		const wrong = { authorization: 'Bearer abc.def.ghi' };
		expect((await flow.anonymous({ url, headers: wrong })).status).toBe(401);
	});

	test('errors: {"detail"} and 404', async () => {
		for (const url of ['/api/v1/agent/nobody', '/api/v1/nothing']) {
			const answer = await flow.get(url);
			expect(answer.status).toBe(404);
			expect(answer.data).toEqual({ detail: expect.any(String) });
		}
	});

	test('validation 422 {"detail": [{"loc", "msg", "type"}]}, every problem at once', async () => {
		const answer = await flow.post('/api/v1/conversations', { title: 5 });
		expect(answer.status).toBe(422);
		expect(answer.data.detail).toEqual([
			{ loc: ['body', 'agent_id'], msg: 'Field required', type: 'missing' },
			{ loc: ['body', 'title'], msg: 'Input should be a valid string', type: 'string_type' },
		]);
		const noBody = await flow.post('/api/v1/conversations');
		expect(noBody.data.detail).toEqual([{ loc: ['body'], msg: 'Field required', type: 'missing' }]);
		const noJson = await flow.post('/api/v1/conversations', '{', {
			'content-type': 'application/json',
		});
		expect(noJson.status).toBe(422);
	});

	test('faults of the core reach the API: 429 with Retry-After', async () => {
		const fault = { kind: 'status', status: 429, headers: { 'retry-after': '2' } };
		await flow.control('POST', '../faults', { ...fault, match: { path: 'agents' } });
		const answer = await flow.get('/api/v1/agents');
		expect([answer.status, answer.headers['retry-after']]).toEqual([429, '2']);
		expect((await flow.get('/api/v1/agents')).status).toBe(200);
	});
});

describe('Machine tokens', () => {
	const credentials = (): Record<string, string> => ({
		grant_type: 'client_credentials',
		client_id: flow.announced.clientId,
		client_secret: flow.announced.clientSecret,
		audience: flow.announced.audience,
	});
	const ask = async (change: Record<string, string> = {}) =>
		await flow.anonymous({
			method: 'POST',
			url: '/oauth/token',
			data: { ...credentials(), ...change },
		});
	const machine = (token: string, change: Record<string, string | undefined> = {}) => ({
		authorization: `Bearer ${token}`,
		'snc-tenant': flow.announced.tenant,
		'snc-userid': flow.announced.actingUser,
		...change,
	});

	test('POST /oauth/token, as JSON and form-encoded', async () => {
		const body = {
			access_token: expect.any(String),
			expires_in: 3600,
			token_type: 'Bearer',
			scope: expect.stringContaining('agentflow:conversations agentflow:cancellations'),
		};
		expect((await ask()).data).toEqual(body);
		const data = new URLSearchParams(credentials());
		expect((await flow.anonymous({ method: 'POST', url: '/oauth/token', data })).data).toEqual(
			body,
		);
	});

	test.each([
		['client_id', 'other', 401],
		['client_secret', 'wrong', 401],
		['audience', 'https://elsewhere', 403],
		['scope', 'agentflow:everything', 403],
		['grant_type', 'password', 403],
	])('the token endpoint checks %s', async (name, value, status) => {
		const answer = await ask({ [name]: value });
		expect(answer.status).toBe(status);
		expect(answer.data).toEqual({
			error: expect.any(String),
			error_description: expect.any(String),
		});
	});

	test('two headers on every request: snc-tenant equal to the claim, snc-userid not empty', async () => {
		const token = (await ask()).data.access_token;
		const status = async (change: Record<string, string | undefined>) =>
			(await flow.anonymous({ url: '/api/v1/agents', headers: machine(token, change) })).status;
		expect(await status({})).toBe(200);
		expect(await status({ 'snc-tenant': 'another' })).toBe(403);
		expect(await status({ 'snc-tenant': undefined })).toBe(403);
		expect(await status({ 'snc-userid': '' })).toBe(403);
		expect(await status({ 'snc-userid': undefined })).toBe(403);
	});

	test('403 for a scope the token lacks', async () => {
		const token = (await ask({ scope: 'agentflow:cancellations' })).data.access_token;
		const headers = machine(token);
		expect((await flow.anonymous({ url: '/api/v1/conversations', headers })).status).toBe(403);
		expect((await flow.anonymous({ url: '/api/v1/agents', headers })).status).toBe(200);
	});

	test('a short expiry, and all tokens expired at once', async () => {
		const status = async (token: string) =>
			(await flow.anonymous({ url: '/api/v1/agents', headers: machine(token) })).status;
		await flow.settings({ tokenSeconds: 0.05 });
		const short = (await ask()).data;
		expect(short.expires_in).toBe(0.05);
		await until(
			async () => await status(short.access_token),
			(code) => code === 401,
		);

		await flow.settings({ tokenSeconds: 60 });
		const before = (await ask()).data.access_token;
		await flow.control('POST', 'tokens/expire');
		expect(await status(before)).toBe(401);
		expect(await status((await ask()).data.access_token)).toBe(200);
	});

	test('the acting user owns what the machine makes', async () => {
		const headers = machine((await ask()).data.access_token, { 'snc-userid': 'grace@example.com' });
		const mine = await flow.anonymous({ url: '/api/v1/conversations', headers });
		expect(mine.data.conversations).toMatchObject([
			{ title: 'Newsletter, continued by a colleague' },
		]);
	});
});

describe('Agents', () => {
	test('the built-in agents', async () => {
		const { agents } = (await flow.get('/api/v1/agents')).data;
		expect(agents.map(({ name }: { name: string }) => name).sort()).toEqual(
			['Emails', 'Main', 'Meetings', 'Records', 'Research', 'Snowflake', 'Tasks'].map(
				(name) => `${name}Agent`,
			),
		);
		expect(agents[0].id).toMatch(/^[0-9a-f-]{36}$/);
	});

	test('list: every shape around the rows', async () => {
		for (const agentList of ['agents', 'items', 'results', 'data']) {
			await flow.settings({ agentList });
			expect((await flow.get('/api/v1/agents')).data[agentList]).toHaveLength(7);
		}
		await flow.settings({ agentList: 'array' });
		expect((await flow.get('/api/v1/agents')).data).toHaveLength(7);
	});

	test('statistics and models', async () => {
		expect((await flow.get('/api/v1/agents/stats')).data).toMatchObject({ total_agents: 7 });
		expect((await flow.get('/api/v1/models')).data.models[0]).toEqual({
			id: expect.stringMatching(/^openai\//),
			name: expect.any(String),
			provider: 'openai',
			description: expect.any(String),
			capabilities: {
				contextWindow: expect.any(Number),
				supportsVision: expect.any(Boolean),
				supportsStreaming: true,
				supportsTools: true,
				supportsReasoning: expect.any(Boolean),
			},
			supportedReasoningEfforts: expect.any(Array),
		});
	});

	test('get, configuration, delete', async () => {
		const url = `/api/v1/agent/${main}`;
		expect((await flow.get(url)).data).toMatchObject({
			id: main,
			name: 'MainAgent',
			description: expect.any(String),
			system_prompt: expect.any(String),
			llm_config: {
				model: expect.any(String),
				temperature: expect.any(Number),
				max_tokens: expect.any(Number),
			},
			enable_planning: true,
			enable_reflection: false,
			enable_retrieval: false,
			max_turns: 10,
			tools: [],
			sub_agents: expect.arrayContaining([{ id: expect.any(String), name: 'EmailsAgent' }]),
		});
		const before = (await flow.get(`${url}/config`)).data;
		const change = { system_prompt: 'Be kind.', llm_config: { temperature: 0.1 } };
		await flow.request({ method: 'PATCH', url: `${url}/config`, data: change });
		expect((await flow.get(`${url}/config`)).data).toEqual({
			...before,
			system_prompt: 'Be kind.',
			llm_config: { ...before.llm_config, temperature: 0.1 },
		});
		expect((await flow.request({ method: 'DELETE', url })).status).toBe(200);
		expect((await flow.get(url)).status).toBe(404);
	});

	test('create, a route the contract leaves open', async () => {
		const { data } = await flow.post('/api/v1/agents', { name: 'Helper', max_turns: 3 });
		expect((await flow.get(`/api/v1/agent/${data.id}`)).data).toMatchObject({
			name: 'Helper',
			max_turns: 3,
		});
	});

	test('403 for a model that the tenant does not allow', async () => {
		const data = { llm_config: { model: 'openai/forbidden' } };
		const url = `/api/v1/agent/${main}/config`;
		expect((await flow.request({ method: 'PATCH', url, data })).status).toBe(403);
		const body = { items: [{ content: 'x' }], model: 'openai/forbidden' };
		expect((await flow.post('/api/v1/completions/summarize', body)).status).toBe(403);
	});
});

describe('Conversations', () => {
	test('create and get', async () => {
		const { data } = await flow.post('/api/v1/conversations', { agent_id: main, title: 'Hello' });
		expect(data).toMatchObject({
			conversation: {
				id: expect.stringMatching(/^conv_/),
				agent_id: main,
				title: 'Hello',
				created_at: expect.stringMatching(/Z$/),
				updated_at: expect.stringMatching(/Z$/),
				is_active: true,
				message_count: 0,
				metadata: {},
			},
			created: true,
		});
		const again = await flow.get(`/api/v1/conversations/${data.conversation.id}`);
		expect(again.data).toEqual({ ...data.conversation, has_active_generation: false });
	});

	test('list: filters and pages', async () => {
		const list = async (params: Record<string, unknown> = {}) =>
			(await flow.get('/api/v1/conversations', params)).data;
		for (let index = 0; index < 5; index += 1) await flow.newConversation(main);
		expect(await list()).toMatchObject({ total: 7 });
		const all = (await list()).conversations;
		expect(await list({ limit: 3, offset: 2 })).toEqual({
			conversations: all.slice(2, 5),
			total: 7,
		});
		expect((await list({ agent_id: main })).total).toBe(6);
		expect((await list({ source: 'crm' })).total).toBe(1);
		expect((await list({ exclude_source: 'crm' })).total).toBe(6);
		expect((await list({ source_ref_id: 'campaign-7' })).total).toBe(1);
		expect((await list({ source_ref_id: 'campaign-7', all_users: true })).total).toBe(2);
	});

	test.each([
		['limit 0', { limit: 0 }],
		['limit 101', { limit: 101 }],
		['all_users without source_ref_id', { all_users: true }],
	])('list: %s is refused', async (_name, params) => {
		expect((await flow.get('/api/v1/conversations', params)).status).toBe(422);
	});

	test('messages, and one added without running the agent', async () => {
		const url = `/api/v1/conversations/${await flow.newConversation(main)}/messages`;
		for (const content of ['one', 'two', 'three']) {
			const { data } = await flow.post(url, { role: 'user', content, metadata: { from: 'n8n' } });
			expect(data).toMatchObject({ role: 'user', content, metadata: { from: 'n8n' } });
		}
		const page = (await flow.get(url, { limit: 2, offset: 1 })).data;
		expect(page).toMatchObject({ total: 3, limit: 2, offset: 1 });
		expect(page.messages).toMatchObject([
			{
				content: 'two',
				timestamp: expect.stringMatching(/Z$/),
				conversation_id: expect.any(String),
			},
			{ content: 'three', id: expect.any(String) },
		]);
		expect((await flow.post(url, { role: 'assistant', content: 'x' })).status).toBe(422);
		expect(await flow.control('GET', 'runs')).toEqual([]);
	});

	test('a message sent again under its message_id is added once', async () => {
		const url = `/api/v1/conversations/${await flow.newConversation(main)}/messages`;
		const body = { role: 'user', content: 'once', message_id: 'm-1' };
		expect((await flow.post(url, body)).data).toEqual((await flow.post(url, body)).data);
		expect((await flow.get(url)).data.total).toBe(1);
	});

	test('delete and search, routes the contract leaves open', async () => {
		const found = await flow.post('/api/v1/conversations/search', { query: 'order number' });
		expect(found.data.results[0]).toMatchObject({ conversation: { title: 'Where is my order?' } });
		const url = `/api/v1/conversations/${found.data.results[0].conversation.id}`;
		expect((await flow.request({ method: 'DELETE', url })).status).toBe(200);
		expect((await flow.get(url)).status).toBe(404);
	});
});

describe('Completions', () => {
	const complete = async (operation: string, body: object) =>
		(await flow.post(`/api/v1/completions/${operation}`, body)).data;

	test('label', async () => {
		const body = {
			items: [{ content: 'My invoice is wrong' }, { content: 'The package has not arrived' }],
			categories: ['late package', 'wrong invoice'],
		};
		const { results, model } = await complete('label', body);
		expect(results).toEqual([
			{ index: 0, success: true, result: { label: 'wrong invoice', confidence: 1 }, error: null },
			{ index: 1, success: true, result: { label: 'late package', confidence: 0.5 }, error: null },
		]);
		expect(model).toEqual(expect.any(String));
		const multi = await complete('label', { ...body, multi_label: true });
		expect(multi.results[0].result).toEqual({ labels: ['wrong invoice'] });
	});

	test('extract', async () => {
		const { results } = await complete('extract', {
			items: [{ content: 'Write to ada@example.com. Name: Ada Lovelace, order #1002' }],
			extraction_instructions: 'Extract the name, email and order number from the text',
		});
		expect(results[0].result).toEqual({
			name: 'Ada Lovelace',
			email: 'ada@example.com',
			order_number: '#1002',
		});
	});

	test('summarize', async () => {
		const { results } = await complete('summarize', { items: [{ content: 'One. Two! Three?' }] });
		expect(results[0].result).toEqual({ summary: 'One. Two!' });
	});

	test('enrich', async () => {
		const { results } = await complete('enrich', {
			items: [{ content: 'The urgent parcel; colour: red' }],
			fields: [
				{ name: 'priority', type: 'categorical', valid_values: ['normal', 'urgent'] },
				{ name: 'kind', type: 'categorical' },
				{ name: 'colour', type: 'text' },
			],
			runtime_categories: { kind: ['letter', 'parcel'] },
		});
		expect(results[0].result).toEqual({ priority: 'urgent', kind: 'parcel', colour: 'red' });
	});

	test('run, with a template and a response format', async () => {
		const { results } = await complete('run', {
			items: [{ content: 'unused', city: 'Lisbon' }],
			user_prompt_template: 'The city is {city}.',
			response_format: { type: 'object', properties: { city: { type: 'string' } } },
		});
		expect(results[0].result).toEqual({ city: 'Lisbon' });
		const plain = await complete('run', { items: [{ content: 'Say hello.' }] });
		expect(plain.results[0].result.text).toContain('local stand-in');
	});

	test('one row failing does not fail the request', async () => {
		const { results } = await complete('summarize', {
			items: [{ content: '' }, { content: 'B.' }],
		});
		expect(results).toEqual([
			{ index: 0, success: false, result: null, error: 'The item has no content' },
			{ index: 1, success: true, result: { summary: 'B.' }, error: null },
		]);
		const templated = await complete('summarize', {
			items: [{ content: 'x' }],
			user_prompt_template: '{missing}',
		});
		expect(templated.results[0]).toMatchObject({ success: false });
	});

	test('up to 50 items', async () => {
		const items = Array.from({ length: 51 }, () => ({ content: 'x' }));
		expect((await flow.post('/api/v1/completions/summarize', { items })).status).toBe(422);
	});
});

describe('Batches and files', () => {
	const items = [
		{ content: 'First. Rest.' },
		{ content: '' },
		{ content: 'With "quotes", commas.' },
	];
	const ended = async (id: string) =>
		await until(
			async () => (await flow.get(`/api/v1/batches/${id}`)).data,
			({ status }) => ['completed', 'failed', 'cancelled'].includes(status),
		);

	test('submit, queued, processing, completed', async () => {
		await flow.settings({ batchQueuedMs: 80, batchMs: 120 });
		const { data } = await flow.post('/api/v1/batches', { operation: 'summarize', items });
		expect(data).toMatchObject({ id: expect.any(String), status: 'queued', progress: 0 });
		const states = new Set<string>();
		await until(
			async () => (await flow.get(`/api/v1/batches/${data.id}`)).data.status,
			(status) => states.add(status) && status === 'completed',
		);
		expect([...states]).toEqual(['queued', 'processing', 'completed']);
		const job = await ended(data.id);
		expect(job).toMatchObject({ progress: 1, completed_items: 2, failed_items: 1 });
	});

	test('output as json pages, jsonl and csv', async () => {
		const { id } = (await flow.post('/api/v1/batches', { operation: 'summarize', items })).data;
		await ended(id);
		const output = async (params: Record<string, unknown>) =>
			await flow.request({
				url: `/api/v1/batches/${id}/output`,
				params,
				responseType: params.format === 'json' ? 'json' : 'text',
			});
		expect((await output({ format: 'json', offset: 1, limit: 1 })).data).toEqual({
			id,
			status: 'completed',
			offset: 1,
			limit: 1,
			results: [{ index: 1, success: false, result: null, error: 'The item has no content' }],
		});
		const jsonl = await output({ format: 'jsonl' });
		expect(jsonl.data.trim().split('\n').map(JSON.parse)).toHaveLength(3);
		const csv = await output({ format: 'csv', offset: 2 });
		expect(csv.headers['content-type']).toContain('text/csv');
		expect(csv.data).toBe('index,success,summary,error\r\n2,true,"With ""quotes"", commas.",\r\n');
	});

	test('cancel', async () => {
		await flow.settings({ batchOutcome: 'never' });
		const { id } = (await flow.post('/api/v1/batches', { operation: 'summarize', items })).data;
		expect((await flow.post(`/api/v1/batches/${id}/cancel`)).data.status).toBe('cancelled');
		expect((await flow.get(`/api/v1/batches/${id}`)).data.status).toBe('cancelled');
	});

	test('a batch that fails', async () => {
		await flow.settings({ batchOutcome: 'failed' });
		const { id } = (await flow.post('/api/v1/batches', { operation: 'summarize', items })).data;
		expect(await ended(id)).toMatchObject({ status: 'failed', error: expect.any(String) });
	});

	test('each operation needs its own fields', async () => {
		const answer = await flow.post('/api/v1/batches', { operation: 'label', items });
		expect(answer.data.detail).toMatchObject([{ loc: ['body', 'categories'], type: 'missing' }]);
		expect((await flow.post('/api/v1/batches', { operation: 'sing', items })).status).toBe(422);
	});

	test.each([
		['CSV with header', 'in.csv', 'content,note\r\n"A, ""b"".",1\r\nC.,2\r\n'],
		['CSV without a last line end', 'IN.CSV', 'note,content\n,"A, ""b""."\n"x\ny",C.'],
		['JSON', 'in.json', '[{"content":"A, \\"b\\"."},{"content":"C."}]'],
		['JSONL', 'in.jsonl', '{"content":"A, \\"b\\"."}\n{"content":"C."}\n'],
	])('files: %s', async (_name, name, text) => {
		const body = form({ operation: 'summarize', temperature: '0.5' }, [['file', name, text]]);
		const { data } = await flow.post('/api/v1/files', body);
		await ended(data.id);
		const { results } = (await flow.get(`/api/v1/batches/${data.id}/output`)).data;
		expect(results.map(({ result }: { result: object }) => result)).toEqual([
			{ summary: 'A, "b".' },
			{ summary: 'C.' },
		]);
	});

	test('files: what cannot be read is a 422', async () => {
		const broken = form({}, [['file', 'in.json', '{']]);
		expect((await flow.post('/api/v1/files', broken)).status).toBe(422);
		expect((await flow.post('/api/v1/files', form({ operation: 'run' }, []))).status).toBe(422);
		expect((await flow.post('/api/v1/files', { operation: 'run' })).status).toBe(422);
	});
});

describe('Knowledge bases', () => {
	const ready = async (id: string) =>
		await until(
			async () => (await flow.get(`/api/v1/knowledge-bases/${id}`)).data,
			({ status }) => status === 'ready',
		);

	test('list and search', async () => {
		const { knowledge_bases } = (await flow.get('/api/v1/knowledge-bases')).data;
		const url = `/api/v1/knowledge-bases/${knowledge_bases[0].id}/search`;
		const { data } = await flow.post(url, { query: 'When is a refund paid?', limit: 1 });
		expect(data).toMatchObject({
			documents: [
				{
					source_file: 'returns.md',
					content: expect.stringContaining('refund'),
					metadata: { score: 1 },
				},
			],
			total_results: 1,
			search_metadata: expect.any(Object),
		});
		expect((await flow.post(url, { query: 'zebra' })).data.documents).toEqual([]);
		expect((await flow.post(url, {})).status).toBe(422);
	});

	test('create from files, add documents, and follow their job', async () => {
		const { data } = await flow.post(
			'/api/v1/knowledge-bases',
			form({ name: 'Animals', tags: 'zoo, africa', chunk_size: '500' }, [
				['files', 'lion.txt', 'Lions sleep.'],
				['files', 'zebra.txt', 'Zebras have stripes.'],
			]),
		);
		expect(data).toEqual({
			message: expect.any(String),
			id: expect.any(String),
			name: 'Animals',
			files_uploaded: 2,
			status: 'processing',
			configuration: {
				chunk_size: 500,
				overlap_percentage: 0.15,
				chunking_strategy: 'auto',
				vector_db_type: 'pgvector',
			},
			source_type: 'files',
		});
		expect(await ready(data.id)).toMatchObject({ document_count: 2, tags: ['zoo', 'africa'] });

		const url = `/api/v1/knowledge-bases/${data.id}`;
		const added = await flow.post(
			`${url}/documents`,
			form({}, [['files', 'hippo.txt', 'Hippos swim.']]),
		);
		expect(added.data).toEqual({
			kb_id: data.id,
			job_id: expect.stringMatching(/^kb_ingest_/),
			files_queued: 1,
			status: 'processing',
		});
		await until(
			async () => (await flow.get(`/api/v1/batches/${added.data.job_id}`)).data,
			({ status }) => status === 'completed',
		);
		const hit = await flow.post(`${url}/search`, { query: 'swimming hippo' });
		expect(hit.data.documents[0]).toMatchObject({ source_file: 'hippo.txt' });
	});

	test('create from a web site, form-encoded', async () => {
		const data = new URLSearchParams({
			name: 'Site',
			description: 'All about tulips',
			website_url: 'https://example.com/',
			max_crawl_depth: '2',
		});
		const answer = await flow.post('/api/v1/knowledge-bases/create-from-url', data);
		expect(answer.data).toMatchObject({ name: 'Site', source_type: 'website' });
		expect(await ready(answer.data.id)).toMatchObject({ document_count: 1 });
		const bad = new URLSearchParams({ name: 'Site', description: '', website_url: 'no url' });
		expect((await flow.post('/api/v1/knowledge-bases/create-from-url', bad)).status).toBe(422);
	});
});

describe('Prompt blocks', () => {
	const url = '/api/v1/prompt-blocks';

	test('list, create, preview', async () => {
		expect((await flow.get(url)).data.blocks[0]).toEqual({
			name: 'house_style',
			description: expect.any(String),
			message: 'system',
			type: 'static',
			mode: 'cached',
			scope: 'conversation',
			tags: ['style'],
			order: 0,
			ttl: null,
			agents: ['MainAgent'],
			enabled: true,
		});
		const block = { name: 'greeting', body: 'I am {agent_name}.', ttl: 60 };
		expect((await flow.post(url, block)).data).toMatchObject({ ...block, type: 'static' });
		expect((await flow.post(url, block)).status).toBe(409);
		expect((await flow.post(url, { ...block, name: 'x', type: 'dynamic' })).status).toBe(422);
		const preview = await flow.post(`${url}/greeting/preview`, { agent_name: 'MainAgent' });
		expect(preview.data).toEqual({
			name: 'greeting',
			status: 'ok',
			body: 'I am MainAgent.',
			wrapped: expect.stringContaining('I am MainAgent.'),
		});
	});

	test('get, update, delete, routes the contract leaves open', async () => {
		const one = `${url}/house_style`;
		await flow.request({ method: 'PATCH', url: one, data: { enabled: false } });
		expect((await flow.get(one)).data).toMatchObject({ enabled: false, body: expect.any(String) });
		await flow.request({ method: 'DELETE', url: one });
		expect((await flow.get(one)).status).toBe(404);
	});
});

describe('Memory', () => {
	const url = '/api/v1/memory/blocks/core';
	const write = async (content: string, expected_updated_at: string | null, params = {}) =>
		await flow.request({ method: 'PUT', url, params, data: { content, expected_updated_at } });

	test('compare-and-set: null only creates, the last read updated_at changes, else 409', async () => {
		expect((await flow.get(url)).status).toBe(404);
		const made = await write('Likes tea.', null);
		expect(made.data).toEqual({
			id: expect.any(String),
			block_type: 'core',
			content: 'Likes tea.',
			scope: 'user',
			agent_id: null,
			created_at: made.data.updated_at,
			updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
		});
		expect((await write('Likes coffee.', null)).status).toBe(409);
		const changed = await write('Likes coffee.', made.data.updated_at);
		expect(changed.status).toBe(200);
		expect((await write('Likes milk.', made.data.updated_at)).status).toBe(409);
		expect((await flow.get(url)).data).toEqual(changed.data);
		const noExpectation = await flow.request({ method: 'PUT', url, data: { content: 'x' } });
		expect(noExpectation.status).toBe(422);
	});

	test('agent_id is required for scope agent', async () => {
		expect((await flow.get(url, { scope: 'agent' })).status).toBe(422);
		const written = await write('Speaks plainly.', null, { scope: 'agent', agent_id: main });
		expect(written.data).toMatchObject({ scope: 'agent', agent_id: main });
	});

	test('core: 4,000 characters and 20 entries', async () => {
		expect((await write('x'.repeat(4001), null)).status).toBe(422);
		expect((await write('x\n'.repeat(21), null)).status).toBe(422);
		expect((await write('x\n'.repeat(20), null)).status).toBe(200);
	});

	test('recall: a bare array; an empty query lists all archival lines', async () => {
		const recall = async (query: string) =>
			(await flow.post('/api/v1/memory/recall', { query })).data;
		expect(await recall('')).toMatchObject([
			{ content: 'Ada prefers short answers.', line_number: 1 },
			{ content: 'Ada works in Lisbon.', line_number: 2 },
		]);
		expect(await recall('Lisbon')).toEqual([
			{
				content: 'Ada works in Lisbon.',
				score: 1,
				block_type: 'archival',
				scope: 'user',
				agent_id: null,
				line_number: 2,
				updated_at: expect.not.stringContaining('Z'),
			},
		]);
	});

	test('list and delete, routes the contract leaves open', async () => {
		await write('Likes tea.', null);
		expect((await flow.get('/api/v1/memory/blocks')).data.blocks).toHaveLength(2);
		await flow.request({ method: 'DELETE', url });
		expect((await flow.get(url)).status).toBe(404);
	});
});

describe('Attachments, routes the contract leaves open', () => {
	test('upload and download', async () => {
		const body = form({}, [['file', 'notes ü.txt', 'Remember the milk.']]);
		const { data } = await flow.post('/api/v1/attachments', body);
		expect(data).toMatchObject({ filename: 'notes ü.txt', size: 18 });
		const url = `/api/v1/attachments/${data.id}`;
		expect((await flow.get(url)).data).toEqual(data);
		expect((await flow.get(`${url}/download`)).data).toBe('Remember the milk.');
	});
});

describe('Control', () => {
	test('a setting or a behaviour that is none is refused', async () => {
		const refused = { response: { status: 422 } };
		await expect(flow.settings({ oldr: true })).rejects.toMatchObject(refused);
		await expect(flow.behave('MainAgent', { deltas: 0 })).rejects.toMatchObject(refused);
		await expect(flow.behave('MainAgent', { tool: 'none' })).rejects.toMatchObject({
			response: { status: 404 },
		});
	});

	test('a reset brings the seed back', async () => {
		await flow.request({ method: 'DELETE', url: `/api/v1/agent/${main}` });
		await flow.settings({ older: true });
		await flow.control('POST', '../reset');
		expect((await flow.get('/api/v1/agents')).data.agents).toHaveLength(7);
	});
});
