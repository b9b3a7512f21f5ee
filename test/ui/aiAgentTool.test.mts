// The node as a tool of n8n's own AI Agent, with a stand-in for the model.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { outputOf } from '../../scripts/lib/n8nClient.mts';
import { START, connect, flyMyAi, manualTrigger, node, picked, save } from './canvas.mts';
import { startChatModel } from './chatModel.mts';
import type { ChatModel } from './chatModel.mts';
import { WEB_RESEARCHER, client, sandbox, stage } from './stage.mts';

let model: ChatModel;
let modelCredential: string;

beforeAll(async () => {
	model = await startChatModel();
	modelCredential = await client.saveCredential({
		name: 'Stand-in model',
		type: 'openAiApi',
		data: { apiKey: 'none', url: model.baseUrl },
	});
});

afterAll(async () => await model?.close());

/** Has the model call the tool with these arguments; answers what the model was told. */
async function callTool(parameters: INodeParameters, given: object): Promise<IDataObject[]> {
	const credentials = { openAiApi: { id: modelCredential, name: 'Stand-in model' } };
	const agent = { promptType: 'define', text: 'Find out about the tides.', options: {} };
	const chatModel = { model: { __rl: true, mode: 'id', value: 'stand-in' }, options: {} };
	await save(
		'ai-agent',
		[
			manualTrigger,
			node('AI Agent', '@n8n/n8n-nodes-langchain.agent', agent, { typeVersion: 3 }),
			node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', chatModel, {
				typeVersion: 1.2,
				credentials,
			}),
			flyMyAi('FlyMyAI', parameters, { type: 'n8n-nodes-agent-platforms.flyMyAiTool' }),
		],
		connect([
			[START, 'AI Agent'],
			['Model', 'AI Agent', 'ai_languageModel'],
			['FlyMyAI', 'AI Agent', 'ai_tool'],
		]),
	);
	model.plan(given);
	const execution = await client.finished(await client.run('ai-agent', START), 100_000);
	expect(execution.data.resultData.error).toBeUndefined();
	expect(outputOf(execution, 'AI Agent')).toEqual([
		{ output: `The tool says: ${model.toolResult()}` },
	]);
	return JSON.parse(model.toolResult());
}

const start = (options: INodeParameters = {}): INodeParameters => ({
	resource: 'run',
	operation: 'start',
	agent: picked(WEB_RESEARCHER, 'Web Researcher'),
	specifyInputs: 'json',
	inputsJson: "={{ $fromAI('inputs', 'The topic to research, as { topic }', 'json') }}",
	simplify: false,
	options,
});

describe('Run: Start', () => {
	it.each([
		['an object', { topic: 'Tides' }],
		['text', '{ "topic": "Tides" }'],
	])('takes its inputs as %s and answers the output, no messages', async (_, inputs) => {
		const [run, ...others] = await callTool(start(), { inputs });

		expect(model.tools()[0].function).toMatchObject({
			name: 'FlyMyAI',
			description: 'Start a run of an agent in FlyMyAI',
			parameters: { required: ['inputs'] },
		});
		expect(run).toMatchObject({
			status: 'completed',
			output: { summary: expect.stringContaining('Tides') },
		});
		expect(run).not.toHaveProperty('messages');
		expect(run).not.toHaveProperty('logs');
		expect(others).toEqual([]);
	});

	it('fills in the form of the agent', async () => {
		const schema = ['topic', 'max_sources'].map((id) => ({
			id,
			displayName: id,
			type: id === 'topic' ? 'string' : 'number',
			required: id === 'topic',
			display: true,
			defaultMatch: false,
		}));
		const value = {
			topic: "={{ $fromAI('topic', 'What to research', 'string') }}",
			max_sources: "={{ $fromAI('max_sources', 'How many pages to read', 'number') }}",
			gone: 'an input that the form has not got any more',
		};
		const inputs = { mappingMode: 'defineBelow', value, matchingColumns: [], schema };
		const [run] = await callTool(
			{ ...start(), specifyInputs: 'fields', inputs },
			{ topic: 'Tides', max_sources: 2 },
		);

		expect(run.variables).toEqual({ topic: 'Tides', max_sources: 2 });
	});

	it('hands back the id of a run that outlasts its bound', async () => {
		await sandbox.post(`flymyai/agents/${WEB_RESEARCHER}/behaviour`, { outcome: 'never' });
		const [run] = await callTool(start({ maxWait: 2 }), { inputs: { topic: 'Tides' } });

		expect(run).toMatchObject({ id: expect.any(String), status: 'running', output: null });
		expect(run.note).toBe(
			`Still going after 2 s (Max Wait); look at each later by its ID: ${run.id}`,
		);
	});
});

it('a file is described, because a model gets no binary data', async () => {
	const { baseUrl, apiKey } = stage.platforms.flymyai;
	const frozen = await axios.post<{ id: string }>(
		`${baseUrl}/api/v1/agents/compilations/freeze-instruction/won-gsfr-mxp/`,
		undefined,
		{ headers: { 'X-API-KEY': apiKey } },
	);
	const { id } = frozen.data;
	const reading = { resource: 'compilation', operation: 'get' };
	const compilation = { __rl: true, mode: 'id', value: "={{ $fromAI('id', 'Which one') }}" };
	const get = async () =>
		await callTool({ ...reading, compilation, options: { binaryProperty: 'data' } }, { id });
	let [item] = await get();
	while (item.status === 'compiling' || item.status === 'pending') [item] = await get();

	expect(item.files).toEqual([
		{ field: 'data', name: `${id}.md`, type: 'text/markdown', size: expect.anything() },
	]);
});
