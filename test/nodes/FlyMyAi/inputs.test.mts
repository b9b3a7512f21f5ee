// An agent's inputs: the fields drawn from its schema, and the ways to fill them in.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import {
	API,
	PAST_RUN,
	PROFILER,
	RESEARCHER,
	byId,
	control,
	drawn,
	execute,
	failureOf,
	inputsFor,
	newAgent,
	newCompilation,
	newRun,
	outputs,
	rows,
	sent,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

/** The inputs that reached the platform, in the order of their starts. */
const variables = async () =>
	(await sent(/run-loop|run-instruction/)).map(({ body }) => Object(body).variables);

const start = { resource: 'run', operation: 'start' };
const atOnce = { waitForCompletion: false };

describe('the fields', () => {
	const fieldsOf = async (agent: string) =>
		(await drawn('getAgentInputs', { ...start, agent: byId(agent) })).fields;

	test('have the type, the choices, the default and the words of the schema', async () => {
		expect(await fieldsOf(RESEARCHER)).toMatchObject([
			{
				id: 'topic',
				displayName: 'Topic: What to find out about',
				required: true,
				type: 'string',
			},
			{
				id: 'depth',
				displayName: 'Depth: How thoroughly to look',
				required: false,
				type: 'options',
				options: [
					{ name: 'quick', value: 'quick' },
					{ name: 'deep', value: 'deep' },
				],
				defaultValue: 'quick',
			},
			{ id: 'max_sources', required: false, type: 'number', defaultValue: 3 },
		]);
	});

	test('take lists, objects and switches', async () => {
		const types = (await fieldsOf(PROFILER)).map(({ id, type }) => [id, type]);

		expect(types).toEqual([
			['company', 'string'],
			['website_url', 'string'],
			['include_contacts', 'boolean'],
			['tags', 'array'],
			['crm', 'object'],
		]);
	});

	test.each([null, {}])(
		"come from the goal's placeholders where the schema is %j",
		async (schema) => {
			const agent = await newAgent({
				user_prompt: 'Write {{topic}} in {{ tone }}, {{ topic }}!',
				input_schema: schema,
			});

			expect(await fieldsOf(agent)).toMatchObject([
				{ id: 'topic', type: 'string', required: true },
				{ id: 'tone', type: 'string', required: true },
			]);
		},
	);

	test('are none for an agent without inputs, with a word on why', async () => {
		const agent = await newAgent({ name: 'Clock' });

		expect(await drawn('getAgentInputs', { ...start, agent: byId(agent) })).toEqual({
			fields: [],
			emptyFieldsNotice: "The agent 'Clock' takes no inputs. Start it as it is.",
		});
		expect(await drawn('getAgentInputs', { ...start, agent: byId('') })).toEqual({
			fields: [],
			emptyFieldsNotice: 'Pick an agent first.',
		});
	});

	test('of an instruction are those of the agent it was frozen from', async () => {
		const agent = await newAgent({ user_prompt: 'Research {{ topic }}' });
		const frozen = await newCompilation('freeze-instruction', await newRun({ agent }));
		const instruction = { resource: 'compilation', operation: 'runInstruction' };
		const drawnFor = async (id: string) =>
			await drawn('getInstructionInputs', { ...instruction, compilation: byId(id) });

		expect((await drawnFor(frozen)).fields).toMatchObject([{ id: 'topic' }]);
		expect((await drawnFor('')).emptyFieldsNotice).toBe('Pick a compilation first.');
	});

	test('of an agent there is not say so', async () => {
		const failure = await failureOf(drawn('getAgentInputs', { ...start, agent: byId('nobody') }));

		expect(failure.message).toBe(`FlyMyAI: Not found (GET ${API}/tasks/nobody/)`);
	});
});

describe('filled in by fields', () => {
	test('arrive with the types of the schema', async () => {
		const parameters = await inputsFor(PROFILER, {
			company: 'Acme',
			website_url: 'https://acme.example.com',
			include_contacts: 'true',
			tags: '["new", "big"]',
			crm: '{ "owner": "Ada" }',
		});
		await rows('run', 'start', { ...parameters, ...atOnce });

		expect(await variables()).toEqual([
			{
				company: 'Acme',
				website_url: 'https://acme.example.com',
				include_contacts: true,
				tags: ['new', 'big'],
				crm: { owner: 'Ada' },
			},
		]);
	});

	test('come from each item by expressions', async () => {
		const parameters = await inputsFor(RESEARCHER, {
			topic: '={{ $json.topic }}',
			max_sources: '={{ $json.n }}',
		});
		await rows(
			'run',
			'start',
			{ ...parameters, ...atOnce, options: { parallelRuns: 1 } },
			{
				items: [
					{ topic: 'Sun', n: 1 },
					{ topic: 'Moon', n: '2' },
				],
			},
		);

		expect(await variables()).toEqual([
			{ topic: 'Sun', max_sources: 1 },
			{ topic: 'Moon', max_sources: 2 },
		]);
	});

	test('leave out what was left alone', async () => {
		const parameters = await inputsFor(RESEARCHER, {
			topic: 'Sun',
			depth: null,
			max_sources: '={{ $json.nothing }}',
		} as INodeParameters);
		await rows('run', 'start', { ...parameters, ...atOnce });

		expect(await variables()).toEqual([{ topic: 'Sun' }]);
	});

	test('take an empty cell for no number, and not for 0', async () => {
		const agent = await newAgent({
			input_schema: { type: 'object', properties: { n: { type: 'number' } } },
		});
		const parameters = await inputsFor(agent, { n: '={{ $json.n }}' });
		const items = [{ n: '' }, { n: ' ' }, { n: 0 }, { n: '0' }];
		const one = { options: { parallelRuns: 1 } };
		await rows('run', 'start', { ...parameters, ...atOnce, ...one }, { items });

		expect(await variables()).toEqual([{}, {}, { n: 0 }, { n: 0 }]);
	});

	test('name the field that has the wrong type, and the item', async () => {
		const parameters = await inputsFor(RESEARCHER, { topic: 'Sun', max_sources: '={{ $json.n }}' });
		const items = [{ n: 1 }, { n: 'many' }];
		const failure = await failureOf(
			execute('run', 'start', { ...parameters, ...atOnce }, { items }),
		);

		expect(failure.message).toMatch(/'max_sources'.*\[item 1\]/);
		expect(failure.description).toMatch(/'max_sources' expects a number but we got 'many'/);
		expect(failure.context.itemIndex).toBe(1);
	});

	test('that do not fit the schema fail in its words', async () => {
		const failure = await failureOf(execute('run', 'start', await inputsFor(PROFILER, {})));

		expect(failure).toMatchObject({
			httpCode: '400',
			message:
				"FlyMyAI: the inputs do not fit the agent's input schema:\n'company' is a required property;\n'website_url' is a required property",
			description: expect.stringMatching(/Fill in or correct these inputs.*reload the list/),
		});
	});
});

