// The trigger: every pending approval and every new answer, once (contract: Approvals,
// Conversations).
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sleep } from 'n8n-workflow';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { AgentFlowTrigger } from '../../../nodes/AgentFlow/AgentFlowTrigger.node.ts';
import { poll } from '../../support/n8n.mts';
import type { PollOptions } from '../../support/n8n.mts';
import {
	agentId,
	api,
	behave,
	byId,
	byName,
	control,
	credentials,
	failureOf,
	machine,
	newConversation,
	pendingApprovals,
	reset,
	runs,
	sentLines,
	settings,
	until,
	useSandbox,
} from './support.mts';

useSandbox();
beforeEach(reset);

const node = new AgentFlowTrigger();
let polled = 0;

/** A trigger in a workflow, from its activation on. */
class Workflow {
	readonly staticData: IDataObject = {};
	readonly #name = `Trigger ${++polled}`;

	constructor(
		private readonly parameters: INodeParameters,
		private readonly setting: Partial<PollOptions> = {},
	) {}

	/** What one tick emits. */
	async tick(setting: Partial<PollOptions> = {}): Promise<IDataObject[]> {
		const output = await poll({
			node,
			// The memory of the node goes by workflow and node.
			nodeName: this.#name,
			parameters: this.parameters,
			credentials: credentials(),
			staticData: this.staticData,
			...this.setting,
			...setting,
		});
		return (output?.[0] ?? []).map(({ json }) => json);
	}
}

const answers = (filters: INodeParameters = {}, more: INodeParameters = {}) =>
	new Workflow({ event: 'agentAnswered', answerFilters: filters, ...more });
const approvals = (filters: INodeParameters = {}) =>
	new Workflow({ event: 'approvalRequested', approvalFilters: filters });

/** Somebody talks to an agent elsewhere; resolves with the answer's conversation. */
async function talk(
	text: string,
	to: { agent?: string; conversation?: string; source?: string } = {},
) {
	const { agent = 'MainAgent', source } = to;
	const conversation = to.conversation ?? (await newConversation(agent));
	await api.post(`/agent/${await agentId(agent)}/chat`, {
		message: text,
		conversation_id: conversation,
		message_id: `message ${text}`,
		stream: false,
		source,
	});
	return conversation;
}

/** Somebody asks for what needs an approval; resolves when it is pending. */
async function ask(text: string): Promise<string> {
	await behave('EmailsAgent', { tool: 'send_email' });
	const conversation = await newConversation('EmailsAgent');
	void api
		.post(`/agent/${await agentId('EmailsAgent')}/chat`, {
			message: text,
			conversation_id: conversation,
			message_id: `message ${text}`,
			stream: false,
		})
		.catch(() => undefined);
	const isPending = async () =>
		(await pendingApprovals()).some(({ conversation_id }) => conversation_id === conversation);
	await until(isPending);
	return conversation;
}

const questions = (items: IDataObject[]) => items.map(({ question }) => question);

