// Resource Agent (docs/contracts/pyflue.md, agents, sessions and Traps for a caller).
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import {
	api,
	control,
	execute,
	failureOf,
	offered,
	byName,
	result,
	row,
	rows,
	sent,
	sentLines,
	settings,
	until,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const behave = async (behaviour: object, name = 'assistant') =>
	await control.post('pyflue/agents', { name, ...behaviour });

describe('Get Many', () => {
	test('lists what is deployed, up to the limit', async () => {
		expect((await rows('agent', 'getAll')).map(({ name }) => name)).toEqual([
			'assistant',
			'classify',
			'internal',
		]);
		expect(await rows('agent', 'getAll', { returnAll: false, limit: 1 })).toHaveLength(1);
		expect(await rows('agent', 'getAll', { returnAll: true })).toHaveLength(3);
	});

	test('says that one broken file stops all agents', async () => {
		await settings({ brokenAgent: "name 'undefined_name' is not defined" });
		const failure = await failureOf(execute('agent', 'getAll'));

		expect(failure.message).toBe("PyFlue: name 'undefined_name' is not defined");
		expect(failure.description).toMatch(/a single one that cannot be loaded stops every agent/);
	});

	test('is offered in the form, with what cannot be called marked', async () => {
		expect(await offered('searchAgents')).toEqual([
			{ name: 'assistant', value: 'assistant' },
			{ name: 'classify', value: 'classify' },
			{ name: 'internal (Dispatch only)', value: 'internal' },
		]);
	});
});

describe('Prompt', () => {
	const prompt = (message: string, options: IDataObject = {}, instanceId = 'ada') => ({
		agent: byName('assistant'),
		instanceId,
		message,
		options: options as {},
	});

	test('answers text, metadata, usage and model', async () => {
		const [item] = await execute('agent', 'prompt', prompt('12 * 7?'));

		expect(item).toMatchObject({
			json: {
				text: expect.stringContaining('84'),
				metadata: { stand_in: true },
				usage: { input: 4, total_tokens: expect.any(Number), cost: { total: 0 } },
				model: { id: 'local/stand-in' },
			},
			pairedItem: { item: 0 },
		});
		// Without the envelope, which Flue would refuse.
		expect((await sent())[0]).toMatchObject({
			path: '/agents/assistant/ada',
			body: { message: '12 * 7?' },
		});
	});

	test('goes on with the session of the instance, and with no other', async () => {
		await row('agent', 'prompt', prompt('My name is Ada', { session: 'one' }));
		const same = await row('agent', 'prompt', prompt('What is my name?', { session: 'one' }));
		const other = await row('agent', 'prompt', prompt('What is my name?'));
		const stranger = await row(
			'agent',
			'prompt',
			prompt('What is my name?', { session: 'one' }, 'bo'),
		);

		expect(same.text).toMatch(/Your name is Ada/);
		expect(other.text).toMatch(/not told me/);
		expect(stranger.text).toMatch(/not told me/);
	});

	test('takes an instance ID of any letters, but no slash', async () => {
		await row('agent', 'prompt', prompt('Hi', {}, 'é x?'));
		const failure = await failureOf(execute('agent', 'prompt', prompt('Hi', {}, 'x/dispatch')));

		expect((await sent())[0].path).toBe('/agents/assistant/%C3%A9%20x%3F');
		expect(failure.message).toBe(
			"The instance ID 'x/dispatch' holds a '/', for which PyFlue has no route",
		);
		expect(await sent()).toHaveLength(1);
	});

	test('needs a message', async () => {
		const failure = await failureOf(execute('agent', 'prompt', prompt(' ')));

		expect(failure.message).toBe("'Message' is required");
	});

	test('says what the code of the agent raised, and asks once', async () => {
		await behave({ error: { message: 'model exploded' } });
		const failure = await failureOf(execute('agent', 'prompt', prompt('Hi')));

		expect(failure).toMatchObject({ httpCode: '500', message: 'PyFlue: model exploded' });
		expect(await sent()).toHaveLength(1);
	});

	test("keeps the agent's own error", async () => {
		await behave({ error: { type: 'too_many', message: 'Slow down.', status: 429 } });
		const failure = await failureOf(execute('agent', 'prompt', prompt('Hi')));

		expect(failure).toMatchObject({ httpCode: '429', message: 'PyFlue: Slow down. (too_many)' });
		expect(await sent()).toHaveLength(1);
	});

	test('waits as long as Max Wait says, whatever the timeout of other requests', async () => {
		await behave({ ms: 1500 });
		const parameters = { ...prompt('Hi'), requestOptions: { timeout: 1 } };

		expect((await row('agent', 'prompt', parameters)).text).toMatch(/Hello/);
		const failure = await failureOf(
			execute('agent', 'prompt', { ...parameters, options: { maxWait: 1 } }),
		);
		expect(failure.message).toMatch(/^PyFlue did not answer within 1 s \(Max Wait\)/);
		expect(failure.description).toMatch(/session may hold the message.*Raise Max Wait/);
	});

	test.each([false, true])('takes a Max Wait of months (streaming: %s)', async (streaming) => {
		await behave({ ms: 100 });
		const options = { maxWait: 9_999_999 };
		const [{ json }] = await execute('agent', 'prompt', prompt('Hi', options), { streaming });

		expect(json.text).toMatch(/Hello/);
	});

	test('names the agents there are for a name there is not', async () => {
		const failure = await failureOf(
			execute('agent', 'prompt', { ...prompt('Hi'), agent: byName('nope') }),
		);

		expect(failure).toMatchObject({ httpCode: '404' });
		expect(failure.message).toMatch(/Available agents: assistant, classify, internal/);
	});

	test('tells how to reach an agent without the webhook trigger', async () => {
		const failure = await failureOf(
			execute('agent', 'prompt', { ...prompt('Hi'), agent: byName('internal') }),
		);

		expect(failure.description).toMatch(/triggers leave out 'webhook'/);
	});

	test('tells a file handler apart, and that it has run', async () => {
		const failure = await failureOf(
			execute('agent', 'prompt', { ...prompt('Hi'), agent: byName('classify') }),
		);

		expect(failure.message).toBe(
			"The agent 'classify' is a file handler, which has no conversations",
		);
		expect(failure.description).toMatch(/operation Call.*as run_/);
	});

	describe('to a busy session', () => {
		const occupied = async (ms: number, session?: string) => {
			await behave({ ms });
			const first = api.post('/agents/assistant/ada', { message: 'Think', session });
			await until(async () => (await control.requests()).length > 0);
			return first;
		};

		test.each(['default', 'Ann "Annie" Lee'])(
			'is tried again until %s is free',
			async (session) => {
				const first = occupied(1200, session);
				await until(async () => (await control.requests()).length > 0);
				await behave({ ms: 0 });
				const answer = await row('agent', 'prompt', prompt('Hello', { session }));

				expect(answer.text).toMatch(/Hello!/);
				expect((await sent(/agents/)).length).toBeGreaterThan(1);
				await first;
			},
		);

		test.each([false, true])(
			'ends in a clear error after a while (streaming: %s)',
			async (streaming) => {
				const first = occupied(3000);
				await until(async () => (await control.requests()).length > 0);
				const failure = await failureOf(
					execute('agent', 'prompt', prompt('Hello', { busyWait: 1 }), { streaming }),
				);

				expect(failure.message).toBe('The session is still busy with another message after 1 s');
				expect(failure.description).toMatch(/Give each conversation a Session of its own/);
				await first;
			},
		);
	});

	describe('in a workflow that streams', () => {
		const streamed = async (message: string, options: IDataObject = {}) => {
			const { output, chunks } = await result('agent', 'prompt', prompt(message, options), {
				streaming: true,
			});
			return {
				item: output[0][0].json,
				chunks: chunks.map(({ type, content }) => [type, content]),
			};
		};

		test('shows the answer while it is being written', async () => {
			await behave({ deltas: 3 });
			const { item, chunks } = await streamed('3 + 4');

			expect(item).toMatchObject({ text: expect.stringContaining('3 + 4 is 7.'), usage: null });
			expect(chunks.map(([type]) => type)).toEqual(['begin', 'item', 'item', 'item', 'end']);
			expect(chunks.map(([, content]) => content ?? '').join('')).toBe(item.text);
			expect((await sent())[0].headers.accept).toBe('text/event-stream');
		});

		test.each([
			['in single bytes', { chunkBytes: 1 }],
			[
				'with CRLF, comments and data over several lines',
				{ lineEnd: '\r\n', comments: true, multilineData: true },
			],
		])('is understood %s', async (_, stream) => {
			await settings({ stream });
			const { item } = await streamed('Ünïcödé 🐳');

			expect(item.text).toContain('Ünïcödé 🐳');
		});

		test('can be switched off', async () => {
			const { item, chunks } = await streamed('Hi', { enableStreaming: false });

			expect(chunks).toEqual([]);
			expect(item.model).toEqual({ id: 'local/stand-in' });
		});

		test('does not show what is for an AI agent', async () => {
			const { chunks } = await result('agent', 'prompt', prompt('Hi'), {
				streaming: true,
				nodeType: 'n8n-nodes-agent-platforms.pyFlueTool',
			});

			expect(chunks).toEqual([]);
		});

		test('says what the code of the agent raised', async () => {
			await behave({ error: { message: 'model exploded' } });
			const failure = await failureOf(streamed('Hi'));

			expect(failure.message).toBe('PyFlue: model exploded (RuntimeError)');
			// All that n8n shows in the chat.
			expect(failure.description).toMatch(
				/^PyFlue: model exploded \(RuntimeError\)\n\nThis is an exception/,
			);
		});

		test('says that the answer broke off, and does not ask again', async () => {
			await behave({ deltas: 4 });
			await settings({ stream: { cutAfterEvents: 3 } });
			const failure = await failureOf(streamed('Hi'));

			expect(failure.message).toMatch(/^PyFlue broke off its answer, at \d+ characters$/);
			expect(failure.description).toMatch(/not asked again/);
			expect(await sent()).toHaveLength(1);
		});

		test('ends at Max Wait when nothing comes', async () => {
			await behave({ ms: 5000 });
			const failure = await failureOf(streamed('Hi', { maxWait: 1 }));

			expect(failure.message).toBe(
				'PyFlue had not finished its answer after Max Wait, at 0 characters',
			);
		});

		test('names Max Wait where not even the beginning of an answer came', async () => {
			await control.fault({ kind: 'silence', match: { path: '/agents/' } });
			const failure = await failureOf(streamed('Hi', { maxWait: 1 }));

			expect(failure.message).toMatch(/^PyFlue did not answer within 1 s \(Max Wait\)/);
		});

		test('waits for the first of it as long as Max Wait says, as behind a proxy that buffers', async () => {
			await control.fault({ kind: 'latency', ms: 1500, match: { path: '/agents/' } });
			const parameters = { ...prompt('Hi'), requestOptions: { timeout: 1 } };
			const [{ json }] = await execute('agent', 'prompt', parameters, { streaming: true });

			expect(json.text).toMatch(/Hello/);
		});

		test('tells a file handler apart', async () => {
			const failure = await failureOf(
				execute(
					'agent',
					'prompt',
					{ ...prompt('Hi'), agent: byName('classify') },
					{ streaming: true },
				),
			);

			expect(failure.message).toMatch(/^The agent 'classify' is a file handler/);
		});
	});

	test('works with a Flue 0.8 server', async () => {
		await settings({ variant: 'flue' });
		const answer = await row('agent', 'prompt', prompt('1 + 1'));

		expect(answer).toMatchObject({
			text: expect.stringContaining('2'),
			usage: { totalTokens: expect.any(Number) },
			model: { id: 'local/stand-in' },
		});
	});
});

describe('Call', () => {
	const call = (waitMode: string, more: IDataObject = {}) => ({
		agent: byName('classify'),
		instanceId: 'desk',
		specifyPayload: 'json',
		payloadJson: '{ "text": "My invoice is wrong" }',
		waitMode,
		...(more as {}),
	});

	test.each(['follow', 'request'])('answers the same result (%s)', async (waitMode) => {
		const run = await row('agent', 'call', call(waitMode));

		expect(run).toMatchObject({
			run_id: expect.stringMatching(/^run_\w{26}$/),
			name: 'classify',
			instance_id: 'desk',
			status: 'succeeded',
			error: null,
		});
		expect(Object.keys(run.result as object)).toEqual(['category', 'scores', 'words', 'source']);
	});

	test('goes on at once with the id', async () => {
		const run = await row('agent', 'call', call('accept'));

		expect(run).toMatchObject({ status: 'accepted', name: 'classify', instance_id: 'desk' });
		expect((await sent())[0].headers['x-webhook']).toBe('true');
		expect(await sentLines()).toEqual(['POST /agents/classify/desk']);
	});

	test('finds the run of a failed call again', async () => {
		await behave({ error: { message: 'no classes' } }, 'classify');
		await api.post('/agents/classify/other', {}).catch(() => undefined);
		const [item] = await execute('agent', 'call', call('request'), { continueOnFail: true });
		const { runs } = (await api.get('/admin/agents/classify/instances/desk/runs')).data;

		expect(item.json).toMatchObject({
			error: 'PyFlue: no classes',
			details: { run_id: runs[0].runId },
		});
	});

	test('says why a followed call failed', async () => {
		await behave({ error: { message: 'no classes' } }, 'classify');
		const failure = await failureOf(execute('agent', 'call', call('follow')));

		expect(failure.message).toMatch(/^The run run_\w+ ended as failed: no classes$/);
	});

	test.each(['follow', 'request'])('tells a persistent agent apart (%s)', async (waitMode) => {
		const failure = await failureOf(
			execute('agent', 'call', { ...call(waitMode), agent: byName('assistant') }),
		);

		expect(failure.message).toBe("The agent 'assistant' is a persistent agent, which has no runs");
		expect(failure.description).toMatch(/It has been asked all the same/);
		expect(failure.description).toMatch(/Prompt, or Dispatch/);
	});

	test('says which file is broken when one is', async () => {
		await settings({ brokenAgent: "No module named 'does_not_exist'" });
		const failure = await failureOf(execute('agent', 'call', call('follow')));

		expect(failure.message).toBe("PyFlue: No module named 'does_not_exist'");
		expect(failure.description).toMatch(/loads the files of all agents for each request/);
	});
});

describe('an agent file without a default export', () => {
	const call = (waitMode: string) => ({
		agent: byName('classify'),
		instanceId: 'desk',
		waitMode,
		options: { maxWait: 1 },
	});

	test('is told as that, and stops no other agent', async () => {
		const message = '/srv/agents/classify.py must define `default(context)` or `agent(context)`.';
		await behave({ error: { message } }, 'classify');
		const failure = await failureOf(execute('agent', 'call', call('request')));

		expect(failure.message).toBe(`PyFlue: ${message}`);
		expect(failure.description).toMatch(/^The file of this agent defines neither/);
		expect(failure.description).toMatch(/Other agents are not affected/);
	});

	test('is not told as the file of a workflow where its run is never recorded', async () => {
		await control.fault({ kind: 'status', status: 404, match: { path: '/runs/' }, times: null });
		const failure = await failureOf(execute('agent', 'call', call('follow')));

		expect(failure.message).toMatch(/^PyFlue accepted the run run_\w+, but has no record of it$/);
		expect(failure.description).toMatch(/the file of the agent has no default\(context\)/);
		expect(failure.description).not.toMatch(/workflow/);
	});
});

describe('Dispatch', () => {
	test.each([
		['an object', '{ "type": "ping" }', { type: 'ping' }],
		['text', '"My name is Bo"', 'My name is Bo'],
		['nothing', '', null],
	])('hands over %s', async (_, input, body) => {
		const dispatched = await row('agent', 'dispatch', {
			agent: byName('internal'),
			instanceId: 'x',
			input,
			options: { session: ' ' },
		});

		expect(dispatched).toEqual({
			dispatch_id: expect.stringMatching(/^dispatch_[0-9a-f]{32}$/),
			accepted_at: expect.stringMatching(/^\d{4}-/),
		});
		expect(await sent()).toMatchObject([
			{ path: '/agents/internal/x/dispatch', body: { input: body } },
		]);
		expect((await sent())[0].body).not.toHaveProperty('session');
	});

	test('reaches the session that is named', async () => {
		await row('agent', 'dispatch', {
			agent: byName('assistant'),
			instanceId: 'x',
			input: '"My name is Bo"',
			options: { session: 's' },
		});
		const answer = await api.post('/agents/assistant/x', {
			message: 'What is my name?',
			session: 's',
		});

		expect(answer.data.result.text).toContain('Bo');
	});

	test('refuses a file handler in the words of the server', async () => {
		const failure = await failureOf(
			execute('agent', 'dispatch', { agent: byName('classify'), instanceId: 'x' }),
		);

		expect(failure).toMatchObject({ httpCode: '400' });
		expect(failure.message).toMatch(/dispatch\(\) requires a persistent agent/);
	});
});

describe('Abort Session', () => {
	test('ends what a session of the default agent does', async () => {
		await behave({ ms: 60_000 });
		const prompt = api.post('/prompt/s1', { prompt: 'Think' }).catch(({ response }) => response);
		await until(async () => (await control.requests()).length > 0);
		const aborted = await row('agent', 'abortSession', { sessionId: 's1' });

		expect(aborted).toEqual({ aborted: true, session_id: 's1' });
		expect(await prompt).toMatchObject({ status: 500, data: 'Internal Server Error' });
	});

	test('says when there was nothing to end', async () => {
		expect(await row('agent', 'abortSession', { sessionId: 'ada:default' })).toMatchObject({
			aborted: false,
		});
	});
});
