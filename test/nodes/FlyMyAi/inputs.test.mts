// An agent's inputs: the fields drawn from its schema, and the ways to fill them in.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Settings } from '../../support/canvas.mts';
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
	result,
	rows,
	sent,
	sentLines,
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

	const schemaOf: Record<string, IDataObject> = {
		flag: { type: 'boolean' },
		n: { type: 'number' },
		date: { type: 'string', format: 'date-time' },
		list: { type: 'array' },
		object: { type: 'object' },
		choice: { enum: ['quick', 'deep'] },
		level: { enum: [1, 2] },
		text: { type: 'string' },
	};
	/** An agent with one input, by its name in the table above. */
	const agentWith = async (name: string, required: string[] = []) =>
		await newAgent({
			input_schema: { type: 'object', properties: { [name]: schemaOf[name] }, required },
		});
	const oneByOne = { ...atOnce, options: { parallelRuns: 1 } };

	test.each(Object.keys(schemaOf))('take a blank cell for no value of %s', async (name) => {
		const parameters = await inputsFor(await agentWith(name), { [name]: '={{ $json.it }}' });
		const items = ['', ' ', '\n', '\u00a0', null, undefined].map((it) => ({ it }));
		await rows('run', 'start', { ...parameters, ...oneByOne }, { items } as Settings);

		expect(await variables()).toEqual(items.map(() => ({})));
	});

	test.each(Object.keys(schemaOf))('name a required %s that is blank as missing', async (name) => {
		const agent = await agentWith(name, [name]);
		const parameters = await inputsFor(agent, { [name]: '={{ $json.it }}' });
		for (const it of ['', ' \n', null]) {
			const failure = await failureOf(
				execute('run', 'start', { ...parameters, ...oneByOne }, { items: [{ it }] }),
			);

			expect(failure.message).toBe(`'${name}' is required`);
			expect(failure.context.itemIndex).toBe(0);
		}
		expect(await sent(/run-loop/)).toEqual([]);
	});

	test.each<[string, unknown, unknown]>([
		['flag', 'true ', true],
		['flag', ' FALSE\n', false],
		['flag', 1, true],
		['n', ' 5.5\n', 5.5],
		['n', '0', 0],
		['date', '2026-01-01T00:00:00Z ', '2026-01-01T00:00:00.000Z'],
		['date', '\n2026-01-01 12:00:00', expect.stringMatching(/^2026-01-01T12:00:00.000/)],
		['date', 'May 23, 2026 ', expect.stringMatching(/^2026-05-23T/)],
		['date', 1_767_225_600_000, expect.stringMatching(/^20(25-12-31|26-01-01)T/)],
		['list', ' ["a", "b"]\n', ['a', 'b']],
		['list', "['a']", ['a']],
		['object', ' {"a": [1]} ', { a: [1] }],
		['choice', 'deep \n', 'deep'],
		['level', '2 ', 2],
		['level', 1, 1],
		['text', ' as it is\n', ' as it is\n'],
		['text', '__proto__', '__proto__'],
	])('read %s from %j as it is meant', async (name, it, meant) => {
		const parameters = await inputsFor(await agentWith(name), { [name]: '={{ $json.it }}' });
		await rows('run', 'start', { ...parameters, ...atOnce }, { items: [{ it }] } as Settings);

		expect(await variables()).toEqual([{ [name]: meant }]);
	});

	test.each<[string, unknown]>([
		['flag', 'yes'],
		['flag', []],
		['n', 'many'],
		['n', true],
		['n', []],
		['n', NaN],
		['date', 'chapter 7'],
		['date', 46_023],
		['date', '12:30'],
		['list', 'a, b'],
		['list', 5],
		['object', '[1]'],
		['object', [1]],
		['choice', 'slow'],
		['choice', ['deep']],
		['text', NaN],
		['text', { deep: [Infinity] }],
		['text', 'cut \ud83d'],
		['object', { cut: 'off \ud83d' }],
	])('refuse %s from %j by its name and item', async (name, it) => {
		const parameters = await inputsFor(await agentWith(name), { [name]: '={{ $json.it }}' });
		const items = [{ it: null }, { it }];
		const failure = await failureOf(
			execute('run', 'start', { ...parameters, ...oneByOne }, { items } as Settings),
		);

		expect(failure.message).toContain(`'${name}'`);
		expect(failure.message).toMatch(/\[item 1\]$/);
		expect(await variables()).toEqual([{}]);
	});

	describe('in a workflow that no editor has made', () => {
		const SCHEMA = {
			type: 'object',
			properties: { topic: { type: 'string' }, tone: { type: 'string' }, n: { type: 'number' } },
			required: ['topic'],
		};
		const half = (agent: string, value: INodeParameters, listed = ['topic']): INodeParameters => ({
			agent: byId(agent),
			inputs: {
				mappingMode: 'defineBelow',
				value,
				schema: listed.map((id) => ({ id, type: 'string' })),
			},
			...oneByOne,
		});

		test('go out where the stored form does not list them, but the agent takes them', async () => {
			const agent = await newAgent({ input_schema: SCHEMA });
			const items = [{ n: '3 ' }, { n: '' }];
			const value = { topic: 'Sun', tone: 'dry', n: '={{ $json.n }}' };
			const { hints } = await result('run', 'start', half(agent, value), { items });

			expect(await variables()).toEqual([
				{ topic: 'Sun', tone: 'dry', n: 3 },
				{ topic: 'Sun', tone: 'dry' },
			]);
			expect(hints).toEqual([]);
			// What the agent takes is asked for once, however many items there are.
			expect(await sentLines(/tasks\/[^/]+\/$/)).toHaveLength(1);
		});

		test('go out to an agent without a schema', async () => {
			await rows('run', 'start', half(await newAgent(), { topic: 'Sun', tone: 'dry' }));

			expect(await variables()).toEqual([{ topic: 'Sun', tone: 'dry' }]);
		});

		test('are named where the agent does not take them', async () => {
			const agent = await newAgent({ input_schema: SCHEMA });
			const value = { topic: 'Sun', company: 'Acme', staff: '', crm: { owner: 'Ada' } };
			const { hints } = await result('run', 'start', half(agent, value));

			expect(await variables()).toEqual([{ topic: 'Sun' }]);
			expect(hints.map(({ message }) => message)).toEqual([
				'The agent takes no such inputs, so these values were left out: company, crm',
			]);
		});

		test('are named in what a model reads', async () => {
			const agent = await newAgent({ input_schema: SCHEMA });
			const nodeType = `n8n-nodes-agent-platforms.flyMyAiTool`;
			const parameters = half(agent, { topic: 'Sun', company: 'Acme' });
			const [item] = await rows('run', 'start', parameters, { nodeType });

			expect(item.note).toContain('these values were left out: company');
		});

		test('cost no look at the agent where the stored form has them all', async () => {
			const agent = await newAgent({ input_schema: SCHEMA });
			await rows('run', 'start', half(agent, { topic: 'Sun' }));

			expect(await sentLines(/tasks\/[^/]+\/$/)).toEqual([]);
		});

		test.each([
			['without the mapper around them', { topic: 'Sun', n: 2 }],
			['as the object of an expression', '={{ $json.inputs }}'],
			['as the text of one', '={{ JSON.stringify($json.inputs) }}'],
		])('go out %s', async (_, inputs) => {
			const agent = await newAgent({ input_schema: SCHEMA });
			const items = [{ inputs: { topic: 'Sun', n: 2 } }];
			await rows('run', 'start', { agent: byId(agent), inputs, ...atOnce }, { items });

			expect(await variables()).toEqual([{ topic: 'Sun', n: 2 }]);
		});

		test('fail as anything but an object', async () => {
			const failure = await failureOf(
				execute('run', 'start', { agent: byId(RESEARCHER), inputs: '={{ [1] }}', ...atOnce }),
			);

			expect(failure.message).toBe("'Inputs' must be an object");
		});

		test('of an instruction go out as far as its agent takes them', async () => {
			const agent = await newAgent({ input_schema: SCHEMA });
			const first = await newRun({ agent });
			const compilation = byId(await newCompilation('freeze-instruction', first));
			const { inputs } = half(agent, { topic: 'Sun', tone: 'dry', company: 'Acme' });
			const { hints } = await result('compilation', 'runInstruction', {
				compilation,
				inputs,
				...atOnce,
			});

			expect(await variables()).toEqual([{ topic: 'Sun', tone: 'dry' }]);
			expect(hints[0].message).toMatch(/left out: company$/);
		});
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
