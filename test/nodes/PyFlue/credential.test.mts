// The credential, and the ways to authenticate (docs/contracts/pyflue.md, Auth, errors, limits).
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { PyFlueApi } from '../../../credentials/PyFlueApi.credentials.ts';
import { testCredential } from '../../support/n8n.mts';
import {
	baseUrl,
	control,
	credentials,
	execute,
	failureOf,
	rows,
	sent,
	settings,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const TOKEN = 'a-token-that-is-secret';
const bearer = { authentication: 'bearer', token: `${TOKEN}\n` };
const header = { authentication: 'header', headerName: ' X-Key ', headerSecret: TOKEN };
const locked = {
	bearer: { type: 'bearer', token: TOKEN },
	header: { type: 'header', name: 'x-key', value: TOKEN },
};

const tested = async (changed: IDataObject = {}) =>
	await testCredential({
		type: new PyFlueApi(),
		data: { baseUrl: baseUrl(), ...changed } as Parameters<typeof testCredential>[0]['data'],
	});

describe('authentication', () => {
	test.each([
		['none', {}, { type: 'none' }],
		['a bearer token', bearer, locked.bearer],
		['a header', header, locked.header],
	])('by %s', async (_, given, auth) => {
		await settings({ auth });

		expect(await tested(given)).toMatchObject({ status: 'OK' });
		expect(await rows('agent', 'getAll', {}, { credentials: credentials(given) })).toHaveLength(3);
	});

	test('sends nothing of its own when there is none', async () => {
		await rows('agent', 'getAll', {}, { credentials: credentials({ token: TOKEN }) });

		expect((await sent())[0].headers).not.toHaveProperty('authorization');
	});

	test.each(['X Key', 'X-Key:', `X-Key: ${TOKEN}`])(
		'by a header that cannot be named %j is refused before anything is sent',
		async (headerName) => {
			await control.clearRequests();
			const store = credentials({ ...header, headerName });
			const failure = await failureOf(execute('agent', 'getAll', {}, { credentials: store }));

			expect(failure.message).toBe(
				'The Header Name of the PyFlue credential is not the name of a header',
			);
			expect(failure.description).not.toContain(TOKEN);
			expect(await sent()).toEqual([]);
		},
	);

	test.each([
		[{}, locked.bearer],
		[{ ...bearer, token: 'wrong' }, locked.bearer],
		[header, locked.bearer],
	])('%j is refused with the words of the proxy', async (given, auth) => {
		await settings({ auth });
		const failure = await failureOf(
			execute('agent', 'getAll', {}, { credentials: credentials(given) }),
		);

		expect(failure).toMatchObject({ httpCode: '401', message: 'PyFlue: Unauthorized' });
		expect(failure.description).toMatch(/Check the key in the credential 'pyFlueApi'/);
		expect(await tested(given)).toMatchObject({ status: 'Error' });
	});

	test.each([TOKEN, `${TOKEN}\n`])('shows its settings in an error, but not %j', async (token) => {
		await settings({ auth: locked.bearer });
		const body = `/admin: the header ${TOKEN} is refused`;
		await control.fault({ kind: 'malformed', status: 403, body });
		const failure = await failureOf(
			execute('agent', 'getAll', {}, { credentials: credentials({ ...bearer, token }) }),
		);

		expect(failure.message).toBe('PyFlue: /admin: the header *** is refused');
	});
});

describe('the connection test', () => {
	test.each(['', '/', '//'])('takes a path prefix with %j behind it', async (end) => {
		await settings({ prefix: '/flue' });

		expect(await tested({ baseUrl: `${baseUrl()}/flue${end}` })).toMatchObject({ status: 'OK' });
		expect(await tested()).toMatchObject({ status: 'Error' });
	});

	test.each([
		['JSON of something else', { ok: true }],
		['text', 'ok'],
		['nothing', ''],
	])('does not take %s for a PyFlue server', async (_, body) => {
		await control.fault({ kind: 'status', status: 200, body });

		expect(await tested()).toEqual({
			status: 'Error',
			message: 'Something answers at this Base URL, but it is no PyFlue server',
		});
	});

	test('fails where nothing answers', async () => {
		expect(await tested({ baseUrl: 'http://127.0.0.1:9' })).toMatchObject({ status: 'Error' });
	});
});

describe('four forms of an error', () => {
	test.each([
		[
			'its own',
			{ error: { type: 'invalid_request', message: 'Bad.', details: 'No.' } },
			'PyFlue: Bad. No.',
		],
		['of its router', { detail: 'Method Not Allowed' }, 'PyFlue: Method Not Allowed'],
		[
			'of its form check',
			{ detail: [{ loc: ['query', 'limit'] }] },
			'PyFlue: [{"loc":["query","limit"]}]',
		],
		['as text', 'Internal Server Error', 'PyFlue: Internal Server Error'],
		['of another server', { message: 'Bad gateway' }, 'PyFlue: Bad gateway'],
		['a page', '<html>Bad gateway</html>', 'PyFlue: HTTP status 400'],
	])('%s', async (_, body, message) => {
		await control.fault({ kind: 'status', status: 400, body, times: null });
		const failure = await failureOf(execute('agent', 'getAll'));

		expect(failure).toMatchObject({ httpCode: '400', message });
	});
});

test.each(['404 page not found', '<html>404</html>', '{"message":"no Route matched"}'])(
	'a 404 that is none of PyFlue is put down to the address, and not to an ID: %s',
	async (body) => {
		await control.fault({ kind: 'malformed', status: 404, body });
		const failure = await failureOf(execute('agent', 'getAll'));

		expect(failure.description).toMatch(
			/^This is no answer of a PyFlue server. Check the Base URL/,
		);
	},
);
