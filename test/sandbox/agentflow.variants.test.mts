// The AgentFlow stand-in's own OpenAPI document, and what differs between instances.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
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

const document = async () => (await flow.anonymous({ url: '/openapi.json' })).data;

/** The operations whose path and body say that they stop a run. */
async function cancelRoutes(): Promise<string[]> {
	const { paths, components } = await document();
	return Object.entries<Record<string, Record<string, unknown>>>(paths)
		.filter(([path, { post }]) => {
			if (!path.includes('cancel') || !post) return false;
			const name = /schemas\/(\w+)/.exec(JSON.stringify(post.requestBody ?? ''))?.[1];
			return name !== undefined && 'call_id' in components.schemas[name].properties;
		})
		.map(([path]) => path);
}

describe('OpenAPI document', () => {
	test('every reference leads somewhere, and every schema is one', async () => {
		const doc = await document();
		const references = JSON.stringify(doc).match(/#\/components\/schemas\/\w+/g) ?? [];
		expect(references.length).toBeGreaterThan(100);
		for (const reference of new Set(references)) {
			expect(Object.keys(doc.components.schemas)).toContain(reference.split('/').at(-1));
		}
		const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
		ajv.addSchema(doc, 'doc');
		for (const name of Object.keys(doc.components.schemas)) {
			expect(ajv.getSchema(`doc#/components/schemas/${name}`)).toBeDefined();
		}
	});

	test.each([
		['post', '/api/v1/agent/{agent_id}/chat', 'application/json'],
		['post', '/api/v1/knowledge-bases', 'multipart/form-data'],
		['post', '/api/v1/knowledge-bases/create-from-url', 'application/x-www-form-urlencoded'],
		['post', '/api/v1/files', 'multipart/form-data'],
		['patch', '/api/v1/artifacts/{artifact_id}/state', 'application/json'],
	])('%s %s: a body of %s', async (method, path, type) => {
		const operation = (await document()).paths[path][method];
		expect(Object.keys(operation.requestBody.content)).toEqual([type]);
		expect(operation).toMatchObject({
			summary: expect.any(String),
			operationId: expect.stringMatching(new RegExp(`_${method}$`)),
			responses: { '200': expect.anything(), '422': expect.anything() },
		});
	});

	test('parameters in the path and in the query', async () => {
		const { paths } = await document();
		const { parameters } = paths['/api/v1/batches/{batch_id}/output'].get;
		expect(parameters).toMatchObject([
			{ name: 'batch_id', in: 'path', required: true, schema: { type: 'string' } },
			{ name: 'format', in: 'query', required: false, schema: { enum: ['json', 'jsonl', 'csv'] } },
			{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 10_000 } },
			{ name: 'offset', in: 'query', schema: { type: 'integer', minimum: 0 } },
		]);
	});

	test('files are binary, nested objects references, options nullable', async () => {
		const { KnowledgeBaseCreate, ChatRequest } = (await document()).components.schemas;
		expect(KnowledgeBaseCreate.properties.files).toMatchObject({
			type: 'array',
			items: { type: 'string', format: 'binary' },
		});
		expect(ChatRequest.required).toEqual(['message', 'conversation_id', 'message_id']);
		expect(ChatRequest.properties.retrieval_options).toEqual({
			anyOf: [{ $ref: '#/components/schemas/RetrievalOptions' }, { type: 'null' }],
		});
		expect(ChatRequest.properties.stream).toMatchObject({ type: 'boolean', default: true });
	});

	test('what it lists is there: no operation answers that the route is unknown', async () => {
		const { paths } = await document();
		for (const [path, operations] of Object.entries<object>(paths)) {
			for (const method of Object.keys(operations)) {
				const url = path.replaceAll(/\{\w+\}/g, 'none');
				const answer = await flow.request({ method, url, data: method === 'get' ? undefined : {} });
				expect([path, answer.data?.detail]).not.toEqual([path, 'Not Found']);
				expect([200, 404, 422]).toContain(answer.status);
			}
		}
	});

	test('a large document, whose operations work', async () => {
		await flow.settings({ extraOperations: 300 });
		const { paths } = await document();
		expect(Object.keys(paths).filter((path) => path.includes('/extra/'))).toHaveLength(300);
		const answer = await flow.post('/api/v1/extra/300/echo', { hello: 'there' });
		expect(answer.data).toEqual({ number: 300, body: { hello: 'there' } });
		expect((await flow.post('/api/v1/extra/301/echo', {})).status).toBe(404);
	});

	test('the prefix in `servers` instead of the paths', async () => {
		await flow.settings({ openapiPrefix: 'servers' });
		const { servers, paths } = await document();
		expect(servers).toEqual([{ url: '/api/v1' }]);
		expect(Object.keys(paths)).toContain('/agents');
		expect(Object.keys(paths).some((path) => path.startsWith('/api/v1'))).toBe(false);
	});
});

