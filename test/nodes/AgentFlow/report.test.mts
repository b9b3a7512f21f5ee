// Reports of conversations (docs/contracts/agentflow.md, Conversations and Run): Get Report, Include
// Report. The timeline has no documented form; the sandbox's is the events of the runs.
import { AgentFlowTrigger } from '../../../nodes/AgentFlow/AgentFlowTrigger.node.ts';
import { poll } from '../../support/n8n.mts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pageOf } from '../../support/report.mts';
import {
	behave,
	byId,
	byName,
	control,
	execute,
	failureOf,
	message,
	newConversation,
	node,
	reset,
	row,
	useSandbox,
	credentials,
} from './support.mts';

useSandbox();

beforeEach(async () => await reset());

const nodeType = `n8n-nodes-agent-platforms.${node.description.name}Tool`;
const report = async (conversation: unknown) => {
	const parameters = { conversation: byId(String(conversation)) };
	const [item] = await execute('conversation', 'getReport', parameters);
	return { item, page: pageOf(item) };
};
/** Makes the timeline of every conversation this. */
const timeline = async (body: unknown) =>
	await control.fault({
		kind: 'status',
		status: 200,
		times: null,
		match: { path: '/timeline' },
		body,
	});
const event = (seq: number, type: string, call: string, content: unknown, root = 'call_0') => ({
	type,
	call_id: call,
	parent_call_id: call === root ? null : root,
	root_call_id: root,
	content,
	timestamp: new Date(Date.UTC(2026, 4, 23, 8, 0, seq)).toISOString(),
	seq,
	metadata: null,
});

describe('Get Report', () => {
	test('answers the simplified conversation with its report', async () => {
		const answer = await row('agent', 'sendMessage', message('Where is order 1002? lookup order'));
		const { item, page } = await report(answer.conversation_id);
		const parameters = { conversation: byId(String(answer.conversation_id)) };

		expect(item.json).toEqual(await row('conversation', 'get', parameters));
		expect(page).toMatchObject({
			fileName: `run-${String(answer.conversation_id)}.html`,
			title: 'MainAgent',
		});
		expect(page.sections.Asked).toBe('Where is order 1002? lookup order');
		expect(page.sections.Answer).toBe(String(answer.text).replace(/\s+/g, ' ').trim());
		expect(page.steps[0]).toMatch(/^1 MainAgent Agent \d\d:\d\d:\d\d · /);
	});

	test('shows tools and subagents side by side, approvals and artifacts', async () => {
		const id = await newConversation();
		await timeline({
			timeline: [
				event(0, 'start', 'call_0', { name: 'MainAgent', role: 'agent', input: 'Go' }),
				event(1, 'start', 'call_1', {
					name: 'send_email',
					role: 'tool',
					input: { to: 'a@b.c', password: 'hunter2' },
				}),
				event(2, 'START', 'call_2', { name: 'RecordsAgent', role: 'sub_agent', input: 'Look' }),
				event(2, 'approval_required', 'call_1', {
					id: 'appr_1',
					tool_name: 'send_email',
					arguments: { to: 'a@b.c' },
				}),
				event(5, 'approval_approved', 'call_1', {
					id: 'appr_1',
					tool_name: 'send_email',
					approver: 'ada',
				}),
				event(6, 'end', 'call_1', { result: { sent: true } }),
				event(7, 'error', 'call_2', { code: 'agent_error', message: 'No such record' }),
				event(8, 'artifact_completed', 'call_0', {
					artifact_id: 'art_1',
					artifact_type: 'document',
				}),
				event(8, 'conversation_update', 'call_0', { title: 'Mail' }),
				event(9, 'end', 'call_0', { result: { text: 'Done' } }),
				'no event',
			],
		});
		const { page } = await report(id);

		expect(page.steps).toEqual([
			expect.stringMatching(/^1 MainAgent Agent \d\d:\d\d:00 · 9.0 s$/),
			expect.stringMatching(/^2 send_email Tool call \d\d:\d\d:01 · 5.0 s$/),
			expect.stringMatching(/^3 RecordsAgent Subagent Failed \d\d:\d\d:02 · 5.0 sNo such record$/),
			expect.stringMatching(/^4 send_email Approval \d\d:\d\d:02 · 3.0 s$/),
			expect.stringMatching(/^5 document Artifact \d\d:\d\d:08/),
			expect.stringMatching(/^6 Conversation Update \d\d:\d\d:08$/),
		]);
		expect(page.html).not.toContain('hunter2');
	});

	test('of a run that failed says why', async () => {
		await behave('MainAgent', { errorAfter: 1 });
		const options = { onRunFailure: 'return' };
		const answer = await row('agent', 'sendMessage', message('Hello', { options }));
		const { page } = await report(answer.conversation_id);

		expect(page.html).toContain('<p class="state bad">failed</p>');
		expect(page.sections['Why it failed']).toBe('The agent failed midway');
	});

	test.each([
		['an empty one', {}],
		['of another form', { nodes: [{ a: 1 }] }],
		['a list of nothing', [1, null, 'x']],
	])('does without a timeline: %s', async (_, body) => {
		const answer = await row('agent', 'sendMessage', message('Hello'));
		await timeline(body);
		const { page } = await report(answer.conversation_id);

		expect(page.sections.Asked).toBe('Hello');
		expect(page.sections.Steps).toBe('AgentFlow has no timeline of this conversation.');
	});

	test('of a conversation there is not fails as Get does', async () => {
		const parameters = { conversation: byId('conv_none') };

		expect(await failureOf(execute('conversation', 'getReport', parameters))).toMatchObject({
			httpCode: '404',
		});
	});

	test('as a tool gives text', async () => {
		const answer = await row('agent', 'sendMessage', message('Hello'));
		const conversation = byId(String(answer.conversation_id));
		const [{ json, binary }] = await execute(
			'conversation',
			'getReport',
			{ conversation },
			{ nodeType },
		);

		expect(binary).toBeUndefined();
		expect(json.report).toMatch(/^AgentFlow conversation \S+ of MainAgent: completed/);
	});
});

