/*
 * AgentFlow: Classify over 1,000 items against one request an item (the HTTP Request node), and the
 * time to the first token through n8n's chat against the bare stream.
 *
 *   node test/bench/agentflow.mts
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { IConnections, INode, INodeParameters } from 'n8n-workflow';
import { buildIfNeeded } from '../../scripts/lib/build.mts';
import { startN8n } from '../../scripts/lib/n8n.mts';
import type { N8n } from '../../scripts/lib/n8n.mts';
import { outputOf } from '../../scripts/lib/n8nClient.mts';
import type { WorkflowFile } from '../../scripts/lib/n8nClient.mts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { startSandbox } from '../../scripts/lib/sandbox.mts';

const ITEMS = 1000;
/** What a model takes for a request, whatever it holds, in milliseconds. */
const REQUEST_MS = 200;
const CHATS = 20;
const WEBHOOK = 'c2b5f0a4-3b1e-4f8e-9b0a-6a5f3d2e1c0b';

type Values = Record<string, string>;
type Saved = { id: string; name: string };
type BenchNode = Omit<INode, 'id' | 'position'>;

const median = (values: number[]): number =>
	values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A workflow whose nodes follow each other. */
function workflowOf(id: string, nodes: BenchNode[]): WorkflowFile {
	const connections: IConnections = {};
	for (const [index, { name }] of nodes.slice(0, -1).entries()) {
		connections[name] = { main: [[{ node: nodes[index + 1].name, type: 'main', index: 0 }]] };
	}
	return {
		id,
		name: id,
		nodes: nodes.map((node, index) => ({ ...node, id: node.name, position: [index * 200, 0] })),
		connections,
		settings: { executionOrder: 'v1' },
	};
}

const agentFlow = (saved: Saved, parameters: INodeParameters): BenchNode => ({
	name: 'AgentFlow',
	type: 'n8n-nodes-agent-platforms.agentFlow',
	typeVersion: 1,
	parameters,
	credentials: { agentFlowApi: saved },
});

