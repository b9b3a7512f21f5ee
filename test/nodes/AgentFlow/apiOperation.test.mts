// API Operation: Call, and what an OpenAPI document is made into (contract: Through the instance's
// OpenAPI).
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { readDocument } from '../../../nodes/shared/openApi/document.ts';
import {
	agentId,
	announced,
	api,
	behave,
	byId,
	byName,
	control,
	credentials,
	drawn,
	execute,
	failureOf,
	forgetDocument,
	newAttachment,
	offered,
	reset,
	row,
	rows,
	runs,
	sent,
	sentLines,
	settings,
	message,
	until,
	useSandbox,
} from './support.mts';

useSandbox();
beforeEach(async () => {
	await reset();
	forgetDocument();
});

const json = (parameters: object = {}, body?: unknown): INodeParameters => ({
	specifyRequest: 'json',
	parametersJson: JSON.stringify(parameters),
	bodyJson: body === undefined ? '' : JSON.stringify(body),
});
const call = async (key: string, more: INodeParameters = {}, setting = {}) =>
	await rows('apiOperation', 'call', { apiOperation: byId(key), ...more }, setting);
const form = (key: string): INodeParameters => ({
	resource: 'apiOperation',
	operation: 'call',
	apiOperation: byId(key),
});

/** The fields as the editor stores them: the values, and what it drew. */
async function filled(key: string, parameters: INodeParameters, body: INodeParameters) {
	const mapped = async (method: string, value: INodeParameters) => ({
		mappingMode: 'defineBelow',
		value,
		matchingColumns: [],
		schema: JSON.parse(JSON.stringify((await drawn(method, form(key))).fields)),
	});
	return {
		parameters: await mapped('getOperationParameters', parameters),
		body: await mapped('getOperationBody', body),
	};
}

/** Another document than the sandbox's own. */
async function serves(document: object): Promise<void> {
	const body = { openapi: '3.1.0', ...document };
	await control.fault({ kind: 'status', status: 200, body, match: { path: 'openapi' } });
}

describe('the list', () => {
	test('holds every operation of the instance, and finds them by any word', async () => {
		const found = await offered('searchOperations', { filter: 'search conversations' });

		expect((await offered('searchOperations')).length).toBeGreaterThan(60);
		expect(found).toEqual([
			{
				name: 'conversations: Search Conversations (POST /api/v1/conversations/search)',
				value: 'POST /api/v1/conversations/search',
				description: expect.stringContaining('search_conversations'),
			},
		]);
	});

	test('is read once in a while', async () => {
		await offered('searchOperations');
		await offered('searchOperations', { filter: 'x' });
		await call('GET /health');

		expect(await sentLines(/openapi/)).toEqual(['GET /openapi.json']);
	});

	test('knows what is new before it says that there is no such thing', async () => {
		await offered('searchOperations');
		await settings({ extraOperations: 3 });

		expect(await call('POST /api/v1/extra/3/echo', json({}, { a: 1 }))).toEqual([
			{ number: 3, body: { a: 1 } },
		]);
		expect((await failureOf(call('GET /api/v1/nothing'))).message).toBe(
			"The instance has no operation 'GET /api/v1/nothing'",
		);
	});

	test('is read to its end for whoever else waits when an execution is stopped', async () => {
		await control.fault({ kind: 'latency', ms: 1000, match: { path: 'openapi' } });
		const stop = new AbortController();
		const first = failureOf(call('GET /health', {}, { signal: stop.signal }));
		await until(async () => (await sent(/openapi/)).length > 0);
		const second = call('GET /health');
		await sleep(200);
		stop.abort();

		expect(await second).toMatchObject([{ status: 'healthy' }]);
		expect((await first).message).toBe('The execution was stopped');
		expect(await sentLines(/openapi/)).toHaveLength(1);
	});

	test('of thousands of operations is searched quickly', async () => {
		await settings({ extraOperations: 5000 });
		const begun = performance.now();
		const found = await offered('searchOperations', { filter: '/api/v1/extra/4999/' });
		const took = performance.now() - begun;

		expect(found).toHaveLength(1);
		expect(took).toBeLessThan(5000);
		expect(await offered('searchOperations', { filter: 'extra' })).toHaveLength(200);
	});

	test.each([
		['no document', { kind: 'status' as const, status: 404 }, /serves no OpenAPI document/],
		[
			'another document',
			{ kind: 'status' as const, status: 200, body: { swagger: '2.0' } },
			/serves no OpenAPI document/,
		],
	])('of an instance with %s says so', async (_, fault, text) => {
		await control.fault({ ...fault, match: { path: 'openapi' } });

		expect((await failureOf(offered('searchOperations'))).message).toMatch(text);
		expect((await offered('searchOperations')).length).toBeGreaterThan(60);
	});
});

