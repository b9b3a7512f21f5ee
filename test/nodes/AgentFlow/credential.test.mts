// Both ways to log in (contract: Transport): what is sent, what is tested, and what is said when
// something is missing.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { AgentFlowApi } from '../../../credentials/AgentFlowApi.credentials.ts';
import { AgentFlowOAuth2Api } from '../../../credentials/AgentFlowOAuth2Api.credentials.ts';
import { executeNode, loadOptions, testCredential } from '../../support/n8n.mts';
import {
	announced,
	control,
	credentials,
	failureOf,
	machine,
	message,
	node,
	reset,
	row,
	rows,
	runs,
	sent,
	sentLines,
	settings,
	useSandbox,
} from './support.mts';

useSandbox();
beforeEach(reset);

const OAUTH = { authentication: 'agentFlowOAuth2Api' };
const agents = async (parameters = {}, setting = {}) =>
	await rows('agent', 'getAll', parameters, setting);

describe.each([
	['an access token', {}, credentials],
	['a machine client', OAUTH, machine],
])('the headers of %s', (_, parameters, store) => {
	test.each([
		['actingUser', 'Acting User', 'Łukasz', 'Ł'],
		['tenant', 'Tenant', 'acme\n-2', '\\n'],
	])('name nobody else where no header can hold %s', async (name, label, value, character) => {
		const failure = await failureOf(agents(parameters, { credentials: store({ [name]: value }) }));

		expect(failure.message).toBe(
			`'${label}' in the AgentFlow credential holds "${character}", which cannot be sent in an HTTP header`,
		);
		expect(failure.description).toContain(
			`Write '${label}' in the AgentFlow credential without it`,
		);
		expect(await sent()).toEqual([]);
	});

	test('hold the letters that a header can', async () => {
		await agents(parameters, { credentials: store({ actingUser: 'Jürgen' }) });

		expect((await sent(/agents/))[0].headers).toMatchObject({ 'snc-userid': 'Jürgen' });
	});
});

describe('an access token', () => {
	test('is sent with tenant and acting user, where they are given', async () => {
		await agents();
		await agents({}, { credentials: credentials({ tenant: ' t-1 ', actingUser: 'ada' }) });
		const [bare, full] = await sent();

		expect(bare.headers).toMatchObject({ authorization: `Bearer ${announced.accessToken}` });
		expect(bare.headers).not.toHaveProperty('snc-tenant');
		expect(bare.headers).not.toHaveProperty('snc-userid');
		expect(full.headers).toMatchObject({ 'snc-tenant': 't-1', 'snc-userid': 'ada' });
	});

	test('that is empty is no header, for a backend in development mode', async () => {
		await settings({ devBypass: true });

		expect(await agents({}, { credentials: credentials({ accessToken: '' }) })).toHaveLength(7);
		expect((await sent())[0].headers).not.toHaveProperty('authorization');
	});

	test.each(['', '/', '///'])('works with a base URL that ends with "%s"', async (ending) => {
		const baseUrl = announced.baseUrl + ending;

		expect(await agents({}, { credentials: credentials({ baseUrl }) })).toHaveLength(7);
	});

	test('works below a path prefix', async () => {
		const baseUrl = `${announced.baseUrl}/gateway`;
		await failureOf(agents({}, { credentials: credentials({ baseUrl }) }));

		expect(await sentLines()).toEqual(['GET /gateway/api/v1/agents']);
	});

	test('that is wrong is refused, and stays out of the error', async () => {
		const accessToken = 'wrong-token-of-mine';
		await control.fault({
			kind: 'status',
			status: 401,
			body: { detail: `Invalid token ${accessToken}` },
		});
		const failure = await failureOf(agents({}, { credentials: credentials({ accessToken }) }));

		expect(failure).toMatchObject({
			httpCode: '401',
			message: 'AgentFlow: Invalid token ***',
			description: expect.stringContaining("credential 'agentFlowApi'"),
		});
	});

	test('has its connection tested', async () => {
		const tested = async (changed = {}) => {
			const data = { ...credentials().agentFlowApi, ...changed };
			return (await testCredential({ type: new AgentFlowApi(), data })).status;
		};

		expect(await tested()).toBe('OK');
		expect(await tested({ accessToken: 'wrong' })).toBe('Error');
		expect(await tested({ baseUrl: 'http://127.0.0.1:9' })).toBe('Error');
		expect(await tested({ actingUser: 'Łukasz' })).toBe('Error');
		await settings({ devBypass: true });
		expect(await tested({ accessToken: '' })).toBe('OK');
	});
});