const rows: BenchNode[] = [
	{ name: 'Go', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
	{
		name: 'Rows',
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: {
			jsCode: `return Array.from({ length: ${ITEMS} }, (_, i) => ({ json: { text: 'Row ' + i + ' is about delivery' } }));`,
		},
	},
];

async function classifying(n8n: N8n, agentflow: Values, saved: Saved): Promise<void> {
	const { client } = n8n;
	const categories = 'billing, delivery, other';
	const single: BenchNode = {
		name: 'AgentFlow',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			method: 'POST',
			url: `${agentflow.baseUrl}/api/v1/completions/label`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'agentFlowApi',
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ { items: [{ content: $json.text }], categories: '${categories}'.split(', ') } }}`,
			options: {},
		},
		credentials: { agentFlowApi: saved },
	};
	const classify = agentFlow(saved, {
		resource: 'completion',
		operation: 'classify',
		content: '={{ $json.text }}',
		categories,
	});
	await axios.post(`${agentflow.baseUrl}/__sandbox/faults`, {
		kind: 'latency',
		ms: REQUEST_MS,
		times: null,
		match: { path: '/completions/' },
	});
	const control = axios.create({ baseURL: `${agentflow.baseUrl}/__sandbox` });
	for (const [name, node] of [
		['AgentFlow: Classify', classify],
		['HTTP Request, one request an item', single],
	] as const) {
		const workflow = workflowOf(name.replaceAll(/\W+/g, '-').toLowerCase(), [...rows, node]);
		await client.saveWorkflow(workflow);
		await control.delete('/requests');
		const execution = await client.finished(await client.run(workflow.id, 'Go'), 600_000);
		const took = execution.data.resultData.runData.AgentFlow?.[0].executionTime ?? NaN;
		const { data: requests } = await control.get('/requests');
		const items = outputOf(execution, 'AgentFlow').length;
		console.log(
			`${name}: ${items} items in ${(took / 1000).toFixed(1)} s, ${requests.length} requests`,
		);
	}
	await control.delete('/faults');
}

async function chatting(n8n: N8n, agentflow: Values, saved: Saved): Promise<void> {
	const { client, baseUrl } = n8n;
	const headers = { authorization: `Bearer ${agentflow.accessToken}` };
	const api = axios.create({ baseURL: `${agentflow.baseUrl}/api/v1`, headers });
	const { data } = await api.get('/agents');
	const { id: agent } = data.agents.find(({ name }: Values) => name === 'TasksAgent');
	await axios.post(`${agentflow.baseUrl}/__sandbox/agentflow/agents/TasksAgent/behaviour`, {
		durationMs: 0,
		deltaDelayMs: 20,
	});
	const workflow = workflowOf('bench-chat', [
		{
			name: 'Chat',
			type: '@n8n/n8n-nodes-langchain.chatTrigger',
			typeVersion: 1.3,
			webhookId: WEBHOOK,
			parameters: { public: true, options: { responseMode: 'streaming' } },
		},
		agentFlow(saved, {
			resource: 'agent',
			operation: 'sendMessage',
			agent: { __rl: true, mode: 'id', value: agent },
			message: '={{ $json.chatInput }}',
		}),
	]);
	await client.saveWorkflow(workflow);
	await client.activate(workflow.id);

	const firstAt = async (stream: AsyncIterable<Buffer>, sign: string): Promise<number> => {
		let seen = '';
		let at = NaN;
		for await (const chunk of stream) {
			seen += String(chunk);
			if (Number.isNaN(at) && seen.includes(sign)) at = performance.now();
		}
		return at;
	};
	const throughN8n = async (): Promise<number> => {
		const begun = performance.now();
		const { status, data: stream } = await axios.post(
			`${baseUrl}/webhook/${WEBHOOK}/chat`,
			{ action: 'sendMessage', sessionId: 's', chatInput: 'What is 6 * 7?' },
			{ responseType: 'stream', validateStatus: () => true },
		);
		const at = await firstAt(stream, '"type":"item"');
		if (status !== 404) return at - begun;
		// n8n answers an activation before the webhook is there.
		await sleep(250);
		return await throughN8n();
	};
	const bare = async (): Promise<number> => {
		const begun = performance.now();
		const { data: created } = await api.post('/conversations', { agent_id: agent });
		const { data: stream } = await api.post(
			`/agent/${agent}/chat`,
			{
				message: 'What is 6 * 7?',
				conversation_id: created.conversation.id,
				message_id: `bench-${begun}`,
			},
			{ responseType: 'stream' },
		);
		return (await firstAt(stream, '"type":"delta"')) - begun;
	};
	await throughN8n();
	await bare();
	const measured: Record<string, number[]> = { "n8n's chat": [], 'the bare stream': [] };
	for (let chat = 0; chat < CHATS; chat++) {
		measured["n8n's chat"].push(await throughN8n());
		measured['the bare stream'].push(await bare());
	}
	for (const [name, times] of Object.entries(measured)) {
		console.log(`First token through ${name}: ${median(times).toFixed(0)} ms (median of ${CHATS})`);
	}
}

/** Prints the figures of this benchmark. */
export async function benchAgentFlow(): Promise<void> {
	const folder = join(rootFolder, '.artifacts', 'bench', 'agentflow');
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	await buildIfNeeded();
	const sandbox = await startSandbox(join(folder, 'sandbox.log'));
	try {
		const n8n = await startN8n({ folder });
		try {
			const { agentflow } = sandbox.platforms;
			const name = 'AgentFlow account';
			const { baseUrl, accessToken } = agentflow;
			const id = await n8n.client.saveCredential({
				type: 'agentFlowApi',
				name,
				data: { baseUrl, accessToken },
			});
			await classifying(n8n, agentflow, { id, name });
			await chatting(n8n, agentflow, { id, name });
		} finally {
			await n8n.stop();
		}
	} finally {
		await sandbox.stop();
	}
}
