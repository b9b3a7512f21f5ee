// What the node does when AgentFlow or the network is out of order, for every kind of request: what
// it asks again, what it must not, and what it says. Messages have a file of their own (cuts).
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { FaultDefinition } from '../../../sandbox/core/faults.mts';
import {
	agentId,
	byId,
	byName,
	control,
	credentials,
	failureOf,
	newConversation,
	reset,
	row,
	sent,
	until,
	useSandbox,
} from './support.mts';

useSandbox();
beforeEach(reset);

const SOON = { requestOptions: { timeout: 1 } };
const main = async () => byId(await agentId('MainAgent'));

interface Kind {
	method: string;
	path: RegExp;
	run(): Promise<unknown>;
}

/** One request of each kind. */
const kinds: Record<string, Kind> = {
	'a look': {
		method: 'GET',
		path: /\/agent\/[^/]+$/,
		run: async () => await row('agent', 'get', { agent: await main(), ...SOON }),
	},
	'a search': {
		method: 'POST',
		path: /\/recall$/,
		run: async () => await row('memory', 'recall', { query: 'Lisbon', ...SOON }),
	},
	'a setting that is the same twice': {
		method: 'PUT',
		path: /\/approval$/,
		run: async () =>
			await row('tool', 'setApproval', {
				agent: byName('EmailsAgent'),
				tool: byId('send_email'),
				enabled: true,
				...SOON,
			}),
	},
	'a creation': {
		method: 'POST',
		path: /\/conversations$/,
		run: async () => await row('conversation', 'create', { agent: await main(), ...SOON }),
	},
	'a message for the history': {
		method: 'POST',
		path: /\/messages$/,
		run: async () =>
			await row('conversation', 'addMessage', {
				conversation: byId(await newConversation()),
				message: 'Hello',
				...SOON,
			}),
	},
	'a change': {
		method: 'PATCH',
		path: /\/config$/,
		run: async () =>
			await row('agent', 'updateConfiguration', {
				agent: await main(),
				updateFields: { max_turns: 3 },
				...SOON,
			}),
	},
	'a deletion': {
		method: 'DELETE',
		path: /\/agent\/[^/]+$/,
		run: async () => await row('agent', 'delete', { agent: byName('TasksAgent'), ...SOON }),
	},
};

const safe = ['a look', 'a search', 'a setting that is the same twice'];
const unsafe = Object.keys(kinds).filter((name) => !safe.includes(name));

const passing: Record<string, FaultDefinition> = {
	'no answer in time': { kind: 'latency', ms: 1500 },
	silence: { kind: 'silence' },
	'502': { kind: 'status', status: 502 },
	'503': { kind: 'status', status: 503 },
	'504': { kind: 'status', status: 504 },
	'a reset before': { kind: 'reset-before' },
	'a reset after': { kind: 'reset-after' },
	'an answer cut off': { kind: 'truncate' },
};
const turnedAway: Record<string, FaultDefinition> = {
	'429': { kind: 'status', status: 429 },
	'429 with Retry-After': { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
	'503 with Retry-After': { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
};
const cases = (names: string[], faults: Record<string, FaultDefinition>) =>
	names.flatMap((name) => Object.keys(faults).map((fault) => [name, fault] as const));

const strike = async ({ method, path }: Kind, fault: FaultDefinition) =>
	await control.fault({ ...fault, match: { method, path: path.source } });
const asked = async ({ method, path }: Kind) =>
	(await sent(path)).filter((request) => request.method === method);

describe('asked again', () => {
	test.each([...cases(safe, passing), ...cases(Object.keys(kinds), turnedAway)])(
		'%s after %s',
		async (name, fault) => {
			const kind = kinds[name];
			await strike(kind, { ...passing, ...turnedAway }[fault]);
			await kind.run();

			expect(await asked(kind)).toHaveLength(2);
		},
	);
});

describe('never asked again, because it may have been done', () => {
	test.each(cases(unsafe, passing))('%s after %s', async (name, fault) => {
		const kind = kinds[name];
		await strike(kind, passing[fault]);
		const failure = await failureOf(kind.run());
		await until(async () => (await asked(kind)).length > 0);

		expect(failure.description).toMatch(/not repeated, because that could do it twice/);
		expect(await asked(kind)).toHaveLength(1);
	});
});

describe('refused for good', () => {
	test.each(
		Object.keys(kinds).flatMap((name) =>
			[400, 401, 403, 404, 500].map((status) => [name, status] as const),
		),
	)('%s with %d', async (name, status) => {
		const kind = kinds[name];
		await strike(kind, { kind: 'status', status });
		const failure = await failureOf(kind.run());

		expect(failure).toMatchObject({
			httpCode: String(status),
			message: `AgentFlow: Injected fault: status ${status}`,
			description: expect.stringMatching(/\w/),
			context: { itemIndex: 0 },
		});
		expect(await asked(kind)).toHaveLength(1);
	});

	test.each(Object.keys(kinds))('%s with an answer that is no JSON', async (name) => {
		const kind = kinds[name];
		await strike(kind, { kind: 'malformed' });
		const failure = await failureOf(kind.run());

		expect(failure.message).toMatch(/^Unexpected answer of AgentFlow to .* is not JSON/);
		expect(await asked(kind)).toHaveLength(1);
	});
});

describe('an error of the platform', () => {
	const textOf = async (body: unknown) => {
		await control.fault({ kind: 'status', status: 422, body, match: { path: '/agents/stats' } });
		return (await failureOf(row('agent', 'getStatistics'))).message;
	};

	test.each([
		['text', { detail: 'Too many' }, 'AgentFlow: Too many'],
		[
			'problems of fields',
			{
				detail: [
					{ loc: ['body', 'items', 0, 'content'], msg: 'Field required', type: 'missing' },
					{ loc: ['body'], msg: 'Bad body', type: 'x' },
				],
			},
			'AgentFlow: items.0.content: Field required;\nBad body',
		],
		[
			'an object',
			{ detail: { message: 'Budget exceeded', code: 7 } },
			'AgentFlow: Budget exceeded',
		],
		['plain words', 'out of order', 'AgentFlow: out of order'],
		['nothing', {}, 'AgentFlow: HTTP status 422'],
	])('as %s reaches the user', async (_, body, message) => {
		expect(await textOf(body)).toBe(message);
	});
});

test('an address that nobody listens on is named', async () => {
	const failure = await failureOf(
		row('agent', 'getStatistics', SOON, {
			credentials: credentials({ baseUrl: 'http://127.0.0.1:9' }),
		}),
	);

	expect(failure.message).toBe('AgentFlow refused the connection');
	expect(failure.description).toContain('127.0.0.1:9');
});

test('a conversation that cannot be read after a cut names the message', async () => {
	await control.post('agentflow/settings', { cut: { afterEvents: 1, times: 1 } });
	await control.fault({
		kind: 'status',
		status: 500,
		times: null,
		match: { path: '/conversations/' },
	});
	const failure = await failureOf(
		row('agent', 'sendMessage', { agent: await main(), message: 'Hi' }),
	);

	expect(failure).toMatchObject({ httpCode: '500' });
	expect(failure.description).toMatch(
		/^The message \S+ may still be running\..*will be in the conversation conv_/,
	);
});
