// What spreadsheets, models and hand-made workflows give, in a real n8n.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import axios from 'axios';
import type { IDataObject, INode } from 'n8n-workflow';
import type { WorkflowFile } from '../../scripts/lib/n8nClient.mts';
import { SandboxControl } from '../support/sandbox.mts';
import { startLocal } from './local.mts';
import type { Local } from './local.mts';

let local: Local;

beforeAll(async () => {
	local = await startLocal('values');
});

afterAll(async () => {
	await local?.stop();
});

const node = (name: string, type: string, parameters: INode['parameters']): INode => ({
	id: name,
	name,
	type,
	typeVersion: type.endsWith('.set') ? 3.4 : 1,
	position: [0, 0],
	parameters,
	...(type.includes('flyMyAi')
		? { credentials: { flyMyAiApi: local.credentials.flyMyAiApi } }
		: {}),
});

const file = (id: string, nodes: INode[]): WorkflowFile => ({
	id,
	name: id,
	nodes,
	connections: Object.fromEntries(
		nodes
			.slice(0, -1)
			.map(({ name }, index) => [
				name,
				{ main: [[{ node: nodes[index + 1].name, type: 'main', index: 0 }]] },
			]),
	),
	settings: { executionOrder: 'v1' },
});

const platform = () => {
	const { baseUrl, apiKey } = local.platforms.flymyai;
	return {
		control: new SandboxControl(baseUrl),
		api: axios.create({ baseURL: `${baseUrl}/api/v1/agents`, headers: { 'X-API-KEY': apiKey } }),
	};
};

const AGENT: IDataObject = {
	name: 'Typed',
	user_prompt: 'Work',
	input_schema: {
		type: 'object',
		properties: {
			topic: { type: 'string' },
			flag: { type: 'boolean' },
			date: { type: 'string', format: 'date-time' },
			list: { type: 'array' },
			tone: { type: 'string' },
		},
		required: ['topic'],
	},
};

/** Executes Run: Start once with these values of an item, and answers what came of it. */
async function startWith(id: string, row: IDataObject) {
	const { api, control } = platform();
	const { data: agent } = await api.post('/tasks/', AGENT);
	const typed = { topic: 'string', flag: 'boolean', date: 'dateTime', list: 'array' };
	const schema = Object.entries(typed).map(([name, type]) => ({
		id: name,
		displayName: name,
		type,
		required: name === 'topic',
	}));
	const value = Object.fromEntries(
		[...Object.keys(typed), 'tone', 'company'].map((name) => [name, `={{ $json.${name} }}`]),
	);
	const workflow = file(id, [
		node('Manual', 'n8n-nodes-base.manualTrigger', {}),
		node('Row', 'n8n-nodes-base.set', {
			mode: 'raw',
			jsonOutput: JSON.stringify(row),
			options: {},
		}),
		node('Start', 'n8n-nodes-agent-platforms.flyMyAi', {
			resource: 'run',
			operation: 'start',
			agent: { __rl: true, mode: 'id', value: agent.uuid },
			inputs: { mappingMode: 'defineBelow', value, matchingColumns: [], schema },
			waitForCompletion: false,
		} as INode['parameters']),
	]);
	const { client } = local.n8n;
	await control.clearRequests();
	await client.saveWorkflow(workflow);
	const { data } = await client.finished(await client.run(id, 'Manual'));
	const started = (await control.requests()).filter(({ path }) => path.includes('run-loop'));
	const [last] = data.resultData.runData.Start ?? [];
	return {
		sent: started.map(({ body }) => Object(body).variables),
		hints: (last?.hints ?? []).map(({ message }) => message),
		error: data.resultData.error?.message,
	};
}

it('blanks are no values, what has spaces around it is meant, and what no form lists goes out', async () => {
	const row = {
		topic: 'Sun',
		flag: '',
		date: '2026-01-01T00:00:00Z \n',
		list: ' ["a", "b"] ',
		tone: 'dry',
		company: 'Acme',
	};

	expect(await startWith('values-read', row)).toEqual({
		sent: [
			{ topic: 'Sun', date: expect.stringMatching(/^202[56]-/), list: ['a', 'b'], tone: 'dry' },
		],
		hints: ['The agent takes no such inputs, so these values were left out: company'],
		error: undefined,
	});
});

it('a required one that is blank is named as missing', async () => {
	expect(await startWith('values-missing', { topic: ' ' })).toMatchObject({
		sent: [],
		error: "'topic' is required",
	});
});
