// What must hold in every n8n that people run, whatever lies beside the package. One n8n, which
// scripts/testVersions.mts names; each `describe` is a column of its table.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type { INode, INodeParameters, INodeTypeDescription } from 'n8n-workflow';
import type { PlatformName } from '../../sandbox/platforms.mts';
import { WORKFLOWS } from '../../sandbox/flowmaestro/seed/workflows.mts';
import { exampleFiles, loadExample, readExample, triggerOf } from '../../scripts/lib/examples.mts';
import { outputOf } from '../../scripts/lib/n8nClient.mts';
import type { WorkflowFile } from '../../scripts/lib/n8nClient.mts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { loadContents } from '../../scripts/packages/contents.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';
import { startLocal, testCredential, until } from '../e2e/local.mts';
import type { Local } from '../e2e/local.mts';
import { SandboxControl } from '../support/sandbox.mts';
import { Editor } from '../ui/editor.mts';

const RESEARCHER = '5eed0000-0000-4000-8000-000000000001';

const manifest = readManifest(rootFolder);
const packageName = manifest.name;
const { nodes, credentials } = loadContents(rootFolder, manifest);

let local: Local;

beforeAll(async () => {
	local = await startLocal(process.env.TEST_NAME ?? 'versions', process.env.TEST_NEIGHBOURS);
});

afterAll(async () => {
	await local?.stop();
});

/** A platform's API, asked past the nodes. */
function platform(name: PlatformName): AxiosInstance {
	const { baseUrl, apiKey, accessToken } = local.platforms[name];
	const headers = { 'x-api-key': apiKey, authorization: `Bearer ${accessToken}` };
	return axios.create({ baseURL: baseUrl, headers });
}

/** What n8n tells its editor of the types it has loaded. */
async function types<Type extends { name: string }>(kind: string): Promise<Type[]> {
	return (await local.n8n.client.http.get(`/../types/${kind}.json`)).data;
}

/** A workflow of nodes in a row, ours with their credentials. */
function inARow(id: string, ...row: Array<Partial<INode> & Pick<INode, 'name' | 'type'>>) {
	const nodes = row.map((node, index): INode => {
		const type = node.type.split('.')[1];
		const wanted = nodeTypes.get(type)?.credentials?.map(({ name }) => name) ?? [];
		const saved = wanted.filter((name) => name in local.credentials);
		return {
			id: node.name,
			typeVersion: 1,
			position: [index * 250, 0],
			parameters: {},
			credentials: Object.fromEntries(saved.map((name) => [name, local.credentials[name]])),
			...node,
		};
	});
	const connections: WorkflowFile['connections'] = {};
	for (const [index, { name }] of nodes.slice(1).entries()) {
		connections[nodes[index].name] = { main: [[{ node: name, type: 'main', index: 0 }]] };
	}
	return { id, name: id, nodes, connections, settings: { executionOrder: 'v1' } };
}

const nodeTypes = new Map<string, INodeTypeDescription>(
	nodes.map(({ description }) => [description.name, description]),
);
const START = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' };
const agent = { __rl: true, mode: 'list', value: RESEARCHER, cachedResultName: 'Web Researcher' };

describe('nodes', () => {
	it.each(nodes.map(({ description }) => description))('$displayName', async ({ name }) => {
		const known = await types<{ name: string }>('nodes');
		expect(known.map((type) => type.name)).toContain(`${packageName}.${name}`);
	});
});

describe('credentials', () => {
	it.each(credentials.map(({ credential }) => credential))('$displayName', async ({ name }) => {
		const known = await types<{ name: string }>('credentials');
		expect(known.map((type) => type.name)).toContain(name);
	});

	it.each<[PlatformName, Record<string, string>]>([
		['flymyai', { apiKey: 'fly-wrong' }],
		['pyflue', { baseUrl: 'http://127.0.0.1:9' }],
		['flowmaestro', { apiKey: 'fm_live_wrong' }],
		['agentflow', { accessToken: 'wrong' }],
	])('of %s pass their test, and fail it with %j', async (name, wrong) => {
		expect(await testCredential(local, name, {})).toMatchObject({ status: 'OK' });
		expect(await testCredential(local, name, wrong)).toMatchObject({ status: 'Error' });
	});
});

describe('examples', () => {
	const byHand = exampleFiles().filter((file) =>
		readExample(file).nodes.some(({ type }) => type === START.type),
	);

	it.each(byHand)('%s', async (file) => {
		const { client } = local.n8n;
		const workflow = await loadExample(client, file, local.credentials);
		const start = workflow.nodes.find(({ type }) => type === START.type)?.name;
		const execution = await client.finished(
			await client.run(workflow.id, start ?? triggerOf(workflow)),
		);
		expect(execution.data.resultData.error).toBeUndefined();
		expect(execution.status).toBe('success');
		const last = execution.data.resultData.lastNodeExecuted ?? '';
		expect(outputOf(execution, last)).not.toEqual([]);
	});
});

