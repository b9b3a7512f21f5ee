// The harness itself: throw-away nodes against a tiny server, through the real n8n-core.
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { NodeApiError, NodeConnectionTypes, NodeOperationError, sleep } from 'n8n-workflow';
import type {
	IAuthenticateGeneric,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestHelper,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	INodeExecutionData,
	INodeListSearchResult,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
	ResourceMapperFields,
} from 'n8n-workflow';
import { executeNode, loadOptions, poll, registerCredentialTypes, testCredential } from './n8n.mts';
import { startSandbox } from './sandbox.mts';

class EchoApi implements ICredentialType {
	name = 'echoApi';
	displayName = 'Echo API';
	properties: ICredentialType['properties'] = [
		{ displayName: 'API Key', name: 'apiKey', type: 'string', default: '' },
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: 'http://default.invalid' },
		{ displayName: 'Tenant', name: 'tenant', type: 'string', default: 'main' },
	];
	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: {
			headers: { 'X-API-KEY': '={{$credentials.apiKey}}' },
			qs: { tenant: '={{$credentials.tenant}}', source: 'n8n' },
		},
	};
	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/guarded' },
		rules: [{ type: 'responseCode', properties: { value: 401, message: 'The key is not valid' } }],
	};
}

class SessionApi implements ICredentialType {
	name = 'sessionApi';
	displayName = 'Session API';
	properties: ICredentialType['properties'] = [
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '' },
		{
			displayName: 'Session',
			name: 'session',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: '',
		},
	];
	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/guarded' },
		rules: [
			{
				type: 'responseSuccessBody',
				properties: { key: 'headers.x-api-key', value: 'right', message: 'Not this session' },
			},
		],
	};
	async preAuthentication(
		this: IHttpRequestHelper,
		{ baseUrl }: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		return await this.helpers.httpRequest({ baseURL: String(baseUrl), url: '/login', json: true });
	}
	async authenticate(
		{ session }: ICredentialDataDecryptedObject,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return { ...options, headers: { ...options.headers, 'x-api-key': session } };
	}
}

const base: Omit<INodeTypeDescription, 'name' | 'displayName' | 'properties'> = {
	group: ['transform'],
	version: [1, 2],
	description: 'Throw-away',
	defaults: {},
	usableAsTool: true,
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	credentials: [{ name: 'echoApi' }, { name: 'sessionApi' }],
};

class Fetch implements INodeType {
	description: INodeTypeDescription = {
		...base,
		displayName: 'Fetch',
		name: 'fetch',
		properties: [
			{ displayName: 'Path', name: 'path', type: 'string', default: '/echo' },
			{ displayName: 'Word', name: 'word', type: 'string', default: 'by default' },
			{ displayName: 'Auth', name: 'auth', type: 'string', default: 'echoApi' },
			{
				displayName: 'Only Tool',
				name: 'onlyTool',
				type: 'string',
				default: 'tool default',
				displayOptions: { show: { '@tool': [true] } },
			},
		],
	};

