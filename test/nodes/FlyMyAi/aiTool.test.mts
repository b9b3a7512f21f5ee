// The node as a tool of an AI agent, whose arguments come as the model made them.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import {
	PAST_RUN,
	byId,
	control,
	execute,
	failureOf,
	newAgent,
	newTool,
	node,
	sent,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

/** Calls the tool with what the model gave for each `$fromAI()`. */
const call = async (
	resource: string,
	operation: string,
	parameters: INodeParameters,
	given: IDataObject,
) => {
	const nodeType = `n8n-nodes-agent-platforms.${node.description.name}Tool`;
	const items = await execute(resource, operation, parameters, { items: [given], nodeType });
	return items.map(({ json }) => json);
};

describe('Run: Start', () => {
	const parameters = {
		agent: { __rl: true, mode: 'id', value: "={{ $fromAI('agent', 'Which agent', 'string') }}" },
		specifyInputs: 'json',
		inputsJson: "={{ $fromAI('inputs', 'What the agent needs to know', 'json') }}",
	};

	test.each([
		['an object', { topic: 'Sun', n: 3 }],
		['text', '{ "topic": "Sun", "n": 3 }'],
	])('takes its inputs as %s', async (_, inputs) => {
		const agent = await newAgent();
		const [run] = await call('run', 'start', parameters, { agent, inputs });

		expect((await sent())[0].body).toEqual({ variables: { topic: 'Sun', n: 3 } });
		expect(run).toMatchObject({ status: 'completed', agent_id: agent });
	});

	test.each([
		['a list', ['Sun'], /'Inputs \(JSON\)' must be a JSON object/],
		['words', 'the sun, please', /'Inputs \(JSON\)' must be JSON/],
	])('tells the model that %s will not do', async (_, inputs, message) => {
		const agent = await newAgent();
		const failure = await failureOf(call('run', 'start', parameters, { agent, inputs }));

		expect(failure.message).toMatch(message);
		expect(await sent()).toEqual([]);
	});
});

test('Run: Get takes the id the model knows', async () => {
	const [run] = await call('run', 'get', { run: "={{ $fromAI('run') }}" }, { run: PAST_RUN });

	expect(run).toMatchObject({ id: PAST_RUN, status: 'completed' });
});

test('numbers and switches may come as text', async () => {
	const agent = await newAgent();
	const [run] = await call(
		'run',
		'start',
		{
			agent: byId(agent),
			waitForCompletion: "={{ $fromAI('wait') }}",
			options: { maxWait: "={{ $fromAI('seconds', '', 'string') }}" },
		},
		{ wait: 'false', seconds: '60' },
	);

	expect(run.status).toBe('pending');
});

test.each([
	['an object', { numbers: [2, 3] }],
	['text', '{ "numbers": [2, 3] }'],
])('Tool: Call takes its arguments as %s', async (_, args) => {
	const answers = await call(
		'tool',
		'call',
		{
			tool: byId(await newTool('calculator')),
			action: "={{ $fromAI('action') }}",
			arguments: "={{ $fromAI('Arguments', '', 'json') }}",
		},
		{ action: 'multiply', Arguments: args },
	);

	expect(answers).toEqual([{ result: 6 }]);
});