describe('Agent Answered', () => {
	test('emits what is said after the activation, each once', async () => {
		await talk('before');
		const workflow = answers();

		expect(await workflow.tick()).toEqual([]);
		const conversation = await talk('first');
		await talk('second', { conversation });
		await talk('third');
		expect(questions(await workflow.tick())).toEqual(['first', 'second', 'third']);
		expect(await workflow.tick()).toEqual([]);
		await talk('fourth', { conversation });
		expect(questions(await workflow.tick())).toEqual(['fourth']);
	});

	test('emits the text with where it was said', async () => {
		const workflow = answers();
		await workflow.tick();
		const conversation = await talk('What is 2 + 3?', { source: 'crm' });

		expect(await workflow.tick()).toEqual([
			{
				text: expect.stringContaining('2 + 3 = 5'),
				question: 'What is 2 + 3?',
				message_id: expect.stringMatching(/^msg_/),
				conversation_id: conversation,
				conversation_title: null,
				agent_id: await agentId('MainAgent'),
				source: 'crm',
				timestamp: expect.stringMatching(/Z$/),
				message: expect.objectContaining({ role: 'assistant' }),
			},
		]);
	});

	test("emits an old conversation's new answer and none of its old ones", async () => {
		const conversation = await talk('old');
		for (let count = 0; count < 3; count++) await talk(`other ${count}`);
		const workflow = answers();
		await workflow.tick();
		await talk('new', { conversation });

		expect(questions(await workflow.tick())).toEqual(['new']);
	});

	test.each([
		['', ''],
		[', and conversations without a zone', 'Z'],
	])('emits no old ones of a server that dates messages by `created_at`%s', async (_, zone) => {
		const said = (id: string, role: string, created_at: string) => {
			return { id, role, content: id, created_at };
		};
		const answersWith = async (path: string, body: object, times: number | null = null) =>
			await control.fault({ kind: 'status', status: 200, body, times, match: { path } });
		const lists = async (changed: string) => {
			const rows = [
				{ id: 'old', updated_at: changed.replace(zone, '') },
				{ id: 'fresh', updated_at: '2026-03-01T00:00:00Z'.replace(zone, '') },
			];
			await answersWith('/conversations\\?', { conversations: rows }, 1);
		};
		await answersWith('/fresh/messages', { messages: [] });
		await answersWith('/old/messages', {
			messages: [
				said('old question', 'user', '2026-01-01T00:00:00Z'),
				said('old answer', 'assistant', '2026-01-01T00:00:01Z'),
				said('new question', 'user', '2026-03-01T01:00:00Z'),
				said('new answer', 'assistant', '2026-03-01T01:00:01Z'),
			],
		});
		await answersWith('/conversations/old$', { id: 'old', has_active_generation: false });
		const workflow = answers();
		await lists('2026-01-01T00:00:01Z');
		await workflow.tick();
		await lists('2026-03-01T01:00:01Z');

		expect(await workflow.tick()).toMatchObject([
			{ text: 'new answer', timestamp: '2026-03-01T01:00:01Z' },
		]);
	});

	test.each([
		['agent', () => ({ agent: byName('TasksAgent') }), ['to tasks', 'to tasks from crm']],
		['source', () => ({ source: 'crm' }), ['to main from crm', 'to tasks from crm']],
		[
			'agent and source',
			() => ({ agent: byName('TasksAgent'), source: 'crm' }),
			['to tasks from crm'],
		],
	])('is filtered by %s', async (_, filters, expected) => {
		const workflow = answers(filters());
		await workflow.tick();
		await talk('to main');
		await talk('to main from crm', { source: 'crm' });
		await talk('to tasks', { agent: 'TasksAgent' });
		await talk('to tasks from crm', { agent: 'TasksAgent', source: 'crm' });

		expect(questions(await workflow.tick())).toEqual(expected);
	});

	test('is filtered by conversation, which is all that is read then', async () => {
		const conversation = await talk('old');
		const workflow = answers({ conversation: byId(conversation) });
		await workflow.tick();
		await talk('here', { conversation });
		await talk('elsewhere');

		expect(questions(await workflow.tick())).toEqual(['here']);
		expect(await sentLines(/conversations\?/)).toEqual([]);
	});

	test('includes what was said since a time when that is wanted', async () => {
		await talk('long ago');
		await sleep(5);
		const includeSince = new Date().toISOString();
		await talk('lately');
		const workflow = answers({}, { options: { includeSince } });

		expect(questions(await workflow.tick())).toEqual(['lately']);
		expect(await workflow.tick()).toEqual([]);
	});

	test('waits until the agent has finished', async () => {
		await behave('MainAgent', { durationMs: 400 });
		const workflow = answers();
		await workflow.tick();
		const talking = talk('slow');
		await until(async () => (await api.get('/agents/stats')).data.active_generations === 1);

		expect(await workflow.tick()).toEqual([]);
		await talking;
		expect(questions(await workflow.tick())).toEqual(['slow']);
	});

	describe('of a server that shows answers in the making', () => {
		const WHOLE = 'One two three four';
		const FLAG = { method: 'GET', path: 'conversations/conv_\\w+$' };

		beforeEach(async () => {
			await settings({ unfinishedAnswers: true });
			await behave('MainAgent', { answer: WHOLE, deltas: 4, deltaDelayMs: 300 });
		});

		const texts = (items: IDataObject[]) => items.map(({ text }) => text);

		/** Somebody has asked, and the answer has begun; resolves with its conversation and its end. */
		async function begun(text: string, conversation: string): Promise<{ end: Promise<unknown> }> {
			const end = talk(text, { conversation });
			await until(async () => (await runs(`message ${text}`)).some(({ events }) => events > 1));
			return { end };
		}

		test('waits until one is whole', async () => {
			const workflow = answers();
			await workflow.tick();
			const { end } = await begun('slow', await newConversation());

			expect(await workflow.tick()).toEqual([]);
			await end;
			expect(texts(await workflow.tick())).toEqual([WHOLE]);
			expect(await workflow.tick()).toEqual([]);
		});

		test('emits one whole that ends while it is looked at', async () => {
			const workflow = answers();
			await workflow.tick();
			const { end } = await begun('slow', await newConversation());
			await control.fault({ kind: 'latency', ms: 2000, match: FLAG });

			expect(texts(await workflow.tick())).toEqual([WHOLE]);
			await end;
			expect(await workflow.tick()).toEqual([]);
		});

		test('does not emit the next one too early that begins meanwhile', async () => {
			const workflow = answers();
			await workflow.tick();
			const conversation = await newConversation();
			const { end } = await begun('first', conversation);
			// The flag is off for a moment; when the messages are read again, the next run is on.
			const again = { method: 'GET', path: `${conversation}/messages` };
			await control.fault({ kind: 'latency', ms: 2000, match: FLAG });
			await control.fault({ kind: 'latency', ms: 800, skip: 1, match: again });
			const ticked = workflow.tick();
			await end;
			await sleep(1400);
			const next = begun('second', conversation);

			expect(questions(await ticked)).toEqual(['first']);
			await (
				await next
			).end;
			expect(texts(await workflow.tick())).toEqual([WHOLE]);
			expect(await workflow.tick()).toEqual([]);
		});

		test('emits one that an activation has met in the making', async () => {
			const workflow = answers();
			const { end } = await begun('slow', await newConversation());

			expect(await workflow.tick()).toEqual([]);
			await end;
			expect(texts(await workflow.tick())).toEqual([WHOLE]);
		});

		test('gives none in the making as a test event', async () => {
			await talk('first');
			const { end } = await begun('second', await newConversation());

			expect(questions(await answers().tick({ mode: 'manual' }))).toEqual(['first']);
			await end;
		});
	});

	test('asks for nothing but the messages where nothing is new', async () => {
		const workflow = answers();
		await workflow.tick();
		await talk('one');
		await talk('two');
		await workflow.tick();
		await control.clearRequests();
		await workflow.tick();
		const asked = await sentLines(/conversations\/conv_/);

		expect(asked.filter((line) => !line.endsWith('/messages'))).toEqual([]);
		expect(await sentLines()).toHaveLength(asked.length + 1);
	});

	test.each<[string, INodeParameters]>([
		['Agent', { agent: byName('={{ null }}') }],
		['Conversation', { conversation: byId('={{ null }}') }],
		['Source', { source: '={{ null }}' }],
	])('does not let everything through for an empty expression: %s', async (name, filters) => {
		expect((await failureOf(answers(filters).tick())).message).toBe(
			`'${name}' is empty: its expression gives nothing`,
		);
	});

	test.each([null, ''])('takes filters that are %j for none', async (filters) => {
		const workflow = new Workflow({ event: 'agentAnswered', answerFilters: filters });
		await workflow.tick();
		await talk('one');

		expect(questions(await workflow.tick())).toEqual(['one']);
	});

	test('reads no more messages than those of conversations that have changed', async () => {
		const old = await talk('old');
		await api.post(`/conversations/${old}/messages`, { role: 'user', content: 'later' });
		const workflow = answers();
		await workflow.tick();
		await control.clearRequests();
		await workflow.tick();

		// Those of the last ten minutes of the platform's clock, which are all in this test.
		expect((await sentLines(/messages/)).length).toBeLessThanOrEqual(3);
	});

	test('emits the last answer as a test event, without touching its state', async () => {
		await talk('first');
		await talk('last');
		const workflow = answers();

		expect(questions(await workflow.tick({ mode: 'manual' }))).toEqual(['last']);
		expect(workflow.staticData).toEqual({});
	});

	test('says when there is no answer to test with', async () => {
		const failure = await failureOf(answers({ source: 'nowhere' }).tick({ mode: 'manual' }));

		expect(failure.message).toMatch(/^No answer that has ended fits/);
		expect(failure.description).toMatch(/^Let an answer end on the platform, or /);
	});

	test.each([500, 401])('that meets a %d repeats its window', async (status) => {
		const workflow = answers();
		await workflow.tick();
		await talk('one');
		await control.fault({ kind: 'status', status, match: { path: '/messages' } });

		expect(await failureOf(workflow.tick())).toMatchObject({ httpCode: String(status) });
		expect(questions(await workflow.tick())).toEqual(['one']);
	});

	test('emits what came after an activation of which n8n has kept nothing', async () => {
		await talk('before');
		const workflow = answers();
		await workflow.tick();
		for (const key of Object.keys(workflow.staticData)) delete workflow.staticData[key];
		await talk('after');

		expect(questions(await workflow.tick())).toEqual(['after']);
		expect(await workflow.tick()).toEqual([]);
	});

	test('starts anew with another account', async () => {
		const workflow = answers();
		await workflow.tick();
		await talk('one');
		const { agentFlowOAuth2Api } = machine();
		const other = { ...credentials().agentFlowApi, baseUrl: announced(agentFlowOAuth2Api.baseUrl) };

		expect(await workflow.tick({ credentials: { agentFlowApi: other } })).toEqual([]);
	});

	const announced = (baseUrl: unknown) => String(baseUrl).replace('127.0.0.1', 'localhost');
});

