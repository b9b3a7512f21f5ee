// What must never be seen: the API key and the secrets of tools.
import { written } from './logAll.mts';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import type { FaultDefinition } from '../../../sandbox/core/faults.mts';
import {
	RESEARCHER,
	api,
	byId,
	control,
	credentials,
	execute,
	failureOf,
	newAgent,
	newTool,
	offered,
	rows,
	runsWith,
	startOf,
	until,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => {
	await control.reset();
	written.length = 0;
});

/** Everything of an error that n8n stores, shows or prints. */
const everythingOf = (error: Error) =>
	[
		error.message,
		error.stack,
		JSON.stringify(error),
		inspect(error, { depth: 12, showHidden: true }),
		...written,
	].join('\n');

describe('the API key', () => {
	const KEY = 'fly-sandbox-key';
	/** Every way an answer could repeat it. */
	const echoes: Record<string, Omit<FaultDefinition, 'kind'> & { kind?: 'malformed' }> = {
		'a detail': { status: 401, body: { detail: `Key ${KEY} is not valid` } },
		'a field map': { status: 400, body: { key: [`${KEY} is unknown`] } },
		'a list of variables': {
			status: 400,
			body: { variables: [`'${KEY}' is a required property`] },
		},
		'plain text': { status: 500, body: `at authenticate("${KEY}")` },
		'text cut in the middle of it': { status: 500, body: `${'x'.repeat(290)}${KEY}` },
		'a detail cut in the middle of it': {
			status: 400,
			body: { detail: `${'x'.repeat(1990)}${KEY}` },
		},
		'a page in place of JSON': { status: 200, body: `<p>${KEY}</p>`, kind: 'malformed' },
		'a page cut in the middle of it': {
			status: 200,
			body: `<p>${'x'.repeat(110)}${KEY}</p>`,
			kind: 'malformed',
		},
		'a row that is no JSON': { status: 200, body: `[{"uuid": ${KEY}}]`, kind: 'malformed' },
	};
	const calls: Record<string, () => Promise<unknown>> = {
		'a look': async () => await execute('agent', 'get', { agent: byId('any') }),
		'a start': async () => await execute('run', 'start', startOf('any')),
		'a change': async () =>
			await execute('agent', 'update', { agent: byId('any'), updateFields: { name: 'x' } }),
		'a delete': async () => await execute('agent', 'delete', { agent: byId('any') }),
		'a list': async () => await execute('agent', 'getAll'),
		'a picker': async () => await offered('searchAgents'),
	};

	test.each(Object.keys(calls).flatMap((call) => Object.keys(echoes).map((echo) => [echo, call])))(
		'echoed as %s to %s is not in the error',
		async (echo, call) => {
			await control.fault({ kind: 'status', ...echoes[echo] });
			const shown = everythingOf(await failureOf(calls[call]()));

			expect(shown).toContain('FlyMyAI');
			expect(shown).not.toContain(KEY);
			// Nor the part of it that a cut leaves over.
			expect(shown).not.toContain('fly-sa');
		},
	);

	test('is not in what an address says that cannot be used', async () => {
		const failure = await failureOf(
			execute(
				'agent',
				'get',
				{ agent: byId('any') },
				{ credentials: credentials({ baseUrl: `http://${KEY}.invalid` }) },
			),
		);

		expect(failure.message).not.toContain(KEY);
		expect(failure.stack).not.toContain(KEY);
	});

	test('is in no item of a failure, and not in the log', async () => {
		const body = { detail: `Key ${KEY} is not valid` };
		await control.fault({ kind: 'status', status: 401, body });
		const items = await execute('agent', 'get', { agent: byId('any') }, { continueOnFail: true });

		expect(items[0].json.error).toBe('FlyMyAI: Key *** is not valid');
		expect(JSON.stringify(items) + written.join('\n')).not.toContain(KEY);
	});

	test('is not in the log of an execution that was stopped', async () => {
		const agent = await newAgent({}, { outcome: 'never' });
		const stop = new AbortController();
		const waiting = failureOf(execute('run', 'start', startOf(agent), { signal: stop.signal }));
		await until(async () => (await runsWith(agent)).length === 1);
		const body = { detail: `Key ${KEY} may not cancel` };
		await control.fault({ kind: 'status', status: 403, match: { path: '/cancel/' }, body });
		stop.abort();
		const shown = everythingOf(await waiting);

		expect(written.join('\n')).toMatch(/Execution stopped while run \S+ was in flight/);
		expect(shown).toContain('Key *** may not cancel');
		expect(shown).not.toContain(KEY);
	});
});

