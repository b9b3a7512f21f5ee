// A run that stops for an approval or a question, and what can be done about it (contract:
// Approvals, Run).
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
	agentId,
	api,
	behave,
	byId,
	byName,
	control,
	execute,
	failureOf,
	machine,
	message,
	messagesIn,
	pendingApprovals,
	offered,
	reset,
	row,
	rows,
	runs,
	sent,
	settings,
	until,
	useSandbox,
} from './support.mts';

useSandbox();
beforeEach(reset);

const QUESTION = [{ id: 'when', question: 'When?', options: ['today', 'tomorrow'] }];

/** An agent that calls `send_email`, which somebody has to approve. */
const ask = async (options = {}, more = {}) => {
	await behave('EmailsAgent', { tool: 'send_email' });
	return await row(
		'agent',
		'sendMessage',
		message('Write to bob@example.com', { options, ...more }, 'EmailsAgent'),
	);
};

/** Answers the first approval or question that comes up, as somebody else would. */
async function somebody(status: 'approved' | 'denied'): Promise<void> {
	await until(async () => (await pendingApprovals()).length > 0);
	const [{ id }] = await pendingApprovals();
	await api.post(`/approvals/${id}/respond`, { status });
}

describe('waiting for someone to answer', () => {
	test.each([
		['approved', '"sent":true'],
		['denied', 'the approval was denied'],
	] as const)('goes on when it is %s', async (status, text) => {
		const [answer] = await Promise.all([ask(), somebody(status)]);

		expect(answer).toMatchObject({ status: 'completed', text: expect.stringContaining(text) });
	});

	test('goes on when it has expired', async () => {
		await api.put(`/agent/${await agentId('EmailsAgent')}/tools/send_email/approval`, {
			enabled: true,
			timeout_seconds: 0.1,
		});

		expect(await ask()).toMatchObject({
			status: 'completed',
			text: expect.stringContaining('the approval was expired'),
		});
	});

	test('waits for the answer to a question as well', async () => {
		await behave('MainAgent', { question: QUESTION });
		const asked = row('agent', 'sendMessage', message('Plan it', { options: { maxWait: 1 } }));
		const failure = await failureOf(asked);

		expect(failure.message).toMatch(/is still waiting for the answer to its question after 1 s$/);
	});

	test('ends with Max Wait, which says what is pending', async () => {
		const failure = await failureOf(ask({ maxWait: 1 }));
		const [{ call_id, conversation_id }] = await runs();

		expect(failure.message).toMatch(/is still waiting for .* approval after 1 s$/);
		expect(failure.description).toContain(conversation_id);
		expect(call_id).toBeTruthy();
		expect(await runs()).toMatchObject([{ status: 'running' }]);
	});

	test('returns what there is to an AI agent, whose tool it is', async () => {
		await behave('MainAgent', { durationMs: 60_000 });
		const [{ json }] = await execute(
			'agent',
			'sendMessage',
			message('Hello', { options: { maxWait: 1 } }),
			{ nodeType: 'n8n-nodes-agent-platforms.agentFlowTool' },
		);
		const [{ message_id, conversation_id }] = await runs();

		expect(json).toMatchObject({ status: 'running', message_id, conversation_id });
	});

	test('returns what there is, and what is pending, after Max Wait when that is wanted', async () => {
		const answer = await ask({ maxWait: 1, onMaxWait: 'return' });
		const [{ id }] = await pendingApprovals();

		expect(answer).toMatchObject({ status: 'approval_required', text: '', approval: { id } });
		expect(await runs()).toMatchObject([{ status: 'running' }]);
	});
});

describe.each([
	['streamed', {}],
	['not streamed', { nonStreaming: true }],
])('%s', (_, how) => {
	test('returns the pending approval at once', async () => {
		const answer = await ask({ ...how, onApproval: 'return' });
		const [pending] = await pendingApprovals();

		expect(answer).toMatchObject({
			status: 'approval_required',
			approval: {
				id: pending.id,
				tool_name: 'send_email',
				arguments: { to: 'bob@example.com' },
				tool_arguments: { to: 'bob@example.com' },
				conversation_id: answer.conversation_id,
			},
		});
		expect(await runs()).toMatchObject([{ status: 'running' }]);
	});

	test.each([
		['approve', 'approved', '"sent":true'],
		['deny', 'denied', 'the approval was denied (Not today)'],
	])('answers by itself: %s', async (onApproval, status, text) => {
		const answer = await ask({ ...how, onApproval, approvalReason: 'Not today' });

		expect(answer).toMatchObject({ status: 'completed', text: expect.stringContaining(text) });
		expect((await sent(/respond/)).map(({ body }) => body)).toEqual([
			{ status, reason: 'Not today' },
		]);
	});
});