describe('Approval Requested', () => {
	test('emits every pending approval once, and no old one', async () => {
		await ask('before');
		const workflow = approvals();

		expect(await workflow.tick()).toEqual([]);
		const first = await ask('to a@b.org');
		const second = await ask('to c@d.org');
		expect(await workflow.tick()).toMatchObject([
			{ conversation_id: first, tool_name: 'send_email', tool_arguments: { to: 'a@b.org' } },
			{ conversation_id: second },
		]);
		expect(await workflow.tick()).toEqual([]);
	});

	test('is filtered by tool', async () => {
		const [wanted, other] = [
			approvals({ toolName: 'send_email' }),
			approvals({ toolName: 'other' }),
		];
		await wanted.tick();
		await other.tick();
		await ask('to a@b.org');

		expect(await wanted.tick()).toHaveLength(1);
		expect(await other.tick()).toEqual([]);
	});

	test('does not let everything through for an empty expression', async () => {
		const workflow = approvals({ toolName: '={{ null }}' });

		expect((await failureOf(workflow.tick())).message).toBe(
			"'Tool Name' is empty: its expression gives nothing",
		);
	});

	test.each([null, ''])('takes filters that are %j for none', async (filters) => {
		const workflow = new Workflow({ event: 'approvalRequested', approvalFilters: filters });
		await workflow.tick();
		await ask('to a@b.org');

		expect(await workflow.tick()).toHaveLength(1);
	});

	test('sees all pages', async () => {
		const workflow = approvals();
		await workflow.tick();
		for (let count = 0; count < 45; count++) await ask(`to a${count}@b.org`);

		expect(await workflow.tick()).toHaveLength(45);
	});

	test('emits the last one as a test event', async () => {
		await ask('first');
		const last = await ask('last');

		expect(await approvals().tick({ mode: 'manual' })).toMatchObject([{ conversation_id: last }]);
	});

	test('says when there is no approval to test with', async () => {
		const failure = await failureOf(approvals().tick({ mode: 'manual' }));

		expect(failure.message).toBe('No pending approval fits the events and filters');
		expect(failure.description).toMatch(/^Have an agent ask for approval, or choose /);
	});

	test('works for a machine client', async () => {
		const workflow = new Workflow(
			{ event: 'approvalRequested', authentication: 'agentFlowOAuth2Api' },
			{ credentials: machine() },
		);
		await workflow.tick();
		await ask('to a@b.org');

		expect(await workflow.tick()).toHaveLength(1);
	});
});

