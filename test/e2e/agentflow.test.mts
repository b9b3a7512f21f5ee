import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { loadExample, triggerOf } from '../../scripts/lib/examples.mts';
import { outputOf } from '../../scripts/lib/n8nClient.mts';
import type { CredentialData, Execution, WorkflowFile } from '../../scripts/lib/n8nClient.mts';
import { SandboxControl } from '../support/sandbox.mts';
import { startLocal, until } from './local.mts';
import type { Local } from './local.mts';

let local: Local;
let api: AxiosInstance;
let control: SandboxControl;
let tokenId: string;
let machineId: string;

const token = (changed: Record<string, string> = {}): CredentialData => {
	const { baseUrl, accessToken } = local.platforms.agentflow;
	return {
		type: 'agentFlowApi',
		name: 'AgentFlow account',
		data: { baseUrl, accessToken, ...changed },
	};
};

const machine = (changed: Record<string, string> = {}): CredentialData => {
	const { baseUrl, tenant, actingUser, clientId, clientSecret, audience, authDomain } =
		local.platforms.agentflow;
	return {
		type: 'agentFlowOAuth2Api',
		name: 'AgentFlow machine client',
		data: {
			...{ baseUrl, tenant, actingUser, clientId, clientSecret, audience, authDomain },
			...changed,
		},
	};
};

beforeAll(async () => {
	local = await startLocal('agentflow');
	const { baseUrl, accessToken } = local.platforms.agentflow;
	tokenId = await local.n8n.client.saveCredential(token());
	machineId = await local.n8n.client.saveCredential(machine());
	api = axios.create({
		baseURL: `${baseUrl}/api/v1`,
		headers: { authorization: `Bearer ${accessToken}` },
	});
	control = new SandboxControl(baseUrl);
});

afterAll(async () => {
	await local?.stop();
});

const saved = () => ({ agentFlowApi: { id: tokenId, name: token().name } });

/** What each node of an execution put out, once it has ended well. */
async function outputs(executionId: string) {
	const execution: Execution = await local.n8n.client.finished(executionId);
	expect(execution.data.resultData.error).toBeUndefined();
	return {
		of: (node: string) => outputOf(execution, node),
		binaryOf: (node: string) =>
			execution.data.resultData.runData[node]?.at(-1)?.data?.main[0]?.[0].binary,
	};
}

async function execute(file: string) {
	const { client } = local.n8n;
	const workflow = await loadExample(client, file, saved());
	return await outputs(await client.run(workflow.id, triggerOf(workflow)));
}