test('a question is returned at once unless it is waited for', async () => {
	await behave('MainAgent', { question: QUESTION });
	const answer = await row(
		'agent',
		'sendMessage',
		message('Plan it', { options: { onApproval: 'approve' } }),
	);

	expect(answer).toMatchObject({ status: 'question_required', question: { items: QUESTION } });
});

test('an approval that somebody else was quicker to answer is no harm', async () => {
	await control.fault({ kind: 'status', status: 409, match: { path: '/respond' } });
	const [answer] = await Promise.all([
		ask({ onApproval: 'approve' }),
		until(async () => (await sent(/respond/)).length > 0).then(
			async () => await somebody('denied'),
		),
	]);

	expect(answer).toMatchObject({ status: 'completed', text: expect.stringContaining('denied') });
});

test.each([
	['answered', '/respond', {}],
	['looked up', '/pending', { nonStreaming: true }],
])('a run whose approval cannot be %s is not lost from sight', async (_, path, options) => {
	await control.fault({ kind: 'status', status: 403, match: { path } });
	const failure = await failureOf(ask({ onApproval: 'approve', ...options }));
	const [{ conversation_id, message_id }] = await runs();

	expect(failure).toMatchObject({ httpCode: '403' });
	expect(failure.description).toContain(
		`The run of message ${message_id} in the conversation ${conversation_id} continues`,
	);
});

describe('after a cut', () => {
	test.each([
		['approve', '"sent":true'],
		['deny', 'the approval was denied'],
	])('an approval is found and answered: %s', async (onApproval, text) => {
		await settings({ cut: { afterEvents: 1, times: 1 } });

		expect(await ask({ onApproval })).toMatchObject({
			status: 'completed',
			text: expect.stringContaining(text),
		});
		expect(await runs()).toHaveLength(1);
	});

	test('a pending approval is returned', async () => {
		await settings({ cut: { afterEvents: 1, times: 1 } });

		expect(await ask({ onApproval: 'return' })).toMatchObject({
			status: 'approval_required',
			approval: { tool_name: 'send_email' },
		});
	});
});

describe("another run's approval in the same conversation", () => {
	const GOING_ON = { tool: null, durationMs: 2200 };

	test.each([
		['not streamed', { nonStreaming: true }, null, 'completed'],
		// The conversation is at work until the other run has ended.
		['after a cut', { maxWait: 3, onMaxWait: 'return' }, { afterEvents: 1, times: 1 }, 'running'],
	])('is left alone: %s', async (_, how, cut, status) => {
		const { conversation_id } = await ask({ onApproval: 'return' });
		const others = await pendingApprovals();
		await behave('EmailsAgent', GOING_ON);
		await settings({ cut });
		const answer = await row(
			'agent',
			'sendMessage',
			message(
				'Hello',
				{
					conversationMode: 'existing',
					conversation: byId(String(conversation_id)),
					options: { onApproval: 'approve', ...how },
				},
				'EmailsAgent',
			),
		);

		expect(answer).toMatchObject({ status, conversation_id });
		expect(await sent(/respond/)).toEqual([]);
		expect(await pendingApprovals()).toEqual(others);
	});

	test("does not hide the run's own", async () => {
		const first = await ask({ onApproval: 'return' });
		const [others] = await pendingApprovals();
		const answer = await ask(
			{ onApproval: 'return', nonStreaming: true },
			{ conversationMode: 'existing', conversation: byId(String(first.conversation_id)) },
		);
		const own = (await pendingApprovals()).filter(({ id }) => id !== others.id);

		expect(own).toHaveLength(1);
		expect(answer).toMatchObject({ status: 'approval_required', approval: { id: own[0].id } });
	});
});