	methods = {
		loadOptions: {
			async getWords(this: ILoadOptionsFunctions) {
				return [{ name: String(this.getCurrentNodeParameter('word')), value: 1 }];
			},
		},
		listSearch: {
			async searchEcho(
				this: ILoadOptionsFunctions,
				filter?: string,
				paginationToken?: string,
			): Promise<INodeListSearchResult> {
				const { baseUrl } = await this.getCredentials('echoApi');
				const { headers } = await this.helpers.httpRequestWithAuthentication.call(this, 'echoApi', {
					baseURL: String(baseUrl),
					url: '/echo',
					json: true,
				});
				return {
					results: [{ name: `${filter} ${headers['x-api-key']}`, value: 'x' }],
					paginationToken: paginationToken === undefined ? 'second' : undefined,
				};
			},
		},
		resourceMapping: {
			async getFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
				return { fields: [], emptyFieldsNotice: String(this.getNodeParameter('word')) };
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const output: INodeExecutionData[] = [];
		for (const [item] of this.getInputData().entries()) {
			try {
				const auth = String(this.getNodeParameter('auth', item));
				const { baseUrl } = await this.getCredentials(auth, item);
				const answer = await this.helpers.httpRequestWithAuthentication.call(this, auth, {
					baseURL: String(baseUrl),
					url: String(this.getNodeParameter('path', item)),
					method: 'POST',
					body: { word: this.getNodeParameter('word', item) },
					json: true,
				});
				await this.sendChunk('item', item, 'sent');
				const onlyTool = this.getNodeParameter('onlyTool', item, 'hidden');
				output.push({ json: { ...answer, onlyTool }, pairedItem: { item } });
			} catch (error) {
				if (!this.continueOnFail()) throw error;
				output.push({ json: { error: String(error) }, pairedItem: { item } });
			}
		}
		this.addExecutionHints({ message: 'done' });
		return [output];
	}
}

class Reader implements INodeType {
	description: INodeTypeDescription = {
		...base,
		displayName: 'Reader',
		name: 'reader',
		properties: [],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { fileName, mimeType } = this.helpers.assertBinaryData(0, 'data');
		const shout = (await this.helpers.getBinaryDataBuffer(0, 'data')).toString().toUpperCase();
		const copy = await this.helpers.prepareBinaryData(Buffer.from(shout), 'copy.txt', mimeType);
		return [[{ json: { fileName, shout }, binary: { copy } }]];
	}
}

class Ticker implements INodeType {
	description: INodeTypeDescription = {
		...base,
		displayName: 'Ticker',
		name: 'ticker',
		group: ['trigger'],
		polling: true,
		inputs: [],
		properties: [{ displayName: 'Fail', name: 'fail', type: 'boolean', default: false }],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		if (this.getMode() === 'manual') return [[{ json: { budget: this.getPollBudgetMs() } }]];
		const state = this.getWorkflowStaticData('node');
		const seen = Number(state.seen ?? 0);
		state.seen = seen + 1;
		if (this.getNodeParameter('fail')) {
			throw new NodeOperationError(this.getNode(), 'Could not look');
		}
		return seen === 0 ? null : [[{ json: { seen } }]];
	}
}

interface Received {
	method?: string;
	url?: string;
	headers: IncomingHttpHeaders;
	body: string;
}

let server: Server;
let baseUrl: string;
let received: Received[] = [];
let onSilence: (response: ServerResponse) => void;

beforeAll(async () => {
	server = createServer(async (request, response) => {
		const { method, url, headers } = request;
		received.push({ method, url, headers, body: await text(request) });
		const answer = (status: number, json: unknown): void => {
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(json));
		};
		const { pathname } = new URL(url ?? '', baseUrl);
		if (pathname === '/silence') onSilence(response);
		else if (pathname === '/login') answer(200, { session: 'right' });
		else if (pathname === '/broken') answer(500, { detail: 'on fire' });
		else if (pathname === '/guarded' && headers['x-api-key'] !== 'right') answer(401, {});
		else answer(200, { url, headers });
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	registerCredentialTypes(new EchoApi(), new SessionApi());
});

beforeEach(() => {
	received = [];
});

afterAll(async () => {
	server.closeAllConnections();
	await new Promise((closed) => server.close(closed));
});

const node = new Fetch();
const credentials = () => ({ echoApi: { apiKey: 'secret', baseUrl } });

describe('executeNode', () => {
	test('resolves an expression for each item and fills in defaults', async () => {
		const { output, hints, chunks } = await executeNode({
			node,
			parameters: { word: '={{ $json.animal.toUpperCase() }}' },
			items: [{ animal: 'cat' }, { animal: 'dog' }],
			credentials: credentials(),
		});

		expect(received.map(({ method, body }) => [method, body])).toEqual([
			['POST', '{"word":"CAT"}'],
			['POST', '{"word":"DOG"}'],
		]);
		expect(output[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(hints).toEqual([{ message: 'done' }]);
		expect(chunks).toEqual([]);
	});

	test('sends what the credential says, its defaults included', async () => {
		await executeNode({ node, credentials: credentials() });

		expect(received[0].headers['x-api-key']).toBe('secret');
		expect(received[0].url).toBe('/echo?tenant=main&source=n8n');
		expect(received[0].body).toBe('{"word":"by default"}');
	});

	test('renews an expired session and keeps it for the next execution', async () => {
		const store = { sessionApi: { baseUrl, session: 'stale' } };
		const run = { node, parameters: { auth: 'sessionApi', path: '/guarded' }, credentials: store };
		await executeNode(run);
		await executeNode(run);

		expect(received.map(({ url }) => url)).toEqual(['/guarded', '/login', '/guarded', '/guarded']);
		expect(store.sessionApi.session).toBe('right');
	});

	test('throws what the node throws, an instance of the class the node knows', async () => {
		const run = executeNode({
			node,
			parameters: { path: '/broken' },
			credentials: credentials(),
		});

		await expect(run).rejects.toBeInstanceOf(NodeApiError);
		await expect(run).rejects.toMatchObject({ httpCode: '500', node: { name: 'Fetch' } });
	});

	test('refuses a credential the canvas does not have', async () => {
		await expect(executeNode({ node, credentials: {} })).rejects.toThrow(
			'Node does not require credentials',
		);
	});

	test('lets the node go on after a failure', async () => {
		const { output } = await executeNode({
			node,
			parameters: { path: '={{ $json.path }}' },
			items: [{ path: '/broken' }, { path: '/echo' }],
			credentials: credentials(),
			continueOnFail: true,
		});

		expect(output).toHaveLength(1);
		expect(output[0][0].json.error).toMatch(/NodeApiError/);
		expect(output[0][1].json.url).toMatch('/echo');
	});

	test('hands failed items to the error output, with the input they came from', async () => {
		const { output } = await executeNode({
			node,
			parameters: { path: '={{ $json.path }}' },
			items: [{ path: '/broken' }, { path: '/echo' }],
			credentials: credentials(),
			onError: 'continueErrorOutput',
		});

		expect(output.map((items) => items.length)).toEqual([1, 1]);
		expect(output[1][0].json).toEqual({
			path: '/broken',
			error: expect.stringContaining('NodeApiError'),
		});
	});

	test('stops a request that is under way', async () => {
		const stop = new AbortController();
		const hungUp = new Promise((resolve) => {
			onSilence = (response) => {
				response.once('close', resolve);
				stop.abort();
			};
		});
		const run = executeNode({
			node,
			parameters: { path: '/silence' },
			credentials: credentials(),
			signal: stop.signal,
		});

		await expect(run).rejects.toBeInstanceOf(NodeApiError);
		await hungUp;
	});

	test('collects the chunks of a streaming caller', async () => {
		const { chunks } = await executeNode({ node, credentials: credentials(), streaming: true });

		expect(chunks).toEqual([expect.objectContaining({ type: 'item', content: 'sent' })]);
	});

	test('runs the tool variant with the arguments of the model', async () => {
		const run = {
			node,
			parameters: { word: "={{ $fromAI('animal') }}" },
			items: [{ animal: 'owl' }],
			credentials: credentials(),
		};
		const asNode = await executeNode({ ...run, parameters: {} });
		const asTool = await executeNode({ ...run, nodeType: 'n8n-nodes-agent-platforms.fetchTool' });

		expect(asNode.output[0][0].json.onlyTool).toBe('hidden');
		expect(asTool.output[0][0].json.onlyTool).toBe('tool default');
		expect(received[1].body).toBe('{"word":"owl"}');
	});

	test('gives and takes binary data in memory', async () => {
		const data = {
			data: Buffer.from('hello').toString('base64'),
			mimeType: 'text/plain',
			fileName: 'a.txt',
		};
		const { output } = await executeNode({
			node: new Reader(),
			items: [{ json: {}, binary: { data } }],
		});

		expect(output[0][0].json).toEqual({ fileName: 'a.txt', shout: 'HELLO' });
		expect(output[0][0].binary?.copy).toMatchObject({
			data: Buffer.from('HELLO').toString('base64'),
			fileName: 'copy.txt',
			mimeType: 'text/plain',
		});
	});
});

describe('loadOptions', () => {
	test('answers options from the current parameters', async () => {
		const options = await loadOptions({
			node,
			kind: 'loadOptions',
			method: 'getWords',
			parameters: { word: 'typed' },
		});

		expect(options).toEqual([{ name: 'typed', value: 1 }]);
	});

	test('searches a list with the credential, a filter and a page', async () => {
		const search = {
			node,
			kind: 'listSearch' as const,
			method: 'searchEcho',
			credentials: credentials(),
			filter: 'abc',
		};
		const first = await loadOptions(search);
		const second = await loadOptions({ ...search, paginationToken: 'second' });

		expect(first).toEqual({
			results: [{ name: 'abc secret', value: 'x' }],
			paginationToken: 'second',
		});
		expect(second.paginationToken).toBeUndefined();
	});

	test('answers the fields of a resource mapper', async () => {
		const fields = await loadOptions({ node, kind: 'resourceMapping', method: 'getFields' });

		expect(fields).toEqual({ fields: [], emptyFieldsNotice: 'by default' });
	});
});

describe('poll', () => {
	const ticker = new Ticker();

	test('keeps static data from one poll to the next', async () => {
		const staticData = {};

		expect(await poll({ node: ticker, staticData })).toBeNull();
		expect(await poll({ node: ticker, staticData })).toEqual([[{ json: { seen: 1 } }]]);
		expect(staticData).toEqual({ seen: 2 });
	});

	test('discards what a failed poll wrote only where cursors are durable', async () => {
		const legacy = { seen: 5 };
		const durable = { seen: 5 };
		const failing = { node: ticker, parameters: { fail: true } };

		await expect(poll({ ...failing, staticData: legacy })).rejects.toThrow('Could not look');
		await expect(poll({ ...failing, staticData: durable, durable: true })).rejects.toThrow();
		expect(legacy).toEqual({ seen: 6 });
		expect(durable).toEqual({ seen: 5 });

		await poll({ node: ticker, staticData: durable, durable: true });
		expect(durable).toEqual({ seen: 6 });
	});

	test('fetches a test event within its budget', async () => {
		const output = await poll({ node: ticker, staticData: {}, mode: 'manual', budgetMs: 1234 });

		expect(output).toEqual([[{ json: { budget: 1234 } }]]);
	});
});

describe('testCredential', () => {
	const type = new EchoApi();

	test('accepts a right key', async () => {
		const data = { apiKey: 'right', baseUrl };

		expect(await testCredential({ type, data })).toEqual({
			status: 'OK',
			message: 'Connection successful!',
		});
	});

	test('rejects a wrong key in the words of the rule', async () => {
		const data = { apiKey: 'wrong', baseUrl };

		expect(await testCredential({ type, data })).toEqual({
			status: 'Error',
			message: 'The key is not valid',
		});
	});

	test('logs in first, and judges the body of the answer', async () => {
		expect(await testCredential({ type: new SessionApi(), data: { baseUrl } })).toEqual({
			status: 'Error',
			message: 'Not this session',
		});
	});

	test('names what keeps it from the server', async () => {
		const data = { apiKey: 'right', baseUrl: 'http://127.0.0.1:9' };

		expect(await testCredential({ type, data })).toEqual({
			status: 'Error',
			message: 'ECONNREFUSED',
		});
	});
});

test('the sandbox starts, answers, takes a fault and tells what it was asked', async () => {
	const { flymyai, close } = await startSandbox();
	try {
		await flymyai.control.fault({ kind: 'status', status: 503, match: { path: '^/anything' } });
		const ask = async () => (await fetch(`${flymyai.baseUrl}/anything?a=1`)).status;
		expect(await ask()).toBe(503);
		expect(await ask()).not.toBe(503);

		const [first, second] = await flymyai.control.requests();
		expect(first).toMatchObject({ method: 'GET', path: '/anything?a=1', status: 503 });
		expect(await flymyai.control.requests(first.seq)).toMatchObject([{ seq: second.seq }]);
		await flymyai.control.reset();
		expect(await flymyai.control.requests()).toEqual([]);
	} finally {
		await close();
	}
});

test("Node's own errors are errors, as in n8n", async () => {
	const cancelled = sleep(1000, AbortSignal.abort());

	await expect(cancelled).rejects.toBeInstanceOf(Error);
	expect(AbortSignal.abort().reason).toBeInstanceOf(Error);
	expect({}).not.toBeInstanceOf(Error);
	expect(new Error('plain')).not.toBeInstanceOf(NodeApiError);
});
