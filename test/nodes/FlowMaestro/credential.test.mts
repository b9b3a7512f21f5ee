// The credential's connection test (docs/contracts/flowmaestro.md, 1): it needs no scope.
import { expect, test } from '@jest/globals';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { FlowMaestroApi } from '../../../credentials/FlowMaestroApi.credentials.ts';
import { testCredential } from '../../support/n8n.mts';
import {
	KEYS,
	WORKFLOWS,
	baseUrl,
	byId,
	control,
	credentials,
	execute,
	failureOf,
	rows,
	sent,
	useSandbox,
} from './support.mts';

useSandbox();

const press = async (changed: ICredentialDataDecryptedObject) =>
	await testCredential({
		type: new FlowMaestroApi(),
		data: { apiKey: KEYS.full.key, baseUrl: baseUrl(), ...changed },
	});

test.each(['full', 'readOnly', 'knowledgeBaseReader', 'agentExecutor'] as const)(
	'passes with the key %s, whatever its scopes',
	async (name) => {
		expect(await press({ apiKey: KEYS[name].key })).toMatchObject({ status: 'OK' });
	},
);

test('passes with a slash behind the address', async () => {
	expect(await press({ baseUrl: `${baseUrl()}/` })).toMatchObject({ status: 'OK' });
});

test.each([
	['an unknown key', `fm_live_${'x'.repeat(32)}`, /missing, wrong or inactive/],
	['a key of another form', 'fm_test_abc', /missing, wrong or inactive/],
	['an inactive key', KEYS.inactive.key, /missing, wrong or inactive/],
	['an expired key', KEYS.expired.key, /has expired/],
	['a revoked key', KEYS.revoked.key, /was revoked/],
])('fails with %s', async (_, apiKey, message) => {
	expect(await press({ apiKey })).toEqual({
		status: 'Error',
		message: expect.stringMatching(message),
	});
});

test("fails with the documentation's /v1 and says so", async () => {
	expect(await press({ baseUrl: `${baseUrl()}/v1` })).toEqual({
		status: 'Error',
		message: expect.stringContaining('without "/v1"'),
	});
});

test('fails where something else answers', async () => {
	await control.fault({ kind: 'malformed' });

	expect(await press({})).toMatchObject({ status: 'Error' });
});

test('fails where nothing answers', async () => {
	expect(await press({ baseUrl: 'http://127.0.0.1:9' })).toMatchObject({ status: 'Error' });
});

test('requests carry the key in X-API-Key', async () => {
	await rows('workflow', 'get', { workflow: byId(WORKFLOWS.leadScoring) });

	expect((await sent())[0].headers['x-api-key']).toBe(KEYS.full.key);
});

test('a path in front of the API is kept', async () => {
	const failure = await failureOf(
		execute(
			'workflow',
			'getAll',
			{},
			{ credentials: credentials({ baseUrl: `${baseUrl()}/proxy/` }) },
		),
	);

	expect((await sent())[0].path).toMatch(/^\/proxy\/api\/v1\/workflows/);
	expect(failure).toMatchObject({ httpCode: '404' });
});
