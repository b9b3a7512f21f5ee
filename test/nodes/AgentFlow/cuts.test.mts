// Streams that break off: at every event, inside an event and inside a character, and the waiting
// that finishes them by reading the conversation. There is always exactly one run a message.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import type { FaultDefinition } from '../../../sandbox/core/faults.mts';
import {
	api,
	behave,
	byId,
	control,
	failureOf,
	forgetDocument,
	message,
	reset,
	row,
	runs,
	sent,
	sentLines,
	settings,
	until,
	useSandbox,
} from './support.mts';

useSandbox();
beforeEach(async () => {
	await reset();
	await behave('MainAgent', { answer: 'Grüße 🦊 aus Köln', deltas: 4 });
});

const send = async (options = {}) => await row('agent', 'sendMessage', message('Hi', { options }));
const WHOLE = { status: 'completed', text: 'Grüße 🦊 aus Köln' };

/** Start, four deltas and the end: the cut behind the end comes too late to matter. */
test.each([0, 1, 2, 3, 4, 5, 6])(
	'a stream cut after %d events is finished',
	async (afterEvents) => {
		await settings({ cut: { afterEvents, times: 1 } });

		expect(await send()).toMatchObject(WHOLE);
		expect(await runs()).toMatchObject([{ requests: 1, status: 'completed' }]);
		expect(await sentLines(/chat/)).toHaveLength(1);
	},
);

describe('a stream cut inside', () => {
	/** The length of the stream's beginning up to this text, in bytes. */
	const bytesUpTo = (text: string, index: number) => {
		const at = text.indexOf('🦊', index);
		return Buffer.byteLength(text.slice(0, at));
	};

	test.each([1, 20, 60, 200, 400, 700, 1000, 1300])('of byte %d', async (afterBytes) => {
		await control.fault({ kind: 'truncate', afterBytes, match: { path: '/chat' } });

		expect(await send()).toMatchObject(WHOLE);
		expect(await runs()).toHaveLength(1);
	});

	test.each([1, 2, 3])('of a character, %d bytes into it', async (inside) => {
		await behave('MainAgent', { answer: '🦊🦊🦊🦊', deltas: 1 });
		const whole = await send({ includeEvents: true });
		const streamed = (whole.events as object[])
			.map((event, index) => `id: ${index + 1}\ndata: ${JSON.stringify(event)}\n\n`)
			.join('');
		const afterBytes = bytesUpTo(`retry: 5000\n\n${streamed}`, 0) + inside;
		await control.fault({ kind: 'truncate', afterBytes, match: { path: '/chat' } });

		expect(await send()).toMatchObject({ status: 'completed', text: '🦊🦊🦊🦊' });
		expect(await runs()).toHaveLength(2);
	});
});

test('a cut while the agent is at work is waited out', async () => {
	await behave('MainAgent', { durationMs: 1500 });
	await settings({ cut: { afterEvents: 1, times: 1 } });

	expect(await send()).toMatchObject(WHOLE);
	expect(await sentLines(/chat/)).toHaveLength(1);
	expect((await sentLines(/conversations\/conv_\w+$/)).length).toBeGreaterThan(1);
});

test('a cut is waited out although the platform is in trouble for a while after it', async () => {
	await settings({ cut: { afterEvents: 1, times: 1 } });
	await control.fault({ kind: 'status', status: 500, times: 4, match: { path: '/conv_' } });

	expect(await send()).toMatchObject(WHOLE);
	expect(await sentLines(/chat/)).toHaveLength(1);
});

test('a run that fails after a cut is reported', async () => {
	await behave('MainAgent', { errorAfter: 3 });
	await settings({ cut: { afterEvents: 1, times: 1 } });
	const failure = await failureOf(send());

	expect(failure.message).toMatch(/^The conversation conv_\w+ holds no answer to the message /);
	expect(failure.description).toContain('Get Timeline');
});