describe('triggers', () => {
	/** A tick every 5 s: n8n takes no cron that fires more than once a minute, but twelve that do. */
	const pollTimes = {
		item: Array.from({ length: 12 }, (_, index) => ({
			mode: 'custom',
			cronExpression: `${index * 5} * * * * *`,
		})),
	};

	/** What ends on each platform, for its trigger to see; where it is looked for. */
	const ends: Record<string, { of: PlatformName; list: RegExp; work(): Promise<unknown> }> = {
		flyMyAiTrigger: {
			of: 'flymyai',
			list: /\/executions\/$/,
			work: async () =>
				await platform('flymyai').post(`/api/v1/agents/tasks/${RESEARCHER}/run-loop/`, {
					variables: { topic: 'x' },
				}),
		},
		pyFlueTrigger: {
			of: 'pyflue',
			list: /runs/,
			work: async () =>
				await platform('pyflue').post('/workflows/divide', { payload: { a: 1, b: 2 } }),
		},
		flowMaestroTrigger: {
			of: 'flowmaestro',
			list: /\/executions/,
			work: async () =>
				await platform('flowmaestro').post(`/api/v1/workflows/${WORKFLOWS.leadScoring}/execute`, {
					inputs: { company: 'Tailspin', employees: 12 },
				}),
		},
		agentFlowTrigger: {
			of: 'agentflow',
			list: /\/approvals\/pending/,
			async work() {
				const api = platform('agentflow');
				const { data } = await api.get('/api/v1/agents');
				const { id } = data.agents.find(({ name }: { name: string }) => name === 'EmailsAgent');
				const begun = await api.post('/api/v1/conversations', { agent_id: id });
				const order = {
					message: 'Send email to zoe@example.com',
					message_id: 'trigger-1',
					conversation_id: begun.data.conversation.id,
					stream: false,
				};
				// Answered when somebody has approved it.
				void api.post(`/api/v1/agent/${id}/chat`, order).catch(() => undefined);
			},
		},
	};
	const polling = nodes.map(({ description }) => description).filter(({ polling }) => polling);

	it.each(polling)('$displayName', async ({ name }) => {
		const { client } = local.n8n;
		const { of, list, work } = ends[name];
		const control = new SandboxControl(local.platforms[of].baseUrl);
		const parameters: INodeParameters = {
			pollTimes,
			...(of === 'agentflow' ? { event: 'approvalRequested' } : {}),
		};
		const trigger = { name: 'Trigger', type: `${packageName}.${name}`, parameters };
		const workflow = inARow(name, trigger);
		const workflowId = await client.saveWorkflow(workflow);
		await control.clearRequests();
		await client.activate(workflowId);
		const looks = async () =>
			(await control.requests()).filter(({ path }) => list.test(path.split('?')[0])).length;
		// What is there at the first one is old.
		await until(async () => (await looks()) >= 2);
		await work();
		await until(async () => (await client.executionIds(workflowId)).length > 0);
		const [id] = await client.executionIds(workflowId);
		const execution = await client.finished(id);
		await client.deactivate(workflowId);

		expect(execution.status).toBe('success');
		expect(outputOf(execution, 'Trigger')).toHaveLength(1);
	});
});

describe('stop', () => {
	it('cancels the run on the platform', async () => {
		const { client } = local.n8n;
		const api = platform('flymyai');
		const newest = async () => (await api.get('/api/v1/agents/executions/')).data[0];
		const control = new SandboxControl(local.platforms.flymyai.baseUrl);
		await control.post(`flymyai/agents/${RESEARCHER}/behaviour`, { outcome: 'never' });
		const workflow = inARow('stop', START, {
			name: 'Run',
			type: `${packageName}.flyMyAi`,
			parameters: {
				resource: 'run',
				operation: 'start',
				agent,
				specifyInputs: 'json',
				inputsJson: '{ "topic": "x" }',
			},
		});
		const workflowId = await client.saveWorkflow(workflow);
		const before = await newest();
		const executionId = await client.run(workflowId, START.name);
		await until(async () => (await newest()).id !== before.id);
		const { id } = await newest();
		await client.stopExecution(executionId);

		expect(await client.finished(executionId)).toMatchObject({ status: 'canceled' });
		// n8n does not wait for what a node still does after its execution was stopped.
		await until(async () => {
			const { status } = (await api.get(`/api/v1/agents/executions/${id}/`)).data;
			return status === 'cancelled';
		});
		await control.reset();
	});
});

describe('errors', () => {
	it("are n8n's own, say what to do, and name our sources in their stack", async () => {
		const { client } = local.n8n;
		const workflow = inARow('error', START, {
			name: 'Get',
			type: `${packageName}.flyMyAi`,
			parameters: {
				resource: 'run',
				operation: 'get',
				run: { __rl: true, mode: 'id', value: 'no-such-run' },
			},
		});
		const workflowId = await client.saveWorkflow(workflow);
		const execution = await client.finished(await client.run(workflowId, START.name));
		const { error } = execution.data.resultData;

		expect(execution.status).toBe('error');
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('no-such-run'),
			description: expect.any(String),
			httpCode: '404',
			node: expect.objectContaining({ name: 'Get' }),
		});
		expect(error?.stack).toMatch(/nodes\/shared\/errors\.ts:\d+/);
	});
});

describe('editor', () => {
	it('shows a list and the fields of what is picked', async () => {
		const workflow = inARow('editor', START, {
			name: 'Run',
			type: `${packageName}.flyMyAi`,
			parameters: { resource: 'run', operation: 'start' },
		});
		const workflowId = await local.n8n.client.saveWorkflow(workflow);
		const editor = await Editor.open(local.n8n.baseUrl, local.n8n.login);
		try {
			await editor.openWorkflow(workflowId);
			await editor.openNode('Run');
			await editor.pick('research', 'Web Researcher');
			expect(await editor.drawnFields()).toContainEqual(expect.stringMatching(/topic/i));
		} catch (error) {
			await editor.keepFailure(process.env.TEST_NAME ?? 'versions');
			throw error;
		} finally {
			await editor.close();
		}
	});
});