describe('a machine client', () => {
	const machineAgents = async (changed = {}) =>
		await agents(OAUTH, { credentials: machine(changed) });

	test('gets one token and sends both headers with every request', async () => {
		const store = { credentials: machine() };
		await agents(OAUTH, store);
		await agents(OAUTH, store);
		const [token, ...others] = await sent();

		expect(await sentLines()).toEqual([
			'POST /oauth/token',
			'GET /api/v1/agents',
			'GET /api/v1/agents',
		]);
		expect(token.body).toEqual({
			grant_type: 'client_credentials',
			client_id: announced.clientId,
			client_secret: announced.clientSecret,
			audience: announced.audience,
		});
		for (const { headers } of others) {
			expect(headers).toMatchObject({
				authorization: expect.stringMatching(/^Bearer /),
				'snc-tenant': announced.tenant,
				'snc-userid': announced.actingUser,
			});
		}
	});

	test('gets the scopes that are asked for', async () => {
		await machineAgents({ scope: 'agentflow:conversations agentflow:cancellations' });

		expect((await sent(/oauth/))[0].body).toMatchObject({
			scope: 'agentflow:conversations agentflow:cancellations',
		});
	});

	test('renews a token that has expired, and the request goes through', async () => {
		const store = { credentials: machine() };
		await agents(OAUTH, store);
		await control.post('agentflow/tokens/expire');

		expect(await agents(OAUTH, store)).toHaveLength(7);
		expect(await sentLines(/oauth/)).toHaveLength(2);
	});

	test('renews it for a run, which is one run', async () => {
		const store = { credentials: machine() };
		await agents(OAUTH, store);
		await control.post('agentflow/tokens/expire');

		expect(
			await row('agent', 'sendMessage', { ...message('Hello'), ...OAUTH }, store),
		).toMatchObject({ status: 'completed' });
		expect(await runs()).toHaveLength(1);
	});

	test('whose token is refused for good is told so, in the words of AgentFlow', async () => {
		await control.fault({
			kind: 'status',
			status: 401,
			times: null,
			body: { detail: 'Invalid token' },
			match: { path: '/agents' },
		});

		expect(await failureOf(machineAgents())).toMatchObject({
			httpCode: '401',
			message: 'AgentFlow: Invalid token',
		});
	});

	test('whose token was only just got keeps it out of the error', async () => {
		await control.fault({
			kind: 'status',
			status: 200,
			body: { access_token: 'only-just-got', token_type: 'Bearer', expires_in: 60 },
			match: { path: 'oauth' },
		});
		await control.fault({
			kind: 'status',
			status: 403,
			body: { detail: 'No scope in only-just-got' },
			match: { path: '/agents' },
		});

		expect((await failureOf(machineAgents())).message).toBe('AgentFlow: No scope in ***');
	});

	test.each([
		['a wrong secret', { clientSecret: 'wrong-secret' }],
		['a wrong audience', { audience: 'https://other.example' }],
		['a scope it was not granted', { scope: 'agentflow:everything' }],
	])('with %s gets no token, and is told where to look', async (_, changed) => {
		const failure = await failureOf(machineAgents(changed));

		expect(failure.message).toMatch(/^AgentFlow could not be asked: .*access token/);
		expect(failure.description).toMatch(/Check its address, the client and the scopes/);
		expect(await sentLines(/agents/)).toEqual([]);
	});

	test.each([
		['actingUser', 'Acting User'],
		['tenant', 'Tenant'],
	])('without %s is told so before anything is sent', async (name, label) => {
		const failure = await failureOf(machineAgents({ [name]: ' ' }));

		expect(failure.message).toBe(`The AgentFlow OAuth2 credential has no ${label}`);
		expect(failure.description).toContain(`fill in '${label}'`);
		expect(await sent()).toEqual([]);
	});

	test('shows in the form that tenant and acting user are needed', () => {
		const needed = new AgentFlowOAuth2Api().properties
			.filter(({ required }) => required)
			.map(({ name }) => name);

		expect(needed).toEqual(expect.arrayContaining(['tenant', 'actingUser', 'audience']));
	});

	test('of another tenant is refused with a way out', async () => {
		const failure = await failureOf(machineAgents({ tenant: 'other' }));

		expect(failure).toMatchObject({
			httpCode: '403',
			message: 'AgentFlow: Tenant header does not match the tenant of the token',
			description: expect.stringContaining('Tenant in the credential'),
		});
	});

	test('without the scope for it is refused with a way out', async () => {
		const store = { credentials: machine({ scope: 'agentflow:agents' }) };
		const failure = await failureOf(
			row('agent', 'sendMessage', { ...message('Hello'), ...OAUTH }, store),
		);

		expect(failure.message).toBe(
			'AgentFlow: Insufficient scope: agentflow:conversations is required',
		);
		expect(failure.description).toContain('may lack a scope');
	});

	test('fills the lists of the editor as well', async () => {
		const { results } = await loadOptions({
			node,
			kind: 'listSearch',
			method: 'searchAgents',
			parameters: OAUTH,
			credentials: machine(),
		});

		expect(results).toHaveLength(7);
	});

	test('streams to the chat like anybody else', async () => {
		const { chunks } = await executeNode({
			node,
			parameters: { resource: 'agent', operation: 'sendMessage', ...message('Hi'), ...OAUTH },
			credentials: machine(),
			streaming: true,
		});

		expect(chunks.length).toBeGreaterThan(3);
	});

	test.each([
		['tenant.eu.auth0.com', 'https://tenant.eu.auth0.com/oauth/token'],
		['https://login.example.com/', 'https://login.example.com/oauth/token'],
		['127.0.0.1:9000', 'http://127.0.0.1:9000/oauth/token'],
		['localhost', 'http://localhost/oauth/token'],
	])('asks at %s', (authDomain, url) => {
		const given = new AgentFlowOAuth2Api().properties.find(
			({ name }) => name === 'accessTokenUrl',
		)?.default;
		const expression = /^=\{\{(.*)\}\}$/s.exec(String(given))?.[1] ?? '';
		const evaluate = new Function('$self', `return ${expression}`);

		expect(evaluate({ authDomain })).toBe(url);
	});
});
