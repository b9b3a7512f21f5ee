// The credential: its test, and what may stand in Base URL.
import { createServer, request as forward } from 'node:http';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FlyMyAiApi } from '../../../credentials/FlyMyAiApi.credentials.ts';
import { testCredential } from '../../support/n8n.mts';
import {
	API,
	RESEARCHER,
	baseUrl,
	byId,
	control,
	credentials,
	execute,
	failureOf,
	outputs,
	rows,
	sentLines,
	useSandbox,
} from './support.mts';

useSandbox();

let proxy: Server;

/** A proxy that serves the platform below a path. */
beforeAll(async () => {
	proxy = createServer((asked, answered) => {
		const path = asked.url?.replace(/^\/team\/flymyai(?=\/)/, '');
		if (path === undefined || path === asked.url) return answered.writeHead(404).end();
		const { method, headers } = asked;
		const onwards = forward(baseUrl() + path, { method, headers }, (answer) => {
			answered.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(answered);
		});
		return asked.pipe(onwards);
	}).listen(0, '127.0.0.1');
	await once(proxy, 'listening');
});

afterAll(async () => {
	proxy.closeAllConnections();
	await new Promise((closed) => proxy.close(closed));
});

beforeEach(async () => await control.reset());

const pressTest = async (changed = {}) =>
	await testCredential({
		type: new FlyMyAiApi(),
		data: credentials(changed).flyMyAiApi,
	});

const OK = { status: 'OK', message: 'Connection successful!' };

/** Ways to write down where the platform is. */
const addresses: Record<string, () => string> = {
	'as it is': () => baseUrl(),
	'with a slash at its end': () => `${baseUrl()}/`,
	'with slashes and spaces around it': () => `  ${baseUrl()}// `,
	'with a path': () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/team/flymyai`,
	'with a path and a slash': () =>
		`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/team/flymyai/`,
};

describe.each(Object.entries(addresses))('a Base URL %s', (_, address) => {
	test('passes the test', async () => {
		expect(await pressTest({ baseUrl: address() })).toEqual(OK);
		expect(await sentLines()).toEqual([`GET ${API}/tasks/`]);
	});

	test('serves the node', async () => {
		const [agent] = await rows(
			'agent',
			'get',
			{ agent: byId(RESEARCHER) },
			{ credentials: credentials({ baseUrl: address() }) },
		);

		expect(agent.name).toBe('Web Researcher');
		expect(await sentLines()).toEqual([`GET ${API}/tasks/${RESEARCHER}/`]);
	});
});

describe('a wrong key', () => {
	test.each([
		['fly-wrong', 'The API key is missing, wrong or no longer valid'],
		['', 'The API key is missing, wrong or no longer valid'],
		['fly-forbidden', 'The API key is not allowed to list agents'],
	])('"%s" fails the test with a sentence', async (apiKey, message) => {
		expect(await pressTest({ apiKey })).toEqual({ status: 'Error', message });
	});

	test('fails the node with the name of the credential', async () => {
		const failure = await failureOf(
			execute('agent', 'getAll', {}, { credentials: credentials({ apiKey: 'fly-wrong' }) }),
		);

		expect(failure).toMatchObject({
			httpCode: '401',
			message: 'FlyMyAI: Invalid API key.',
			description: expect.stringContaining("the credential 'flyMyAiApi'"),
		});
	});
});

describe('a Base URL that cannot be used', () => {
	test.each([
		'',
		'not a URL',
		'ftp://files.example.com',
		'backend.flymy.ai',
		'https://x.example.com/?key=1',
		'https://x.example.com/#top',
	])('"%s" fails the node with a sentence', async (address) => {
		const failure = await failureOf(
			execute('agent', 'getAll', {}, { credentials: credentials({ baseUrl: address }) }),
		);

		expect(failure.message).toBe('The Base URL of the FlyMyAI credential is not an http(s) URL');
		expect(failure.description).toMatch(/set Base URL to an address such as/);
		expect(await sentLines()).toEqual([]);
	});

	test('sends every item to the error output, where the node has one', async () => {
		const [regular, errors] = await outputs(
			'agent',
			'getAll',
			{},
			{
				items: [{ n: 1 }, { n: 2 }],
				onError: 'continueErrorOutput',
				credentials: credentials({ baseUrl: 'not a URL' }),
			},
		);

		expect(regular).toEqual([]);
		const error = expect.stringContaining('is not an http(s) URL');
		expect(errors).toMatchObject([
			{ json: { n: 1, error, details: { item: 0 } }, pairedItem: { item: 0 } },
			{ json: { n: 2, error, details: { item: 1 } }, pairedItem: { item: 1 } },
		]);
	});

	test('fails the test', async () => {
		expect(await pressTest({ baseUrl: 'not a URL' })).toMatchObject({ status: 'Error' });
		expect(await pressTest({ baseUrl: 'http://127.0.0.1:9' })).toMatchObject({ status: 'Error' });
	});
});

describe('a redirect to another host', () => {
	const reached: Array<string | undefined> = [];
	let other: Server;

	beforeAll(async () => {
		other = createServer((asked, answered) => {
			reached.push(asked.headers['x-api-key']?.toString());
			answered.writeHead(200, { 'content-type': 'application/json' }).end('[]');
		}).listen(0, '127.0.0.1');
		await once(other, 'listening');
	});

	afterAll(async () => {
		other.closeAllConnections();
		await new Promise((closed) => other.close(closed));
	});

	const redirect = async () => {
		const location = `http://localhost:${(other.address() as AddressInfo).port}/tasks/`;
		await control.fault({ kind: 'status', status: 302, headers: { location } });
		return location;
	};

	test('does not get the key from the node, which says where it was to go', async () => {
		const location = await redirect();
		const failure = await failureOf(execute('agent', 'get', { agent: byId(RESEARCHER) }));

		expect(failure.message).toBe(`FlyMyAI: it redirects to ${location}`);
		expect(failure.description).toMatch(/set Base URL in the credential 'flyMyAiApi'/);
		expect(reached).toEqual([]);
	});

	test('does not get the key from the test', async () => {
		await redirect();

		expect(await pressTest()).toMatchObject({ status: 'Error' });
		expect(reached).toEqual([]);
	});
});