describe('a secret of a tool', () => {
	const SECRET = 'ghp_9f8e7d6c5b4a';
	const PEM = `-----BEGIN KEY-----\n${SECRET}"\\n\n-----END KEY-----`;
	const CONFIG = { GITHUB_TOKEN: SECRET };

	const configured = async () => {
		const id = await newTool('github');
		await api.post(`/tools/${id}/provide-config/`, { user_response: CONFIG });
		return id;
	};

	test.each([
		['Tool: Get', async (tool: string) => await rows('tool', 'get', { tool: byId(tool) })],
		['Tool: Get Many', async () => await rows('tool', 'getAll', { returnAll: true })],
		[
			'Tool: Update',
			async (tool: string) =>
				await rows('tool', 'update', { tool: byId(tool), userConfig: '{ "other": "value" }' }),
		],
		[
			'Agent: Get',
			async (tool: string) => {
				await api.patch(`/tasks/${RESEARCHER}/`, { available_tools: [Number(tool)] });
				return await rows('agent', 'get', { agent: byId(RESEARCHER) });
			},
		],
	])('is masked in the items of %s', async (_, read) => {
		const items = JSON.stringify(await read(await configured()));

		expect(items).toContain('"GITHUB_TOKEN":"••••••"');
		expect(items + written.join('\n')).not.toContain(SECRET);
	});

	test('is masked in the items of Tool: Configure', async () => {
		const items = await rows('tool', 'configure', {
			tool: byId(await newTool('github')),
			specifyAnswer: 'json',
			answers: JSON.stringify(CONFIG),
		});

		expect(items).toMatchObject([{ is_configured: true, user_config: { GITHUB_TOKEN: '••••••' } }]);
		expect(JSON.stringify(items)).not.toContain(SECRET);
	});

	test('is shown to who asks for it', async () => {
		const [tool] = await rows('tool', 'get', {
			tool: byId(await configured()),
			options: { showConfiguration: true },
		});

		expect(tool.user_config).toEqual(CONFIG);
	});

	// From the item, because an error of n8n holds the node with what was typed into it.
	const sending: Record<string, INodeParameters> = {
		configure: { specifyAnswer: 'json', answers: '={{ $json.secret }}' },
		update: { userConfig: '={{ $json.secret }}' },
	};
	const sendingFails = async (operation: string, secret: string) =>
		await failureOf(
			execute('tool', operation, { tool: byId(7), ...sending[operation] }, { items: [{ secret }] }),
		);

	describe.each(Object.keys(sending))('sent by %s', (operation) => {
		test.each([
			['a detail', { token: SECRET }, { detail: `'${SECRET}' is not valid` }],
			['a body', { token: SECRET }, { user_config: { token: SECRET } }],
			['a body of several lines', { deep: [{ key: PEM }] }, { sent: { key: PEM } }],
			['a number', { pin: 90210456 }, { detail: '90210456 is too long' }],
		])('and echoed as %s is not in the error', async (_, config, body) => {
			await control.fault({ kind: 'status', status: 400, match: { path: '/tools/7/' }, body });
			const failure = await sendingFails(operation, JSON.stringify(config));

			expect(failure.message).toContain('***');
			const shown = everythingOf(failure);
			for (const secret of [SECRET, '90210456']) expect(shown).not.toContain(secret);
		});

		test.each([`{ "token": ${SECRET} }`, SECRET, `{"a": "${SECRET}`, `{"a": 1} ${SECRET}`])(
			'is not in the error about bad JSON: %s',
			async (text) => {
				const failure = await sendingFails(operation, text);

				expect(failure.message).toMatch(/'(Configuration|Answers \(JSON\))' must be JSON: ./);
				expect(everythingOf(failure)).not.toContain(SECRET);
			},
		);
	});
});

test('the domains that a credential may be sent to are no secret', async () => {
	const failure = await failureOf(
		execute(
			'agent',
			'get',
			{ agent: byId('any') },
			{
				credentials: credentials({
					baseUrl: 'http://localhost:9',
					allowedHttpRequestDomains: 'domains',
					allowedDomains: 'localhost:9',
				}),
			},
		),
	);

	expect(failure.description).toContain('(localhost:9)');
	expect(everythingOf(failure)).not.toContain('***');
});