describe('Routes that stop a run', () => {
	const cancel = async (url: string) => await flow.post(url, { call_id: 'call_none' });

	test.each([
		['one', ['/api/v1/cancellations']],
		['none', []],
		['ambiguous', ['/api/v1/cancellations', '/api/v1/agent/{agent_id}/cancel']],
	])('%s', async (setting, expected) => {
		await flow.settings({ cancelRoutes: setting });
		expect((await cancelRoutes()).sort()).toEqual([...expected].sort());
		const offered = async (url: string) => (await cancel(url)).data.detail !== 'Not Found';
		expect(await offered('/api/v1/cancellations')).toBe(expected.length > 0);
		expect(await offered(`/api/v1/agent/${main}/cancel`)).toBe(expected.length > 1);
	});
});

describe('What the contract leaves open about messages', () => {
	const messagesOf = async (id: string) =>
		(await flow.get(`/api/v1/conversations/${id}/messages`)).data.messages;

	/** What the conversation shows at each event of a run, and at its end. */
	const shown = async () => {
		const conversation_id = await flow.newConversation(main);
		const url = `/api/v1/agent/${main}/chat`;
		const seen: string[] = [];
		const body = { message: 'Hi', message_id: 'm', conversation_id };
		await flow.stream(url, body, async ({ type }) => {
			const last = (await messagesOf(conversation_id)).at(-1);
			seen.push(`${type}: ${last.role} ${last.content}`);
		});
		return { seen, messages: await messagesOf(conversation_id) };
	};

	test('an answer may stand there while it is being made', async () => {
		await flow.settings({ unfinishedAnswers: true });
		await flow.behave('MainAgent', { answer: 'One two', deltas: 2, deltaDelayMs: 200 });
		const { seen, messages } = await shown();

		expect(seen).toContain('start: user Hi');
		expect(seen).toContain('delta: assistant One');
		expect(messages).toMatchObject([{ role: 'user' }, { role: 'assistant', content: 'One two' }]);
	});

	test('nothing of one that fails stays there', async () => {
		await flow.settings({ unfinishedAnswers: true });
		await flow.behave('MainAgent', { answer: 'One two', deltas: 2, errorAfter: 1 });

		expect((await shown()).messages).toMatchObject([{ role: 'user' }]);
	});

	test('ids may be of the server’s own', async () => {
		await flow.settings({ ownMessageIds: true });
		const { messages } = await shown();

		expect(messages).toMatchObject([
			{ id: expect.stringMatching(/^msg_/), role: 'user', content: 'Hi' },
			{ role: 'assistant', metadata: expect.not.objectContaining({ message_id: 'm' }) },
		]);
	});
});

describe('Older servers', () => {
	beforeEach(async () => await flow.settings({ older: true }));

	test('upper-case events in data-only streams, the text in `delta`', async () => {
		await flow.behave('MainAgent', { answer: 'Hello you', deltas: 2 });
		const conversation_id = await flow.newConversation(main);
		const body = { message: 'Hi', message_id: 'm', conversation_id };
		const { raw, events } = await flow.stream(`/api/v1/agent/${main}/chat`, body);
		expect(
			raw
				.split('\n\n')
				.slice(0, -1)
				.every((block) => /^data: [^\n]+$/.test(block)),
		).toBe(true);
		expect(events.map(({ type }) => type)).toEqual(['START', 'DELTA', 'DELTA', 'END']);
		expect(events.map(({ delta }) => delta ?? '').join('')).toBe('Hello you');
	});

	test('bare arrays', async () => {
		const bare = [
			'/api/v1/agents',
			'/api/v1/models',
			`/api/v1/agent/${main}/tools`,
			'/api/v1/knowledge-bases',
			'/api/v1/prompt-blocks',
			'/api/v1/artifacts/types',
		];
		for (const url of bare) expect((await flow.get(url)).data).toEqual(expect.any(Array));
	});

	test('completion rows and batch rows are the result itself', async () => {
		const body = { items: [{ content: 'One.' }, { content: '' }] };
		const { results } = (await flow.post('/api/v1/completions/summarize', body)).data;
		expect(results).toEqual([{ summary: 'One.' }, { error: expect.any(String) }]);
		const batch = (await flow.post('/api/v1/batches', { operation: 'summarize', ...body })).data;
		const output = await until(
			async () => (await flow.get(`/api/v1/batches/${batch.id}/output`)).data,
			({ status }) => status === 'completed',
		);
		expect(output.results).toEqual(results);
	});

	test('knowledge search under `results`', async () => {
		const [{ id }] = (await flow.get('/api/v1/knowledge-bases')).data;
		const url = `/api/v1/knowledge-bases/${id}/search`;
		expect((await flow.post(url, { query: 'refund' })).data).toEqual({
			results: [
				{
					content: expect.stringContaining('refund'),
					document_id: expect.any(String),
					score: 1,
					metadata: { source_file: 'returns.md' },
				},
			],
		});
	});
});
