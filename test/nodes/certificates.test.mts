// Servers that show a certificate of their own, which nobody vouches for.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ICredentialDataDecryptedObject, ICredentialType, INodeType } from 'n8n-workflow';
import { AgentFlowApi } from '../../credentials/AgentFlowApi.credentials.ts';
import { AgentFlowOAuth2Api } from '../../credentials/AgentFlowOAuth2Api.credentials.ts';
import { FlyMyAiApi } from '../../credentials/FlyMyAiApi.credentials.ts';
import { PyFlueApi } from '../../credentials/PyFlueApi.credentials.ts';
import { AgentFlow } from '../../nodes/AgentFlow/AgentFlow.node.ts';
import { FlyMyAi } from '../../nodes/FlyMyAi/FlyMyAi.node.ts';
import { PyFlue } from '../../nodes/PyFlue/PyFlue.node.ts';
import { failureOf } from '../support/canvas.mts';
import { executeNode, registerCredentialTypes, testCredential } from '../support/n8n.mts';
import { oAuth2Api } from './AgentFlow/support.mts';

const SWITCH = 'Ignore SSL Issues (Insecure)';

let server: Server;
let baseUrl: string;
let answered = 0;

beforeAll(async () => {
	const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
	const [key, cert] = ['key', 'cert'].map((name) => join(folder, `${name}.pem`));
	const subject = ['-subj', '/CN=localhost', '-days', '2'];
	execFileSync(
		'openssl',
		['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
		{ stdio: 'ignore' },
	);
	server = createServer(
		{ key: readFileSync(key), cert: readFileSync(cert) },
		(request, response) => {
			answered++;
			const token = { access_token: 'a-token', token_type: 'Bearer' };
			const answer =
				request.url === '/oauth/token'
					? token
					: request.url === '/health'
						? { framework: 'pyflue' }
						: request.url === '/agents'
							? { manifest: {}, agents: [] }
							: [];
			response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
		},
	);
	rmSync(folder, { recursive: true });
	await once(server.listen(0, '127.0.0.1'), 'listening');
	baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
	registerCredentialTypes(oAuth2Api);
});

afterAll(() => {
	server.closeAllConnections();
	server.close();
});

const machine = {
	clientId: 'id',
	clientSecret: 'a-secret',
	audience: 'a',
	tenant: 't-1',
	actingUser: 'ada',
	grantType: 'clientCredentials',
	authentication: 'body',
};

const cases: Array<[string, INodeType, ICredentialType, ICredentialDataDecryptedObject, string]> = [
	['FlyMyAI', new FlyMyAi(), new FlyMyAiApi(), { apiKey: 'fly-key' }, 'allowUnauthorizedCerts'],
	['PyFlue', new PyFlue(), new PyFlueApi(), { authentication: 'none' }, 'allowUnauthorizedCerts'],
	[
		'AgentFlow',
		new AgentFlow(),
		new AgentFlowApi(),
		{ accessToken: 'token' },
		'allowUnauthorizedCerts',
	],
	['AgentFlow, OAuth2', new AgentFlow(), new AgentFlowOAuth2Api(), machine, 'ignoreSSLIssues'],
];

describe.each(cases)('%s', (_name, node, type, given, field) => {
	const data = (ignored: boolean): ICredentialDataDecryptedObject => ({
		...given,
		baseUrl,
		authDomain: baseUrl,
		accessTokenUrl: `${baseUrl}/oauth/token`,
		[field]: ignored,
	});
	const execute = async (ignored: boolean) => {
		registerCredentialTypes(type);
		return await executeNode({
			node,
			parameters: { resource: 'agent', operation: 'getAll', authentication: type.name },
			credentials: { [type.name]: data(ignored) },
		});
	};

	test('is not asked, and the better way is named before the switch', async () => {
		const before = answered;
		const failure = await failureOf(execute(false));

		expect(failure.message).toContain('could not be asked: ');
		expect(failure.description).toMatch(/certificate of the service.*NODE_EXTRA_CA_CERTS/);
		expect(failure.description).toContain(SWITCH);
		expect(answered).toBe(before);
	});

	test('is asked where the switch is on', async () => {
		const before = answered;
		await execute(true);

		expect(answered).toBeGreaterThan(before);
	});

	test.each([true, false])('is tested as the switch says: %p', async (ignored) => {
		const before = answered;
		const { status } = await testCredential({ type, data: data(ignored) });

		expect(status).toBe(ignored ? 'OK' : 'Error');
		expect(answered > before).toBe(ignored);
	});

	test('has the switch as n8n calls it', () => {
		const own = type.properties.find((property) => property.name === field);

		expect(own).toMatchObject({ displayName: SWITCH, default: false });
	});
});
