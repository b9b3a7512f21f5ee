import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type { IDataObject } from 'n8n-workflow';
import { WORKFLOWS } from '../../sandbox/flowmaestro/seed/workflows.mts';
import { outputOf } from '../../scripts/lib/n8nClient.mts';
import type { Execution, WorkflowFile } from '../../scripts/lib/n8nClient.mts';
import { SandboxControl } from '../support/sandbox.mts';
import { executeExample, startLocal, testCredential, until } from './local.mts';
import type { Local } from './local.mts';

let local: Local;
let api: AxiosInstance;
let control: SandboxControl;

beforeAll(async () => {
	local = await startLocal('flowmaestro');
	const { baseUrl, apiKey } = local.platforms.flowmaestro;
	api = axios.create({ baseURL: `${baseUrl}/api/v1`, headers: { 'x-api-key': apiKey } });
	control = new SandboxControl(baseUrl);
});

afterAll(async () => {
	await local?.stop();
});

const execute = async (file: string) => await executeExample(local, file);

describe('the connection test of the credential', () => {
	const testWith = async (changed: Record<string, string>) =>
		await testCredential(local, 'flowmaestro', changed);

	it('passes for a key, whatever its scopes', async () => {
		const apiKey = `fm_live_${'SandboxKnowledgeBaseReader'.padEnd(32, '0')}`;

		expect(await testWith({})).toMatchObject({ status: 'OK' });
		expect(await testWith({ apiKey })).toMatchObject({ status: 'OK' });
	});

	it('fails for a wrong key, a wrong path and another server', async () => {
		const { baseUrl } = local.platforms.flowmaestro;

		expect(await testWith({ apiKey: 'fm_live_wrong' })).toMatchObject({ status: 'Error' });
		expect(await testWith({ baseUrl: `${baseUrl}/v1` })).toMatchObject({ status: 'Error' });
		expect(await testWith({ baseUrl: local.platforms.flymyai.baseUrl })).toMatchObject({
			status: 'Error',
		});
	});
});

describe('the examples', () => {
	it('execute a workflow for every row', async () => {
		const output = await execute('execute-a-workflow-for-every-row.json');

		expect(output('Scores')).toEqual(
			[
				{ company: 'Northwind', score: 97, tier: 'hot' },
				{ company: 'Contoso', score: 38, tier: 'warm' },
				{ company: 'Fabrikam', score: 6, tier: 'cold' },
			].map((row) => ({ ...row, execution_id: expect.any(String) })),
		);
	});

	it('ask an agent in a thread', async () => {
		const output = await execute('ask-an-agent-in-a-thread.json');
		const [{ id: thread }] = output('Begin');

		expect(output('Answers')).toEqual([
			{
				first: expect.stringContaining('costs 12 euros'),
				second: expect.stringContaining('return a product within 30 days'),
				thread_id: thread,
			},
		]);
		const { data } = await api.get(`/threads/${String(thread)}/messages`);
		expect(data.data.messages.filter(({ role }: { role: string }) => role === 'user')).toHaveLength(
			2,
		);
	});

	it('answer from a knowledge base', async () => {
		const output = await execute('answer-from-a-knowledge-base.json');

		expect(output('Reply')).toEqual([
			{
				question: 'How long is the warranty of a product?',
				answer: expect.stringContaining('a warranty of two years'),
				sources: expect.arrayContaining(['warranty.md']),
			},
		]);
	});

	it('go on when an execution ends', async () => {
		const workflow = WORKFLOWS.leadScoring;
		const inputs = { company: 'Tailspin', employees: 12 };
		const started = (await api.post(`/workflows/${workflow}/execute`, { inputs })).data.data;
		const statusNow = async () =>
			(await api.get(`/executions/${started.execution_id}`)).data.data.status;
		await until(async () => (await statusNow()) === 'completed');
		const output = await execute('when-an-execution-ends.json');

		expect(output('Result')).toEqual([
			{ workflow_id: workflow, outputs: expect.stringContaining('Tailspin') },
		]);
		expect(output('Alert')).toEqual([]);
	});
});

describe('the webhook trigger', () => {
	const TRIGGER = 'FlowMaestro Webhook Trigger';

	const workflow = (): WorkflowFile => ({
		id: randomUUID().slice(0, 16),
		name: 'Hears of events',
		nodes: [
			{
				id: 'trigger',
				name: TRIGGER,
				type: 'n8n-nodes-agent-platforms.flowMaestroWebhookTrigger',
				typeVersion: 1,
				position: [0, 0],
				webhookId: randomUUID(),
				parameters: { events: ['execution.completed'], options: {} },
				credentials: { flowMaestroApi: local.credentials.flowMaestroApi },
			},
		],
		connections: {},
		settings: { executionOrder: 'v1' },
	});

	const webhooks = async (): Promise<IDataObject[]> => (await api.get('/webhooks')).data.data;

	/** Has the platform send an event to the one webhook; answers how it was received. */
	async function send(order: object, attempts = 1): Promise<IDataObject> {
		const [{ id: webhook }] = await webhooks();
		const newest = async (): Promise<IDataObject> =>
			(await api.get(`/webhooks/${String(webhook)}/deliveries`)).data.data[0];
		await control.post('flowmaestro/events', { event: 'execution.completed', data: {}, ...order });
		await until(async () => {
			const delivery = await newest();
			return delivery.attempts === attempts && delivery.status !== 'pending';
		});
		return await newest();
	}

	it('is registered, hears signed events once, refuses forged ones, and is removed', async () => {
		const { client } = local.n8n;
		const file = workflow();
		const executions = async (): Promise<Execution[]> => {
			const ids = await client.executionIds(file.id);
			return await Promise.all(ids.map(async (one) => await client.finished(one)));
		};
		await client.saveWorkflow(file);
		await client.activate(file.id);
		await until(async () => (await webhooks()).length === 1);
		expect((await webhooks())[0]).toMatchObject({
			name: `n8n: Hears of events (${TRIGGER})`,
			events: ['execution.completed'],
			is_active: true,
		});

		const data = { execution_id: 'x', outputs: { text: 'größer' } };
		expect(await send({ data, repeat: 2 }, 3)).toMatchObject({ response_status: 200 });
		for (const forge of ['wrong-secret', 'changed-body', 'no-signature']) {
			expect(await send({ forge })).toMatchObject({ status: 'failed', response_status: 401 });
		}
		await until(async () => (await executions()).length > 0);
		const heard = (await executions()).flatMap((execution) => outputOf(execution, TRIGGER));
		expect(heard).toEqual([
			{
				id: expect.any(String),
				event: 'execution.completed',
				created_at: expect.any(String),
				data,
			},
		]);
		expect(JSON.stringify(await executions())).not.toContain('whsec_');

		const [{ id: webhook }] = await webhooks();
		const { data: tested } = await api.post(`/webhooks/${String(webhook)}/test`);
		expect(tested.data).toMatchObject({ success: true });
		await until(async () => (await executions()).length === 2);

		await client.deactivate(file.id);
		await until(async () => (await webhooks()).length === 0);
	});
});
