// What the connection test of every credential makes of answers that are not the API's.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ICredentialDataDecryptedObject, ICredentialType } from 'n8n-workflow';
import { AgentFlowApi } from '../../credentials/AgentFlowApi.credentials.ts';
import { AgentFlowOAuth2Api } from '../../credentials/AgentFlowOAuth2Api.credentials.ts';
import { FlowMaestroApi } from '../../credentials/FlowMaestroApi.credentials.ts';
import { FlyMyAiApi } from '../../credentials/FlyMyAiApi.credentials.ts';
import { PyFlueApi } from '../../credentials/PyFlueApi.credentials.ts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';
import { registerCredentialTypes, testCredential } from '../support/n8n.mts';
import { oAuth2Api } from './AgentFlow/support.mts';

interface Answer {
	status: number;
	body?: string;
	headers?: Record<string, string>;
}

const SECRET = 'a-secret-of-mine';
const bearer = { authorization: `Bearer ${SECRET}` };

/** Each type, what a user fills in beside the address, and how the secret travels. */
const types: Array<[ICredentialType, ICredentialDataDecryptedObject, Record<string, string>]> = [
	[new FlyMyAiApi(), { apiKey: SECRET }, { 'x-api-key': SECRET }],
	[new FlowMaestroApi(), { apiKey: SECRET }, { 'x-api-key': SECRET }],
	[
		new PyFlueApi(),
		{ authentication: 'header', headerName: 'x-api-key', headerSecret: SECRET },
		{ 'x-api-key': SECRET },
	],
	[
		new AgentFlowApi(),
		{ accessToken: SECRET, tenant: 't-1', actingUser: 'ada' },
		{ ...bearer, 'snc-tenant': 't-1', 'snc-userid': 'ada' },
	],
	[
		new AgentFlowOAuth2Api(),
		{ clientId: 'id', clientSecret: 'secret', audience: 'a', tenant: 't-1', actingUser: 'ada' },
		{ ...bearer, 'snc-tenant': 't-1', 'snc-userid': 'ada' },
	],
];
const named = types.map(([type, ...rest]) => [type.name, type, ...rest] as const);

let answer: Answer;
/** The headers of the requests to the address of the credential, and to the one it redirects to. */
let asked: IncomingMessage['headers'][];
let askedElsewhere: IncomingMessage['headers'][];

const server = createServer((request, response) => {
	if (request.url === '/oauth/token') {
		const token = { access_token: SECRET, token_type: 'Bearer' };
		return send(response, { status: 200, body: JSON.stringify(token) });
	}
	asked.push(request.headers);
	return send(response, answer);
});
const elsewhere = createServer((request, response) => {
	askedElsewhere.push(request.headers);
	send(response, { status: 200, body: '{"framework":"pyflue","meta":{"request_id":"r"}}' });
});