describe('on a server that gives messages ids of its own, a cut stream', () => {
	const NONE = /^The conversation conv_\w+ holds no answer to the message /;
	const inConversation = async (conversation: string) =>
		await row(
			'agent',
			'sendMessage',
			message('Hi', { conversationMode: 'existing', conversation: byId(conversation) }),
		);

	beforeEach(async () => {
		await settings({ ownMessageIds: true, cut: { afterEvents: 1, times: 1 } });
	});

	test('is finished in a conversation that the message has begun', async () => {
		expect(await send()).toMatchObject(WHOLE);
		expect(await sentLines(/chat/)).toHaveLength(1);
	});

	test('is not finished by the answer to another question of the same text', async () => {
		const { conversation_id } = await send();
		await behave('MainAgent', { errorAfter: 0 });
		await settings({ cut: { afterEvents: 1, times: 1 } });

		expect((await failureOf(inConversation(String(conversation_id)))).message).toMatch(NONE);
	});

	test('is not finished where somebody else has asked the same meanwhile', async () => {
		await behave('MainAgent', { durationMs: 1000 });
		const failure = failureOf(send());
		await until(async () => (await runs()).length > 0);
		const [{ conversation_id }] = await runs();
		await api.post(`/conversations/${conversation_id}/messages`, { role: 'user', content: 'Hi' });

		expect((await failure).message).toMatch(NONE);
	});
});

test('Max Wait holds after a cut as well', async () => {
	await behave('MainAgent', { durationMs: 60_000 });
	await settings({ cut: { afterEvents: 1, times: 1 } });
	const begun = Date.now();
	const failure = await failureOf(send({ maxWait: 1 }));

	expect(failure.message).toMatch(/is still running after 1 s/);
	expect(Date.now() - begun).toBeLessThan(15_000);
});

