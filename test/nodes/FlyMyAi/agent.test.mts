// Resource Agent (docs/contracts/flymyai.md, Agents).
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
	API,
	DRAFT,
	PROFILER,
	RESEARCHER,
	api,
	byId,
	control,
	execute,
	failureOf,
	newAgent,
	newTool,
	offered,
	rows,
	sent,
	sentLines,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const SCHEMA = { type: 'object', properties: { topic: { type: 'string' } } };

describe('Create', () => {
	test('sends every field that is set, and answers the agent', async () => {
		const tool = await newTool('text_tools');
		const [agent] = await rows('agent', 'create', {
			name: 'Writer',
			goal: 'Write about {{ topic }}',
			additionalFields: {
				customMcpServers: ' 3, 12 ,',
				inputDescription: 'A topic',
				inputSchema: JSON.stringify(SCHEMA),
				outputDescription: 'A text',
				outputSchema: '={{ ({ type: "object" }) }}',
				status: 'draft',
				tools: [tool],
			},
		});

		const [{ method, path, body }] = await sent();
		expect(`${method} ${path}`).toBe(`POST ${API}/tasks/`);
		expect(body).toEqual({
			name: 'Writer',
			user_prompt: 'Write about {{ topic }}',
			available_custom_mcp_servers: [3, 12],
			available_tools: [Number(tool)],
			input_description: 'A topic',
			input_schema: SCHEMA,
			output_description: 'A text',
			output_schema: { type: 'object' },
			status: 'draft',
		});
		expect(agent).toMatchObject({ name: 'Writer', status: 'draft', input_schema: SCHEMA });
		expect((await api.get(`/tasks/${String(agent.uuid)}/`)).data.name).toBe('Writer');
	});

	test('creates one agent an item, in order and paired', async () => {
		const items = await execute(
			'agent',
			'create',
			{ name: '={{ $json.name }}', goal: 'Help' },
			{ items: [{ name: 'A' }, { name: 'B' }, { name: 'C' }] },
		);

		expect(items.map(({ json }) => json.name)).toEqual(['A', 'B', 'C']);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	test.each([
		['a name that is missing', { goal: 'Help' }, "'Name' is required"],
		['a goal that is missing', { name: 'A' }, "'Goal' is required"],
		[
			'a schema that is no JSON',
			{ name: 'A', goal: 'B', additionalFields: { inputSchema: '{' } },
			/'Input Schema' must be JSON/,
		],
		[
			'a schema that is no object',
			{ name: 'A', goal: 'B', additionalFields: { outputSchema: '[1]' } },
			"'Output Schema' must be a JSON Schema",
		],
		[
			'an MCP server that is no number',
			{ name: 'A', goal: 'B', additionalFields: { customMcpServers: '3, x' } },
			"'Custom MCP Server IDs' must hold whole numbers, not 'x'",
		],
		[
			'a status there is not',
			{ name: 'A', goal: 'B', additionalFields: { status: 'asleep' } },
			"'Status' must be one of 'active', 'draft', not 'asleep'",
		],
	])('refuses %s before anything is sent', async (_, parameters, message) => {
		const { message: said } = await failureOf(execute('agent', 'create', parameters));

		expect(said).toMatch(message);
		expect(await sent()).toEqual([]);
	});

	test.each([
		['customMcpServers', 'Agent: Get'],
		['tools', 'Tool: Get Many'],
	])('says where the IDs for %s are found', async (field, where) => {
		const parameters = { name: 'A', goal: 'B', additionalFields: { [field]: 'x' } };
		const { description } = await failureOf(execute('agent', 'create', parameters));

		expect(description).toContain(`${where}.`);
	});

	test("passes on the platform's own refusal, field by field", async () => {
		const failure = await failureOf(
			execute('agent', 'create', { name: 'x'.repeat(300), goal: 'Help' }),
		);

		expect(failure).toMatchObject({
			httpCode: '400',
			message: 'FlyMyAI: name: Ensure this field has no more than 255 characters.',
			description: expect.stringContaining('Correct the values'),
		});
	});
});

describe('Get', () => {
	test('answers the detail, with whole tools', async () => {
		const [item] = await execute('agent', 'get', { agent: byId(RESEARCHER) });

		expect(await sentLines()).toEqual([`GET ${API}/tasks/${RESEARCHER}/`]);
		expect(item.json).toMatchObject({ uuid: RESEARCHER, name: 'Web Researcher' });
		expect(item.json.available_tools).toMatchObject([{ mcp_tool: 'web_search' }]);
		expect(item.pairedItem).toEqual({ item: 0 });
	});

	test.each([
		['an unknown id', 'nobody', `FlyMyAI: Not found (GET ${API}/tasks/nobody/)`, /Check the ID/],
		['an empty id', '', "'Agent' is required", /correct 'Agent'/],
		['an id of dots', '..', "'..' is not an ID", /./],
	])('fails for %s', async (_, id, message, description) => {
		const failure = await failureOf(execute('agent', 'get', { agent: byId(id) }));

		expect(failure.message).toBe(message);
		expect(failure.description).toMatch(description);
	});

	test('keeps an id with slashes inside its path segment', async () => {
		await failureOf(execute('agent', 'get', { agent: byId('../executions/é?x') }));

		expect(await sentLines()).toEqual([`GET ${API}/tasks/..%2Fexecutions%2F%C3%A9%3Fx/`]);
	});
});

describe('Get Many', () => {
	test('simplifies, and stops at the limit', async () => {
		const agents = await rows('agent', 'getAll', { limit: 2 });

		expect(await sentLines()).toEqual([`GET ${API}/tasks/`]);
		expect(agents.map(({ name }) => name)).toEqual(['Draft Helper', 'Document Reader']);
		expect(Object.keys(agents[0])).toEqual([
			'uuid',
			'name',
			'status',
			'user_prompt',
			'input_schema',
			'output_schema',
			'all_tools_configured',
		]);
	});

	test('returns all of them as they are', async () => {
		const agents = await rows('agent', 'getAll', { returnAll: true, simplify: false });

		expect(agents).toEqual((await api.get('/tasks/')).data);
	});
});

describe('Update', () => {
	test('sends what was changed and nothing else', async () => {
		const uuid = await newAgent();
		const [agent] = await rows('agent', 'update', {
			agent: byId(uuid),
			updateFields: {
				goal: 'Another goal',
				name: 'Renamed',
				inputDescription: 'Any text',
				inputSchema: JSON.stringify(SCHEMA),
				tools: [],
			},
		});

		expect(await sent()).toMatchObject([{ method: 'PATCH', path: `${API}/tasks/${uuid}/` }]);
		expect((await sent())[0].body).toEqual({
			name: 'Renamed',
			user_prompt: 'Another goal',
			input_description: 'Any text',
			input_schema: SCHEMA,
			available_tools: [],
		});
		expect(agent).toMatchObject({ uuid, name: 'Renamed', user_prompt: 'Another goal' });
	});

	test('empties the fields to clear', async () => {
		await rows('agent', 'update', {
			agent: byId(RESEARCHER),
			updateFields: {
				clear: [
					'customMcpServers',
					'inputDescription',
					'inputSchema',
					'outputDescription',
					'outputSchema',
					'tools',
				],
			},
		});

		expect((await sent())[0].body).toEqual({
			available_custom_mcp_servers: [],
			available_tools: [],
			input_description: '',
			input_schema: null,
			output_description: '',
			output_schema: null,
		});
	});

	test('refuses to change nothing', async () => {
		const failure = await failureOf(execute('agent', 'update', { agent: byId(RESEARCHER) }));

		expect(failure.message).toBe("'Update Fields' is empty");
		expect(await sent()).toEqual([]);
	});
});

test('Delete archives the agent', async () => {
	const uuid = await newAgent();
	const items = await execute('agent', 'delete', { agent: byId(uuid) });

	expect(items).toEqual([{ json: { deleted: true }, pairedItem: { item: 0 } }]);
	expect(await sentLines()).toEqual([`DELETE ${API}/tasks/${uuid}/`]);
	expect((await api.get(`/tasks/${uuid}/`)).data.status).toBe('archived');
});

test('Suggest Schema sends the goal with its hints', async () => {
	const [suggested] = await rows('agent', 'suggestSchema', {
		goal: 'Summarize {{ url }}',
		options: { generateDescriptions: true, inputHint: 'a url', outputHint: 'a summary' },
	});

	expect((await sent())[0].body).toEqual({
		user_prompt: 'Summarize {{ url }}',
		generate_descriptions: true,
		input_hint: 'a url',
		output_hint: 'a summary',
	});
	expect(suggested).toMatchObject({
		reasoning: expect.any(String),
		input_schema: { type: 'object', required: ['url'] },
		output_schema: { required: ['summary'] },
		output_description: 'a summary',
	});
});

describe('the agent picker', () => {
	test('lists every agent with its goal, and says which cannot be run', async () => {
		const agents = await offered('searchAgents');

		expect(agents.map(({ name }) => name)).toEqual([
			'Draft Helper (draft)',
			'Document Reader',
			'Support Triage',
			'Lead Profiler',
			'Web Researcher',
		]);
		expect(agents[0]).toMatchObject({ value: DRAFT });
		expect(agents[4].description).toMatch(/^Research \{\{ topic \}\} on the web.{10,}…$/);
	});

	test.each([
		['a name in any case', 'LEAD prof', [PROFILER]],
		['words of the goal', 'possible customer', [PROFILER]],
		['an id', PROFILER, [PROFILER]],
		['nothing', 'no such agent', []],
	])('finds %s', async (_, filter, found) => {
		expect((await offered('searchAgents', { filter: filter })).map(({ value }) => value)).toEqual(
			found,
		);
	});

	test('says what keeps it from the list', async () => {
		await control.fault({ kind: 'status', status: 401, body: { detail: 'Invalid API key.' } });
		const failure = await failureOf(offered('searchAgents'));

		expect(failure.message).toBe('FlyMyAI: Invalid API key.');
		expect(failure.description).toMatch(/Check the key in the credential 'flyMyAiApi'/);
	});
});