describe('filled in as JSON', () => {
	const json = (inputsJson: string) => ({
		agent: byId(RESEARCHER),
		specifyInputs: 'json',
		inputsJson,
		...atOnce,
	});

	test.each([
		['text', '{ "topic": "Sun" }', { topic: 'Sun' }],
		['an object of an expression', '={{ $json.inputs }}', { topic: 'Moon' }],
		['text of an expression', '={{ JSON.stringify($json.inputs) }}', { topic: 'Moon' }],
	])('arrive from %s', async (_, inputsJson, inputs) => {
		await rows('run', 'start', json(inputsJson), { items: [{ inputs: { topic: 'Moon' } }] });

		expect(await variables()).toEqual([inputs]);
	});

	test('are none where the field is empty', async () => {
		const agent = await newAgent();
		await rows('run', 'start', { ...json(''), agent: byId(agent) });

		expect(await variables()).toEqual([{}]);
	});

	test.each([
		['a list', '[1, 2]', "'Inputs (JSON)' must be a JSON object [item 1]"],
		['a word', 'null', "'Inputs (JSON)' must be a JSON object [item 1]"],
		['no JSON', '{ topic: Sun }', /^'Inputs \(JSON\)' must be JSON: .* \[item 1\]$/],
	])('fail as %s', async (_, text, message) => {
		const failure = await failureOf(
			execute(
				'run',
				'start',
				{ ...json('={{ $json.text }}'), options: { parallelRuns: 1 } },
				{ items: [{ text: '{ "topic": "Sun" }' }, { text }] },
			),
		);

		expect(failure.message).toMatch(message);
		expect(failure.context.itemIndex).toBe(1);
		expect(await variables()).toEqual([{ topic: 'Sun' }]);
	});
});

describe('when an item fails', () => {
	const parameters = {
		agent: { __rl: true, mode: 'id', value: '={{ $json.agent }}' },
		specifyInputs: 'json',
		inputsJson: '={{ $json.inputs }}',
	};
	const mixed = async () => {
		const agent = await newAgent();
		return [
			{ agent, inputs: '{ "n": 1 }' },
			{ agent, inputs: '{ "n": ' },
			{ agent: 'nobody', inputs: '{}' },
			{ agent, inputs: '[]' },
			{ agent, inputs: '{ "n": 5 }' },
		];
	};
	const failed = [
		{ error: expect.stringMatching(/'Inputs \(JSON\)' must be JSON/), details: { item: 1 } },
		{
			error: `FlyMyAI: Not found (POST ${API}/tasks/nobody/run-loop/)`,
			details: { item: 2, http_status: 404 },
		},
		{ error: "'Inputs (JSON)' must be a JSON object", details: { item: 3 } },
	];

	test('the others keep their results in the regular output', async () => {
		const items = await execute('run', 'start', parameters, {
			items: await mixed(),
			continueOnFail: true,
		});

		expect(items.map(({ json }) => json)).toMatchObject([
			{ status: 'completed', variables: { n: 1 } },
			...failed,
			{ status: 'completed', variables: { n: 5 } },
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3, 4].map((item) => ({ item })),
		);
	});

	test('the error output has the failed ones, with what they came from', async () => {
		const [regular, errors] = await outputs('run', 'start', parameters, {
			items: await mixed(),
			onError: 'continueErrorOutput',
		});

		expect(regular.map(({ json }) => json.variables)).toEqual([{ n: 1 }, { n: 5 }]);
		expect(errors.map(({ json }) => json)).toMatchObject(failed);
		expect(errors[1].json.agent).toBe('nobody');
		expect(errors.every(({ json }) => typeof json.message === 'string')).toBe(true);
	});

	test('a fault of the expression itself is the item’s own too', async () => {
		const items = await execute(
			'run',
			'get',
			{ run: '={{ $json.id.trim() }}' },
			{ items: [{ id: 7 }, { id: PAST_RUN }], continueOnFail: true },
		);

		expect(items.map(({ json }) => [typeof json.error, json.status])).toEqual([
			['string', undefined],
			['object', 'completed'],
		]);
	});
});