describe('the operations', () => {
	/** Leaves approvals pending, each in a conversation of its own. */
	const leavePending = async (count: number) => {
		await behave('EmailsAgent', { tool: 'send_email' });
		const items = Array.from({ length: count }, (_, index) => ({ text: `to a${index}@b.org` }));
		const options = { onApproval: 'return', parallelRuns: 30 };
		return await rows(
			'agent',
			'sendMessage',
			message('={{ $json.text }}', { options }, 'EmailsAgent'),
			{ items },
		);
	};

	test('list what is pending, over all pages and with filters', async () => {
		const asked = await leavePending(25);

		expect(await rows('approval', 'getAll', { returnAll: true })).toHaveLength(25);
		expect(await rows('approval', 'getAll', { limit: 22 })).toHaveLength(22);
		expect(
			await rows('approval', 'getAll', {
				filters: { conversationId: String(asked[7].conversation_id) },
			}),
		).toMatchObject([{ conversation_id: asked[7].conversation_id }]);
		expect(await rows('approval', 'getAll', { filters: { toolName: 'other' } })).toEqual([]);
		expect(await offered('searchApprovals')).toHaveLength(25);
	});

	test('approve with other arguments', async () => {
		const [{ conversation_id }] = await leavePending(1);
		const [{ id }] = await pendingApprovals();
		const answer = await row('approval', 'approve', {
			approval: byId(id),
			modifiedArguments: '{ "to": "eve@example.com" }',
			options: { reason: 'Rather to Eve', waitForAnswer: true },
		});

		expect(answer).toMatchObject({
			id,
			status: 'approved',
			arguments: { to: 'eve@example.com' },
			conversation_id,
			text: expect.stringContaining('eve@example.com'),
		});
	});

	test('say that the approval is answered where the wait for the agent fails', async () => {
		await leavePending(1);
		const [{ id }] = await pendingApprovals();
		await control.fault({ kind: 'status', status: 403, match: { path: '/conv_' } });
		const [failed] = await rows(
			'approval',
			'approve',
			{ approval: byId(id), options: { waitForAnswer: true } },
			{ continueOnFail: true },
		);

		expect(failed).toMatchObject({
			message: expect.stringContaining(`The approval ${id} is answered.`),
			details: { run_id: id, http_status: 403 },
		});
	});

	test('deny, and go on at once', async () => {
		const [{ conversation_id }] = await leavePending(1);
		const [{ id }] = await pendingApprovals();
		const answer = await row('approval', 'deny', {
			approval: byId(id),
			options: { reason: 'No' },
		});
		await until(async () => (await messagesIn(String(conversation_id))).length === 2);

		expect(answer).toMatchObject({ id, status: 'denied', reason: 'No' });
		expect((await messagesIn(String(conversation_id)))[1].content).toContain('denied (No)');
	});

	test.each([
		['answered already', {}, 'AgentFlow: Approval is already approved'],
		['to be waited for', { waitForAnswer: true }, /^There is no pending approval appr_/],
	])('say so when it is %s', async (_, options, text) => {
		await leavePending(1);
		const [{ id }] = await pendingApprovals();
		await api.post(`/approvals/${id}/respond`, { status: 'approved' });
		const failure = await failureOf(row('approval', 'approve', { approval: byId(id), options }));

		expect(failure.message).toMatch(text);
	});

	test('work for a machine client as well', async () => {
		const setting = { credentials: machine() };
		const machineNode = { authentication: 'agentFlowOAuth2Api' };
		await leavePending(1);
		const [{ id }] = await pendingApprovals();
		const answer = await row('approval', 'deny', { ...machineNode, approval: byId(id) }, setting);

		expect(answer).toMatchObject({ status: 'denied', approver: 'ada@example.com' });
	});
});

test('a tool that is run directly asks for approval too', async () => {
	const run = row('tool', 'run', {
		agent: byName('EmailsAgent'),
		tool: byId('send_email'),
		specifyArguments: 'json',
		argumentsJson: '{ "to": "bob@example.com" }',
		options: { onApproval: 'approve' },
	});

	expect(await run).toMatchObject({
		status: 'completed',
		result: { sent: true, to: 'bob@example.com' },
	});
});