describe('Include Report', () => {
	const options = { includeReport: true };

	test('shows the run of this message alone', async () => {
		const first = await row('agent', 'sendMessage', message('Hello'));
		const [item] = await execute(
			'agent',
			'sendMessage',
			message('And now?', {
				conversationMode: 'existing',
				conversation: byId(String(first.conversation_id)),
				options,
			}),
		);

		expect(item.json).toMatchObject({
			status: 'completed',
			conversation_id: first.conversation_id,
		});
		expect(pageOf(item).sections.Asked).toBe('And now?');
		expect(pageOf(item).steps).toHaveLength(1);
	});

	test('does not cost the answer where the report cannot be made', async () => {
		await control.fault({ kind: 'status', status: 403, times: null, match: { path: '/timeline' } });
		const [item] = await execute('agent', 'sendMessage', message('Hello', { options }));

		expect(item.json).toMatchObject({
			status: 'completed',
			report_note: expect.stringMatching(/^The report could not be made: /),
		});
		expect(item.binary).toBeUndefined();
	});

	test('is an option of a tool, too', async () => {
		const [item] = await execute('tool', 'run', {
			agent: byName('RecordsAgent'),
			tool: byId('lookup_order'),
			specifyArguments: 'json',
			argumentsJson: '{ "order_number": "1002" }',
			options,
		});

		expect(pageOf(item).steps[0]).toMatch(/^1 lookup_order Tool call/);
	});
});

describe('the trigger', () => {
	const options = { includeReport: true };
	const fetched = async (event: string) =>
		(
			await poll({
				node: new AgentFlowTrigger(),
				parameters: { event, options },
				staticData: {},
				mode: 'manual',
				credentials: credentials(),
			})
		)?.[0] ?? [];

	test('adds the report of the run that has answered', async () => {
		await row('agent', 'sendMessage', message('Hello'));
		const [item] = await fetched('agentAnswered');

		expect(pageOf(item).sections.Asked).toBe('Hello');
		expect(pageOf(item).steps).toHaveLength(1);
	});

	test('adds that of the conversation which waits for an approval', async () => {
		await behave('EmailsAgent', { tool: 'send_email' });
		const returned = { options: { onApproval: 'return' } };
		await row('agent', 'sendMessage', message('Write', returned, 'EmailsAgent'));
		const [item] = await fetched('approvalRequested');

		expect(pageOf(item).html).toContain('waiting for an answer');
		expect(pageOf(item).steps.join()).toMatch(/send_email Approval Waiting/);
	});
});