describe('the form', () => {
	test('has the parameters of path and query', async () => {
		expect(
			(await drawn('getOperationParameters', form('GET /api/v1/batches/{batch_id}/output'))).fields,
		).toMatchObject([
			{ id: 'batch_id', displayName: 'Batch Id', type: 'string', required: true },
			{ id: 'format', type: 'options', required: false, defaultValue: 'json' },
			{ id: 'limit', type: 'number', defaultValue: 100 },
			{ id: 'offset', type: 'number', defaultValue: 0 },
		]);
	});

	test('has the fields of a body behind references', async () => {
		const { fields } = await drawn('getOperationBody', form('POST /api/v1/agents'));

		expect(fields.map(({ id, type, required }) => [id, type, required])).toEqual(
			expect.arrayContaining([
				['name', 'string', true],
				['enable_planning', 'boolean', false],
				['max_turns', 'number', false],
				['llm_config', 'object', false],
			]),
		);
	});

	test('names input binary fields for files', async () => {
		const key = 'POST /api/v1/knowledge-bases';
		const { fields } = await drawn('getOperationBody', form(key));

		expect(fields.find(({ id }) => id === 'files')).toMatchObject({
			type: 'string',
			required: true,
			displayName:
				'Files: names of the input binary fields that hold the files, separated by commas',
		});
	});

	test('has one field for a body without known properties', async () => {
		const key = 'PATCH /api/v1/artifacts/{artifact_id}/state';

		expect((await drawn('getOperationBody', form(key))).fields).toMatchObject([
			{ id: 'body', type: 'object', required: true },
		]);
	});

	test('says when there is nothing to fill in', async () => {
		expect(await drawn('getOperationParameters', form('GET /health'))).toEqual({
			fields: [],
			emptyFieldsNotice: 'This operation takes no parameters.',
		});
		expect((await drawn('getOperationBody', form('GET /health'))).emptyFieldsNotice).toBe(
			'This operation takes no body.',
		);
		expect((await drawn('getOperationBody', form(''))).emptyFieldsNotice).toBe(
			'Pick an operation first.',
		);
	});

	test('is sent with the types of the document', async () => {
		const key = 'POST /api/v1/agents';
		const [created] = await call(
			key,
			await filled(key, {}, { name: 'Helper', max_turns: '3', enable_planning: 'true' }),
		);

		expect(created).toMatchObject({ name: 'Helper', max_turns: 3, enable_planning: true });
	});

	test('has no body of no type', async () => {
		const key = 'POST /api/v1/notes';
		await serves({ paths: { '/api/v1/notes': { post: { requestBody: { content: {} } } } } });
		await control.fault({ kind: 'status', status: 200, body: {}, match: { path: '/notes' } });

		expect((await drawn('getOperationBody', form(key))).emptyFieldsNotice).toBe(
			'This operation takes no body.',
		);
		expect(await call(key)).toEqual([{}]);
	});

	test('sends a field that is called body as one of several', async () => {
		const key = 'POST /api/v1/notes';
		const schema = { properties: { title: { type: 'string' }, body: { type: 'string' } } };
		const requestBody = { content: { 'application/json': { schema } } };
		await serves({ paths: { '/api/v1/notes': { post: { requestBody } } } });
		await control.fault({ kind: 'status', status: 200, body: {}, match: { path: '/notes' } });
		await call(key, await filled(key, {}, { body: 'Hello' }));

		expect((await sent(/notes/))[0].body).toEqual({ body: 'Hello' });
	});

	test.each([
		[
			'a kind of thing and its base',
			{
				Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }], properties: { name: {} } },
				Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }], properties: { lives: {} } },
				Body: { $ref: '#/components/schemas/Cat' },
			},
			['name', 'lives'],
		],
		[
			'lists of lists',
			{
				Any: { anyOf: [{ type: 'string' }, { items: { $ref: '#/components/schemas/Any' } }] },
				Body: { properties: { value: { $ref: '#/components/schemas/Any' } } },
			},
			['value'],
		],
		[
			'what requires itself',
			{ Body: { allOf: [{ $ref: '#/components/schemas/Body' }], properties: { id: {} } } },
			['id'],
		],
	])('is drawn of schemas that lead back to themselves: %s', async (_, schemas, expected) => {
		const key = 'POST /api/v1/things';
		const schema = { $ref: '#/components/schemas/Body' };
		const requestBody = { content: { 'application/json': { schema } } };
		await serves({
			paths: { '/api/v1/things': { post: { requestBody } } },
			components: { schemas },
		});

		expect((await drawn('getOperationBody', form(key))).fields.map(({ id }) => id)).toEqual(
			expected,
		);
	});

	test('fills path and query', async () => {
		const key = 'GET /api/v1/conversations';
		const [answer] = await call(key, await filled(key, { limit: 1, source: 'crm' }, {}));

		expect(answer).toMatchObject({ conversations: [{ title: 'Newsletter' }], total: 1 });
	});
});