function send(response: ServerResponse, { status, body = '', headers }: Answer): void {
	response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

const portOf = (one: Server) => (one.address() as AddressInfo).port;

beforeAll(async () => {
	registerCredentialTypes(oAuth2Api);
	for (const one of [server, elsewhere]) await once(one.listen(0, '127.0.0.1'), 'listening');
});

afterAll(async () => {
	for (const one of [server, elsewhere]) {
		one.closeAllConnections();
		await new Promise((closed) => one.close(closed));
	}
});

beforeEach(() => {
	asked = [];
	askedElsewhere = [];
});

/** Presses "Test" where the platform's address gives this answer. */
async function press(type: ICredentialType, data: ICredentialDataDecryptedObject, given: Answer) {
	answer = given;
	const host = `127.0.0.1:${portOf(server)}`;
	return await testCredential({
		type,
		data: { ...data, baseUrl: `http://${host}`, authDomain: host },
	});
}

test('every credential there is is tested here', () => {
	const files = named.map(([, type]) => `dist/credentials/${type.constructor.name}.credentials.js`);

	expect(files.sort()).toEqual([...readManifest(rootFolder).n8n.credentials].sort());
});

describe.each(named)('%s', (_, type, data, secrets) => {
	test.each([301, 302, 303, 307, 308])('does not follow a %i to another host', async (status) => {
		const location = `http://localhost:${portOf(elsewhere)}/`;
		const outcome = await press(type, data, { status, headers: { location } });

		expect(outcome).toEqual({
			status: 'Error',
			message: expect.stringMatching(/redirects to another one.*set Base URL/),
		});
		expect(asked).toMatchObject([secrets]);
		expect(askedElsewhere).toEqual([]);
	});

	test.each(['<html>Login</html>', '\n\t<!doctype html>', ' <p>', ''])(
		'does not take the page %j for the API',
		async (body) => {
			const headers = { 'content-type': 'text/html' };

			expect(await press(type, data, { status: 200, body, headers })).toEqual({
				status: 'Error',
				message: expect.stringMatching(/is not at this address|is no PyFlue server/),
			});
		},
	);

	test('says what to do where nothing is at this address', async () => {
		expect(await press(type, data, { status: 404, body: 'Not Found' })).toEqual({
			status: 'Error',
			message: expect.stringMatching(/at this address: (set|check|enter)/),
		});
	});

	test.each([500, 502, 503, 504, 520, 521, 522, 523, 524])(
		'does not put a %i down to the address or the secret',
		async (status) => {
			const page = '<html>Out of order</html>';
			for (const body of [page, '{"error":{"code":"internal_error"}}', '']) {
				expect(await press(type, data, { status, body })).toEqual({
					status: 'Error',
					message: expect.stringMatching(
						new RegExp(`\\(${status}\\).*Address and credential may be right`),
					),
				});
			}
		},
	);

	test('names the proxy that wants a login', async () => {
		expect(await press(type, data, { status: 407, body: '' })).toEqual({
			status: 'Error',
			message: expect.stringMatching(/proxy .* wants a login \(407\)/),
		});
	});

	test('says in the form how an address begins', () => {
		const { description } = type.properties.find(({ name }) => name === 'baseUrl') ?? {};

		expect(description).toContain('https://');
	});
});

const agentFlow = named.filter(([name]) => name.startsWith('agentFlow'));
const lists = named.filter(([name]) => name === 'flyMyAiApi').concat(agentFlow);

describe.each(lists)('%s', (_, type, data) => {
	test.each([
		[[]],
		[[{ uuid: '1', id: '1', name: 'An agent' }]],
		[{ count: 0, next: null, previous: null, results: [] }],
		[{ agents: [] }],
	])('takes the list %j', async (list) => {
		expect(await press(type, data, { status: 200, body: JSON.stringify(list) })).toEqual({
			status: 'OK',
			message: 'Connection successful!',
		});
	});
});

test.each([
	['flyMyAiApi', 401, /API key is missing, wrong/],
	['flyMyAiApi', 403, /not allowed to list agents/],
	['pyFlueApi', 401, /check Authentication/],
	['pyFlueApi', 403, /check Authentication/],
	['agentFlowApi', 401, /access token: .*Get a new one/],
	['agentFlowApi', 403, /scope.*Tenant and Acting User/],
	['agentFlowOAuth2Api', 401, /check Auth0 Domain and Audience/],
	['agentFlowOAuth2Api', 403, /check Scope, Tenant and Acting User/],
])('%s says what to do about a %i', async (name, status, message) => {
	const [, type, data] = named.find(([other]) => other === name) ?? named[0];

	expect(await press(type, data, { status, body: '{"detail":"No."}' })).toEqual({
		status: 'Error',
		message: expect.stringMatching(message),
	});
});

test('a key of FlowMaestro that lacks a scope is right all the same', async () => {
	const body = { error: { code: 'insufficient_scope' }, meta: { request_id: 'r' } };
	const [, type, data] = named[1];

	expect(await press(type, data, { status: 403, body: JSON.stringify(body) })).toMatchObject({
		status: 'OK',
	});
});