/** A workflow of a trigger and one AgentFlow node. */
function workflowOf(
	id: string,
	trigger: Partial<WorkflowFile['nodes'][0]>,
	parameters: INodeParameters,
): WorkflowFile {
	const machineClient = parameters.authentication === 'agentFlowOAuth2Api';
	return {
		id,
		name: id,
		nodes: [
			{
				id: 'trigger',
				name: 'Trigger',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
				...trigger,
			},
			{
				id: 'agentflow',
				name: 'AgentFlow',
				type: 'n8n-nodes-agent-platforms.agentFlow',
				typeVersion: 1,
				position: [200, 0],
				parameters,
				credentials: machineClient
					? { agentFlowOAuth2Api: { id: machineId, name: machine().name } }
					: saved(),
			},
		],
		connections: { Trigger: { main: [[{ node: 'AgentFlow', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}

const byName = (value: string): INodeParameters => ({ __rl: true, mode: 'name', value });

describe('the connection test', () => {
	const tested = async (id: string, credential: CredentialData) =>
		(await local.n8n.client.testCredential(id, credential)).status;

	it('of an access token', async () => {
		const { tenant, actingUser } = local.platforms.agentflow;

		expect(await tested(tokenId, token())).toBe('OK');
		expect(await tested(tokenId, token({ tenant, actingUser }))).toBe('OK');
		expect(await tested(tokenId, token({ accessToken: 'wrong' }))).toBe('Error');
		expect(await tested(tokenId, token({ baseUrl: 'http://127.0.0.1:9' }))).toBe('Error');
	});

	it('of a machine client', async () => {
		expect(await tested(machineId, machine())).toBe('OK');
		expect(await tested(machineId, machine({ tenant: 'other' }))).toBe('Error');
	});
});

describe('a machine client', () => {
	it('gets a token, keeps it and renews it when it has expired', async () => {
		const { client } = local.n8n;
		const workflow = workflowOf(
			'machine-client',
			{},
			{
				authentication: 'agentFlowOAuth2Api',
				resource: 'agent',
				operation: 'getAll',
			},
		);
		await client.saveWorkflow(workflow);
		const run = async () =>
			(await outputs(await client.run(workflow.id, 'Trigger'))).of('AgentFlow');
		await control.clearRequests();

		expect(await run()).toHaveLength(7);
		expect(await run()).toHaveLength(7);
		const tokens = async () =>
			(await control.requests()).filter(({ path }) => path === '/oauth/token').length;
		const before = await tokens();
		expect(before).toBeLessThanOrEqual(1);
		await control.post('agentflow/tokens/expire');
		expect(await run()).toHaveLength(7);
		expect(await tokens()).toBe(before + 1);
	});
});

describe('the examples', () => {
	it('ask the main agent and continue the conversation per customer', async () => {
		const file = 'ask-the-main-agent-per-customer.json';
		const replies = (await execute(file)).of('Replies');
		const again = (await execute(file)).of('Replies');

		expect(replies).toMatchObject([
			{ customer: '42', answer: expect.any(String) },
			{ customer: '43', answer: expect.any(String) },
			{ customer: '42', answer: expect.stringContaining('"My order number is 1002."') },
		]);
		expect(replies[2].conversation_id).toBe(replies[0].conversation_id);
		expect(again.map(({ conversation_id }) => conversation_id)).toEqual(
			replies.map(({ conversation_id }) => conversation_id),
		);
	});

	it('classify every row of a table', async () => {
		const { of } = await execute('classify-every-row-of-a-table.json');

		expect(of('Classified').map(({ ticket, category }) => [ticket, category])).toEqual([
			[1, 'billing'],
			[2, 'delivery'],
			[3, expect.stringMatching(/refund|delivery/)],
			[4, 'refund'],
		]);
	});

	it('run a batch and download it', async () => {
		const { of, binaryOf } = await execute('run-a-batch-and-download-it.json');
		const file = binaryOf('Download')?.data;

		expect(of('Wait')).toMatchObject([{ status: 'completed', total_items: 3 }]);
		expect(file).toMatchObject({ mimeType: 'text/csv', fileExtension: 'csv' });
		expect(file?.fileName).toMatch(/^batch_\w+\.csv$/);
	});

	it("approve an agent's tool call from a chat", async () => {
		const { client } = local.n8n;
		const workflow = await loadExample(client, 'approve-a-tool-call-from-a-chat.json', saved());
		const name = triggerOf(workflow);
		/** One message in n8n's chat, as the editor sends it. */
		const chat = async (chatInput: string) => {
			const json = { sessionId: 'session-1', action: 'sendMessage', chatInput };
			const data = { startTime: 0, executionTime: 0, executionIndex: 0, source: [] };
			const answer = await client.http.post(`/workflows/${workflow.id}/run`, {
				triggerToStartFrom: { name, data: { ...data, data: { main: [[{ json }]] } } },
			});
			return await outputs(answer.data.data.executionId);
		};
		const asked = (await chat('Send email to bob@example.com')).of('Reply');
		const id = /`approve (\S+)`/.exec(String(asked[0].output))?.[1] ?? '';
		const approved = (await chat(`approve ${id}`)).of('After the Decision');
		const askedAgain = (await chat('Send email to eve@example.com')).of('Reply');
		const denied = (await chat(/`(deny \S+)`/.exec(String(askedAgain[0].output))?.[1] ?? '')).of(
			'After the Decision',
		);

		expect(asked[0].output).toMatch(/^The agent wants to use \*\*send_email\*\*/);
		expect(approved[0].output).toContain('"sent":true');
		expect(denied[0].output).toContain('the approval was denied (Denied in the chat)');
	});
});

describe('stopping an execution in the editor', () => {
	it('cancels the run on the platform', async () => {
		const { client } = local.n8n;
		await control.post('agentflow/agents/ResearchAgent/behaviour', { durationMs: 120_000 });
		const workflow = workflowOf(
			'to-be-stopped',
			{},
			{
				resource: 'agent',
				operation: 'sendMessage',
				agent: byName('ResearchAgent'),
				message: 'Take your time',
			},
		);
		await client.saveWorkflow(workflow);
		const status = async () => {
			const { data } = await axios.get(
				`${local.platforms.agentflow.baseUrl}/__sandbox/agentflow/runs`,
			);
			return data.find(({ name }: IDataObject) => name === 'ResearchAgent')?.status;
		};
		const executionId = await client.run(workflow.id, 'Trigger');
		await until(async () => (await status()) === 'running');
		await sleep(500);
		await client.stopExecution(executionId);

		expect(await client.finished(executionId)).toMatchObject({ status: 'canceled' });
		await until(async () => (await status()) !== 'running');
		expect(await status()).toBe('cancelled');
	});
});

describe("n8n's chat", () => {
	it('shows the answer while it is being written', async () => {
		const { client, baseUrl } = local.n8n;
		await control.post('agentflow/agents/TasksAgent/behaviour', { deltaDelayMs: 100, deltas: 10 });
		const webhookId = '1f0c8f0e-2f57-4b3e-8d7a-0a1b2c3d4e5f';
		const workflow = workflowOf(
			'streaming-chat',
			{
				type: '@n8n/n8n-nodes-langchain.chatTrigger',
				typeVersion: 1.3,
				webhookId,
				parameters: { public: true, options: { responseMode: 'streaming' } },
			},
			{
				resource: 'agent',
				operation: 'sendMessage',
				agent: byName('TasksAgent'),
				message: '={{ $json.chatInput }}',
			},
		);
		await client.saveWorkflow(workflow);
		await client.activate(workflow.id);
		const say = async (chatInput: string) =>
			await axios.post(
				`${baseUrl}/webhook/${webhookId}/chat`,
				{ action: 'sendMessage', sessionId: 's', chatInput },
				{ responseType: 'stream', validateStatus: () => true },
			);
		// n8n answers an activation before the webhook is there.
		let answer = await say('What is 6 * 7?');
		for (; answer.status === 404; answer = await say('What is 6 * 7?')) await sleep(250);
		const stream = answer.data;
		const pieces: Array<{ at: number; type: string; content?: string }> = [];
		let rest = '';
		for await (const chunk of stream) {
			const lines = (rest + String(chunk)).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) pieces.push({ at: Date.now(), ...JSON.parse(line) });
		}
		const items = pieces.filter(({ type, content }) => type === 'item' && content);

		expect(items.map(({ content }) => content).join('')).toContain('6 * 7 = 42');
		expect(items.length).toBeGreaterThan(5);
		expect(items.at(-1)!.at - items[0].at).toBeGreaterThan(400);
		await client.deactivate(workflow.id);
	});
});

describe('the trigger', () => {
	it('starts a workflow for a pending approval', async () => {
		const { client } = local.n8n;
		const workflow: WorkflowFile = {
			id: 'approval-requested',
			name: 'approval-requested',
			nodes: [
				{
					id: 'trigger',
					name: 'Trigger',
					type: 'n8n-nodes-agent-platforms.agentFlowTrigger',
					typeVersion: 1,
					position: [0, 0],
					parameters: {
						event: 'approvalRequested',
						pollTimes: {
							item: Array.from({ length: 12 }, (_, index) => ({
								mode: 'custom',
								cronExpression: `${index * 5} * * * * *`,
							})),
						},
					},
					credentials: saved(),
				},
			],
			connections: {},
			settings: { executionOrder: 'v1' },
		};
		await client.saveWorkflow(workflow);
		await control.clearRequests();
		await client.activate(workflow.id);
		const polls = async () =>
			(await control.requests()).filter(({ path }) => path.includes('/approvals/pending'));
		// What is pending at the first one is old.
		await until(async () => (await polls()).length >= 2);
		const { data } = await api.get('/agents');
		const emails = data.agents.find(({ name }: IDataObject) => name === 'EmailsAgent').id;
		const conversation = await api.post('/conversations', { agent_id: emails });
		void api
			.post(`/agent/${emails}/chat`, {
				message: 'Send email to zoe@example.com',
				message_id: 'trigger-1',
				conversation_id: conversation.data.conversation.id,
				stream: false,
			})
			.catch(() => undefined);
		await until(async () => (await client.executionIds(workflow.id)).length > 0);
		const [executionId] = await client.executionIds(workflow.id);
		await client.deactivate(workflow.id);

		expect((await outputs(executionId)).of('Trigger')).toMatchObject([
			{ tool_name: 'send_email', tool_arguments: { to: 'zoe@example.com' }, status: 'pending' },
		]);
	});
});