test('a date is sent as its text, wherever it goes', async () => {
	const key = 'POST /api/v1/events/{at}';
	const schema = { type: 'string', format: 'date-time' };
	const content = {
		'application/x-www-form-urlencoded': { schema: { properties: { to: schema } } },
	};
	const parameters = [
		{ name: 'at', in: 'path', schema },
		{ name: 'from', in: 'query', schema },
	];
	await serves({
		paths: { '/api/v1/events/{at}': { post: { parameters, requestBody: { content } } } },
	});
	await control.fault({ kind: 'status', status: 200, body: {}, match: { path: '/events' } });
	const at = '2026-05-23T10:00:00.000Z';
	await call(key, await filled(key, { at, from: at }, { to: at }));
	const [{ path, body }] = await sent(/events/);

	expect(decodeURIComponent(path)).toBe(`/api/v1/events/${at}?from=${at}`);
	expect(body).toEqual({ to: at });
});

describe('a call', () => {
	test('by JSON, with parts of the path encoded', async () => {
		const failure = await failureOf(
			call('GET /api/v1/conversations/{conversation_id}', json({ conversation_id: 'a/b?c#d' })),
		);

		expect(failure).toMatchObject({ httpCode: '404' });
		expect(await sentLines(/conversations/)).toEqual(['GET /api/v1/conversations/a%2Fb%3Fc%23d']);
	});

	test('by operation id', async () => {
		const [answer] = await call('health_health_get');

		expect(answer).toMatchObject({ status: 'healthy' });
	});

	test('with lists in the query repeats the name', async () => {
		const key = 'GET /api/v1/conversations';
		await call(key, json({ source: ['a', 'b'] })).catch(() => undefined);

		expect(await sentLines(/conversations/)).toEqual([
			'GET /api/v1/conversations?source=a&source=b',
		]);
	});

	test('of a form-encoded body', async () => {
		const key = 'POST /api/v1/knowledge-bases/create-from-url';
		const body = { name: 'Help', description: 'Pages', website_url: 'https://example.com' };

		expect(await call(key, json({}, body))).toMatchObject([{ name: 'Help' }]);
	});

	test('uploads and downloads a file', async () => {
		const items = [
			{
				json: {},
				binary: {
					doc: {
						data: Buffer.from('Grüße').toString('base64'),
						mimeType: 'text/plain',
						fileName: 'grüße.txt',
					},
				},
			},
		];
		const [uploaded] = await call('POST /api/v1/attachments', json({}, { file: 'doc' }), { items });
		const [{ json: about, binary }] = await execute('apiOperation', 'call', {
			apiOperation: byId('GET /api/v1/attachments/{attachment_id}/download'),
			...json({ attachment_id: uploaded.id }),
			outputField: 'file',
		});

		expect(uploaded).toMatchObject({ filename: 'grüße.txt', content_type: 'text/plain' });
		expect(about).toEqual({ operation: 'GET /api/v1/attachments/{attachment_id}/download' });
		expect(binary?.file).toMatchObject({ fileName: 'grüße.txt', mimeType: 'text/plain' });
		expect(Buffer.from(binary?.file.data ?? '', 'base64').toString()).toBe('Grüße');
	});

	test.each([
		["filename*=UTF-8''R%26D+%C3%BC&x.txt", 'R&D+ü&x.txt'],
		['filename="plain.txt"; filename*=utf-8\'\'100%.txt', '100%.txt'],
		['filename="plain.txt"', 'plain.txt'],
	])('puts out a file of the name in %s', async (name, fileName) => {
		const headers = {
			'content-type': 'text/plain',
			'content-disposition': `attachment; ${name}`,
		};
		const download = { path: '/download' };
		await control.fault({ kind: 'status', status: 200, headers, body: 'x', match: download });
		const [{ binary }] = await execute('apiOperation', 'call', {
			apiOperation: byId('GET /api/v1/attachments/{attachment_id}/download'),
			...json({ attachment_id: 'att_1' }),
		});

		expect(binary?.data).toMatchObject({ fileName });
	});

	test('an uploaded file is an attachment of a message', async () => {
		const attachment_ids = await newAttachment('notes.txt', 'some notes');
		const answer = await row(
			'agent',
			'sendMessage',
			message('Read', { context: { attachment_ids } }),
		);

		expect(answer.text).toContain('notes.txt has 10 bytes.');
	});

	test('of a stream returns its events', async () => {
		const conversation = await api.post('/conversations', { agent_id: await agentId('MainAgent') });
		const [{ events }] = await call(
			'POST /api/v1/agent/{agent_id}/chat',
			json(
				{ agent_id: await agentId('MainAgent') },
				{
					message: 'Hi',
					message_id: 'm1',
					conversation_id: conversation.data.conversation.id,
				},
			),
		);

		expect((events as IDataObject[]).at(-1)).toMatchObject({ type: 'end' });
	});

	test('returns the rows of a list as items', async () => {
		await settings({ agentList: 'array' });

		expect(await call('GET /api/v1/agents')).toHaveLength(7);
	});

	test('inspects and cancels background tasks', async () => {
		await behave('MainAgent', { backgroundTaskMs: 60_000 });
		const answer = await row('agent', 'sendMessage', message('Go'));
		const [{ task_id }] = answer.background_tasks as Array<{ task_id: string }>;
		const key = 'POST /api/v1/background-tasks/{task_id}/cancel';

		expect(await call(key, json({ task_id }))).toMatchObject([{ status: 'cancelled' }]);
	});

	test.each([
		['a part of the path that is missing', {}, /needs 'conversation_id'/],
		['a parameter it does not have', { conversation_id: 'c', x: 1 }, /has no parameter 'x'/],
		['dots for a part of the path', { conversation_id: '..' }, /'\.\.' is not an ID/],
	])('with %s is not sent', async (_, parameters, text) => {
		const failure = await failureOf(
			call('GET /api/v1/conversations/{conversation_id}', json(parameters)),
		);

		expect(failure.message).toMatch(text);
		expect(await sentLines(/conversations/)).toEqual([]);
	});

	test('that is refused says which field is wrong', async () => {
		const failure = await failureOf(call('POST /api/v1/agents', json({}, { name: 5 })));

		expect(failure).toMatchObject({
			httpCode: '422',
			message: 'AgentFlow: name: Input should be a valid string',
		});
	});

	test('that changes something is not repeated', async () => {
		await control.fault({ kind: 'reset-after', match: { method: 'POST', path: '/agents' } });
		const failure = await failureOf(call('POST /api/v1/agents', json({}, { name: 'Once' })));

		expect(failure.description).toMatch(/not repeated/);
		expect(await sentLines(/agents$/)).toHaveLength(1);
	});

	test('works where the prefix stands in the servers of the document', async () => {
		await settings({ openapiPrefix: 'servers' });

		expect(await call('GET /api/v1/agents')).toMatchObject([{ agents: expect.any(Array) }]);
		await behave('MainAgent', { durationMs: 0 });
		expect(await runs()).toEqual([]);
	});

	test('is tied to the host of the credential, whatever its name says', async () => {
		for (const name of ['GET https://example.com/', 'GET //example.com/', '@example.com']) {
			expect((await failureOf(call(name))).message).toBe(`The instance has no operation '${name}'`);
		}
	});

	test('takes the credential along', async () => {
		await call('GET /api/v1/agents', {}, { credentials: credentials({ tenant: 't-1' }) });
		const [{ headers }] = await sent(/agents$/);

		expect(headers).toMatchObject({
			authorization: `Bearer ${announced.accessToken}`,
			'snc-tenant': 't-1',
		});
	});

	test('refuses a header that would not go out as it was given', async () => {
		const parameters = [{ name: 'x-title', in: 'header' }];
		await serves({ paths: { '/api/v1/agents': { get: { parameters } } } });
		const failure = await failureOf(call('GET /api/v1/agents', json({ 'x-title': 'Łukasz' })));

		expect(failure.message).toBe(`'x-title' holds "Ł", which cannot be sent in an HTTP header`);
		expect(await sent(/agents$/)).toEqual([]);
	});
});