describe('the request itself', () => {
	const faults: Record<string, FaultDefinition> = {
		'a reset before it is read': { kind: 'reset-before' },
		'a reset after it is done': { kind: 'reset-after' },
		'502': { kind: 'status', status: 502 },
		'503': { kind: 'status', status: 503 },
		'504': { kind: 'status', status: 504 },
		'429': { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
	};

	test.each(Object.entries(faults))('is sent again after %s, for one run', async (_, fault) => {
		await control.fault({ ...fault, match: { path: '/chat' } });

		expect(await send()).toMatchObject(WHOLE);
		const ids = (await sent(/chat/)).map(({ body }) => Object(body).message_id);
		expect(ids).toHaveLength(2);
		expect(new Set(ids).size).toBe(1);
		expect(await runs()).toHaveLength(1);
	});

	test('is sent again when it was silent, for one run', async () => {
		await control.fault({ kind: 'silence', match: { path: '/chat' } });
		const answer = await row('agent', 'sendMessage', {
			...message('Hi'),
			requestOptions: { timeout: 1 },
		});

		expect(answer).toMatchObject(WHOLE);
		expect(await runs()).toHaveLength(1);
	});

	test('that keeps breaking off is finished by the conversation', async () => {
		await control.fault({ kind: 'reset-after', times: null, match: { path: '/chat' } });

		expect(await send()).toMatchObject(WHOLE);
		expect(await runs()).toMatchObject([{ requests: 5 }]);
	});

	test('that never gets through fails with its own reason', async () => {
		await control.fault({ kind: 'status', status: 503, times: null, match: { path: '/chat' } });
		const failure = await failureOf(send());

		expect(failure).toMatchObject({ httpCode: '503', context: { itemIndex: 0 } });
		expect(await runs()).toEqual([]);
	});

	test.each([400, 401, 403, 404, 422])('is not sent again after %d', async (status) => {
		await control.fault({ kind: 'status', status, match: { path: '/chat' } });

		expect(await failureOf(send())).toMatchObject({ httpCode: String(status) });
		expect(await sentLines(/chat/)).toHaveLength(1);
		expect(await sentLines(/messages/)).toEqual([]);
	});
});

describe('an answer in one piece', () => {
	test.each<[string, FaultDefinition]>([
		['504', { kind: 'status', status: 504 }],
		['a reset', { kind: 'reset-after' }],
	])('is asked for again after %s, for one run', async (_, fault) => {
		await control.fault({ ...fault, match: { path: '/chat' } });

		expect(await send({ nonStreaming: true })).toMatchObject(WHOLE);
		expect(await runs()).toMatchObject([{ status: 'completed' }]);
	});

	test('that is cut is finished by the conversation', async () => {
		await control.fault({ kind: 'truncate', afterBytes: 30, match: { path: '/chat' } });

		expect(await send({ nonStreaming: true })).toMatchObject(WHOLE);
		expect(await sentLines(/chat/)).toHaveLength(1);
	});

	test.each(['<html>Please wait</html>', ''])('that is %j is no answer', async (page) => {
		// The request goes through, and a proxy answers in its place.
		await send();
		const [{ conversation_id }] = await runs();
		await control.fault({ kind: 'malformed', body: page, match: { path: '/chat' } });
		const asked = row(
			'agent',
			'sendMessage',
			message('Hi', {
				conversationMode: 'existing',
				conversation: byId(conversation_id),
				options: { nonStreaming: true },
			}),
		);

		expect((await failureOf(asked)).message).toMatch(/Unexpected answer of AgentFlow/);
	});

	test('waits however long Max Wait is', async () => {
		await behave('MainAgent', { durationMs: 50 });

		expect(await send({ nonStreaming: true, maxWait: 2 ** 31 })).toMatchObject(WHOLE);
	});

	test('ends with Max Wait', async () => {
		await behave('MainAgent', { durationMs: 60_000 });
		const failure = await failureOf(send({ nonStreaming: true, maxWait: 1 }));

		expect(failure.message).toMatch(/is still running after 1 s/);
	});
});

describe('stopping the execution', () => {
	beforeEach(forgetDocument);

	const stopped = async (options = {}) => {
		await behave('MainAgent', { durationMs: 60_000 });
		const stop = new AbortController();
		const execution = row('agent', 'sendMessage', message('Hi', { options }), {
			signal: stop.signal,
		});
		const failure = failureOf(execution);
		await until(async () => (await runs()).length > 0);
		// The start event names the call; it needs a moment to arrive.
		await until(async () => (await runs())[0].events > 0);
		await sleep(200);
		stop.abort();
		return (await failure).message;
	};

	test('cancels the run by the one clear way the instance shows', async () => {
		expect(await stopped()).toMatch(/it was cancelled$/);
		const [{ call_id, status }] = await runs();

		expect(status).toBe('cancelled');
		expect((await sent(/cancellations/)).map(({ body }) => body)).toEqual([{ call_id }]);
	});

	test.each(['none', 'ambiguous'] as const)(
		'says that the run may continue where the ways are: %s',
		async (cancelRoutes) => {
			await settings({ cancelRoutes });

			expect(await stopped()).toMatch(
				/it may continue, because .* this instance shows no clear way to cancel it$/,
			);
			expect(await runs()).toMatchObject([{ status: 'running' }]);
		},
	);

	test('leaves the run alone when that is wanted', async () => {
		expect(await stopped({ cancelOnStop: false })).toMatch(/it continues$/);
		expect(await runs()).toMatchObject([{ status: 'running' }]);
	});

	test('cancels by the message where no event has named the call yet', async () => {
		expect(await stopped({ nonStreaming: true })).toMatch(/it was cancelled$/);
		const [{ conversation_id, message_id }] = await runs();

		expect((await sent(/cancellations/)).map(({ body }) => body)).toEqual([
			{ conversation_id, message_id },
		]);
	});
});

test('an answer is waited for while the instance is down for a while after a cut', async () => {
	await settings({ cut: { afterEvents: 1, times: 1 } });
	await control.fault({ kind: 'status', status: 503, times: null, match: { path: '/conv_' } });
	const waiting = send();
	await until(async () => (await sent(/conv_/)).length > 0);
	await sleep(30_000);
	await control.clearFaults();

	expect(await waiting).toMatchObject(WHOLE);
	expect(await sentLines(/chat/)).toHaveLength(1);
}, 90_000);