describe('whatever happens, in whatever order', () => {
	type Step = 'talk' | 'talk again' | 'tick' | 'tick that fails' | 'durable tick' | 'restart';

	const steps = fc.array(
		fc.constantFrom<Step>(
			'talk',
			'talk again',
			'tick',
			'tick that fails',
			'durable tick',
			'restart',
		),
		{ minLength: 4, maxLength: 14 },
	);

	test('each answer comes once', async () => {
		await fc.assert(
			fc.asyncProperty(steps, async (taken) => {
				await reset();
				const workflow = answers();
				const emitted = questions(await workflow.tick());
				const said: string[] = [];
				let conversation = await newConversation();
				for (const step of taken) {
					if (step === 'talk' || step === 'talk again') {
						const text = `text ${said.length}`;
						conversation = await talk(text, step === 'talk' ? {} : { conversation });
						said.push(text);
					} else if (step === 'tick that fails') {
						await control.fault({ kind: 'status', status: 500, match: { path: 'conversations' } });
						await workflow.tick().catch(() => undefined);
						await control.clearFaults();
					} else if (step === 'restart') {
						// n8n keeps the static data as JSON.
						const stored = JSON.parse(JSON.stringify(workflow.staticData));
						for (const key of Object.keys(workflow.staticData)) delete workflow.staticData[key];
						Object.assign(workflow.staticData, stored);
					} else {
						emitted.push(...questions(await workflow.tick({ durable: step === 'durable tick' })));
					}
				}
				emitted.push(...questions(await workflow.tick()));

				expect(emitted).toEqual(said);
			}),
			{ numRuns: 25 },
		);
	}, 120_000);

	test('an older server makes no difference', async () => {
		await settings({ older: true });
		const workflow = answers();
		await workflow.tick();
		await talk('one');

		expect(questions(await workflow.tick())).toEqual(['one']);
	});
});
