// An answer that is lost: what may be sent again by itself, and what the user has to look for.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import {
	api,
	byId,
	control,
	execute,
	failureOf,
	newAgent,
	newRun,
	newTool,
	RESEARCHER,
	rows,
	sent,
	startOf,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

describe('every request that may not be done twice says how to look for what it did', () => {
	type Call = [resource: string, operation: string, parameters: INodeParameters];
	const calls: Record<string, { call: () => Promise<Call>; path: string; hint: RegExp }> = {
		'Agent: Create': {
			call: async () => ['agent', 'create', { name: 'Once', goal: 'Help' }],
			path: '/tasks/$',
			hint: /Look for the agent with Agent: Get Many/,
		},
		'Run: Send Follow-Up': {
			call: async () => ['run', 'sendFollowUp', { run: byId(await newRun()), message: 'More' }],
			path: '/append-message/',
			hint: /Look at the messages of run \S+ with Run: Get/,
		},
		'Run: Suggest Schema': {
			call: async () => ['run', 'suggestSchema', { run: byId(await newRun()) }],
			path: '/executions/.*/suggest-schema/',
			hint: /Look at the agent's schemas with Agent: Get/,
		},
		'Tool: Add': {
			call: async () => ['tool', 'add', { catalogTool: byId('gmail') }],
			path: '/agents/tools/$',
			hint: /Look for the tool with Tool: Get Many/,
		},
		'Tool: Configure': {
			call: async () => ['tool', 'configure', { tool: byId(await newTool('github')) }],
			path: '/provide-config/',
			hint: /Look at the next step of the tool with Tool: Get/,
		},
		'Tool: Call': {
			call: async () => ['tool', 'call', { tool: byId(2), action: 'ping' }],
			path: '/call/',
			hint: /The action may have been carried out/,
		},
		'Compilation: Compile': {
			call: async () => ['compilation', 'compile', { run: byId(await newRun()) }],
			path: '/compile/',
			hint: /Look for it with Compilation: Get Many/,
		},
		'Compilation: Freeze': {
			call: async () => ['compilation', 'freeze', { run: byId(await newRun()) }],
			path: '/freeze-instruction/',
			hint: /Look for it with Compilation: Get Many/,
		},
		'Compilation: Run Script': {
			call: async () => ['compilation', 'runScript', { compilation: byId('cmp-any') }],
			path: '/cmp-any/run/',
			hint: /Look at the status of compilation cmp-any/,
		},
		'Compilation: Run Instruction': {
			call: async () => ['compilation', 'runInstruction', { compilation: byId('cmp-any') }],
			path: '/run-instruction/',
			hint: /Look for the run with Run: Get Many/,
		},
	};

	test.each(Object.entries(calls))('%s', async (_, { call, path, hint }) => {
		const [resource, operation, parameters] = await call();
		await control.fault({ kind: 'reset-after', match: { method: 'POST', path } });
		const failure = await failureOf(execute(resource, operation, parameters));

		expect(failure.description).toMatch(hint);
		expect((await sent(new RegExp(path))).filter(({ method }) => method === 'POST')).toHaveLength(
			1,
		);
	});
});

test('a suggested schema is not asked for twice, because each costs', async () => {
	await control.fault({ kind: 'status', status: 502, match: { path: '/tasks/suggest-schema/' } });
	const failure = await failureOf(execute('agent', 'suggestSchema', { goal: 'Find {{ it }}' }));

	expect(failure.description).toContain('It stores nothing');
	expect(await sent(/tasks\/suggest-schema/)).toHaveLength(1);
});

describe('a request that changes nothing by its repetition is repeated', () => {
	test('a cancel', async () => {
		const agent = await newAgent({}, { outcome: 'never' });
		const { id } = (await api.post(`/tasks/${agent}/run-loop/`, { variables: {} })).data;
		await control.fault({ kind: 'reset-before', match: { path: `/${id}/cancel/` } });
		const [cancelled] = await rows('run', 'cancel', { run: byId(id) });

		expect(cancelled).toEqual({ id, cancelled: true });
	});

	test('an upload', async () => {
		await control.fault({ kind: 'reset-after', match: { path: '/agent-file-chat-upload/' } });
		const data = { data: 'aGk=', mimeType: 'text/plain', fileName: 'a.txt' };
		const items = [{ json: {}, binary: { data } }];
		const [uploaded] = await rows('file', 'upload', {}, { items });

		expect(uploaded.public_url).toMatch(/a\.txt$/);
	});
});

test('a started run is named where its answer has not the expected form', async () => {
	const body = { id: 'odd-run', state: 'pending' };
	await control.fault({ kind: 'status', status: 201, body, match: { path: '/run-loop/' } });
	const failure = await failureOf(execute('run', 'start', startOf(RESEARCHER)));

	expect(failure.message).toMatch(/run-loop\/: status: Required \(id odd-run\)$/);
	expect(await sent(/run-loop/)).toHaveLength(1);
});