describe('a document', () => {
	const base = 'https://flow.example.com/prefix';
	const pathsOf = (document: object, baseUrl = base) =>
		readDocument({ openapi: '3.0.0', ...document }, baseUrl)?.operations.map(({ key }) => key);
	const paths = { '/a': { get: {} } };

	test.each([
		['no server', {}, ['GET /a']],
		['a relative server', { servers: [{ url: '/api/v1/' }] }, ['GET /api/v1/a']],
		['a server on another host', { servers: [{ url: 'https://evil.example/v2' }] }, ['GET /v2/a']],
		['a server that the base URL ends with', { servers: [{ url: '/prefix' }] }, ['GET /a']],
		['a server that is no URL', { servers: [{ url: 'http://[' }] }, ['GET /a']],
	])('with %s', (_, more, expected) => {
		expect(pathsOf({ paths, ...more })).toEqual(expected);
	});

	test.each([
		'//evil.example/a',
		'@evil.example/a',
		'a',
		'/a/../b',
		'/a/%2e%2E/b',
		'/a\\b',
		'/a#b',
	])('with the path %s offers nothing there', (path) => {
		expect(pathsOf({ paths: { [path]: { get: {} }, ...paths } })).toEqual(['GET /a']);
	});

	test('merges the parameters of a path and its operation', () => {
		const name = { name: 'q', in: 'query', schema: { type: 'string' } };
		const document = {
			paths: {
				'/a/{id}': {
					parameters: [name, { $ref: '#/components/parameters/P' }],
					get: {
						parameters: [
							{ ...name, required: true },
							{ name: 'Authorization', in: 'header' },
							{ name: 'snc-tenant', in: 'header' },
							{ name: 'x-trace', in: 'header' },
							{ name: 'session', in: 'cookie' },
						],
					},
				},
			},
			components: { parameters: { P: { name: 'page', in: 'query', schema: { type: 'integer' } } } },
		};
		const [operation] = readDocument(document, base)?.operations ?? [];

		expect(
			operation.parameters.map(({ name: id, in: place, required }) => [id, place, required]),
		).toEqual([
			['id', 'path', true],
			['q', 'query', true],
			['page', 'query', false],
			['x-trace', 'header', false],
		]);
	});

	test('that is none is none', () => {
		for (const none of [null, [], 'text', {}, { paths: [] }]) {
			expect(readDocument(none, base)?.operations ?? []).toEqual([]);
		}
	});
});

test('an agent that is made by the API can be asked by its name', async () => {
	await call('POST /api/v1/agents', json({}, { name: 'Fresh' }));

	expect(
		await row('agent', 'sendMessage', { ...message('Hi'), agent: byName('Fresh') }),
	).toMatchObject({ status: 'completed' });
});
