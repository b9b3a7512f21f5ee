// The FlyMyAI stand-in against docs/contracts/flymyai.md, row by row.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { startSandbox } from '../support/sandbox.mts';
import type { Sandbox, SandboxControl } from '../support/sandbox.mts';

type Json = Record<string, unknown>;

interface Run extends Json {
	id: string;
	status: string;
	updated_at: string;
	run_seq: number;
	error: string | null;
	agent_result: Json | null;
	messages: Json[];
	logs: Array<{ id: number; type: string; message: string }>;
}

interface WireCall {
	call: string;
	requests: Array<{ method: string; path: string; headers: Record<string, string>; body: unknown }>;
}

const RESEARCHER = '5eed0000-0000-4000-8000-000000000001';
const TRIAGE = '5eed0000-0000-4000-8000-000000000003';
const READER = '5eed0000-0000-4000-8000-000000000004';
const DRAFT = '5eed0000-0000-4000-8000-000000000005';
const PAST_RUN = 'won-gsfr-mxp';
const QUICK = { pendingMs: 20, runningMs: 60, compileMs: 60 };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const AGENT_FIELDS = [
	...['uuid', 'name', 'user_prompt', 'available_tools', 'available_custom_mcp_servers'],
	...['input_schema', 'input_description', 'output_schema', 'output_description'],
	...['all_tools_configured', 'tools_need_to_configure', 'generated_pipeline', 'status'],
	...['cron_schedule', 'webhook_url', 'created_at', 'updated_at'],
].sort();
const RUN_FIELDS = [
	...['id', 'user_agent_task', 'previous_execution', 'original_prompt', 'variables', 'created_at'],
	...['updated_at', 'messages', 'status', 'run_seq', 'error', 'agent_result'],
].sort();
const DETAIL_FIELDS = [...RUN_FIELDS, 'logs', 'user_agent_task_uuid'].sort();
const TOOL_FIELDS = [
	...['id', 'mcp_tool', 'user_config', 'is_configured', 'is_active', 'unsafe_methods'],
	...['required_configuration_steps', 'finished_configuration_steps', 'next_configuration_step'],
	...['redirect_url', 'response', 'created_at', 'updated_at'],
].sort();
const COMPILATION_FIELDS = [
	...['id', 'execution', 'status', 'script_code', 'instruction_md', 'cron_schedule', 'timezone'],
	...['result', 'error', 'created_at', 'updated_at'],
].sort();

let sandbox: Sandbox;
let http: AxiosInstance;
let control: SandboxControl;

const fieldsOf = (value: unknown) => Object.keys(Object(value)).sort();
const get = async <T,>(path: string) => (await http.get<T>(path)).data;
const detail = async (id: string) => await get<Run>(`/executions/${id}/`);
const listRuns = async () => await get<Run[]>('/executions/');

async function behave(agent: string, behaviour: Json): Promise<void> {
	await control.post(`flymyai/agents/${agent}/behaviour`, behaviour);
}

async function newAgent(fields: Json = {}): Promise<string> {
	const body = { name: 'Test Agent', user_prompt: 'Summarize {{ topic }}', ...fields };
	const { data, status } = await http.post<{ uuid: string }>('/tasks/', body);
	expect(status).toBe(201);
	await behave(data.uuid, QUICK);
	return data.uuid;
}

async function start(agent: string, variables: Json = {}): Promise<Run> {
	const { data, status } = await http.post<Run>(`/tasks/${agent}/run-loop/`, { variables });
	expect(status).toBe(201);
	return data;
}

async function ended(id: string): Promise<Run> {
	for (let tries = 0; tries < 300; tries += 1) {
		const run = await detail(id);
		if (run.status !== 'pending' && run.status !== 'running') return run;
		await sleep(10);
	}
	throw new Error(`Run ${id} did not end`);
}

async function compilationIn(id: string, status: string): Promise<Json> {
	for (let tries = 0; tries < 300; tries += 1) {
		const compilation = await get<Json>(`/compilations/${id}/`);
		if (compilation.status === status) return compilation;
		await sleep(10);
	}
	throw new Error(`Compilation ${id} did not become ${status}`);
}

beforeAll(async () => {
	sandbox = await startSandbox();
	({ control } = sandbox.flymyai);
	http = axios.create({
		baseURL: `${sandbox.flymyai.baseUrl}/api/v1/agents`,
		headers: { 'X-API-KEY': sandbox.flymyai.apiKey },
		validateStatus: () => true,
		maxRedirects: 0,
	});
});
beforeEach(async () => {
	await control.reset();
	for (const agent of [RESEARCHER, TRIAGE, READER]) await behave(agent, QUICK);
});
afterAll(async () => await sandbox.close());

describe('transport', () => {
	test.each([
		[undefined, 401],
		['fly-wrong', 401],
		['fly-forbidden', 403],
	])('key %s: %i with a detail', async (key, expected) => {
		const { status, data } = await axios.get(`${http.defaults.baseURL}/tasks/`, {
			headers: key === undefined ? {} : { 'X-API-KEY': key },
			validateStatus: () => true,
		});
		expect(status).toBe(expected);
		expect(data).toEqual({ detail: expect.any(String) });
	});

	test('the catalog needs no key', async () => {
		const { status } = await axios.get(`${http.defaults.baseURL}/tools/available/`);
		expect(status).toBe(200);
	});

	test('a read without the slash is sent to the address with it', async () => {
		const { status, headers } = await http.get('/tasks?page=2');
		expect(status).toBe(301);
		expect(headers.location).toBe('/api/v1/agents/tasks/?page=2');
	});

	test.each(['POST', 'PATCH', 'DELETE'])('%s without the slash is an error', async (method) => {
		const { status, data } = await http.request({ method, url: '/tasks', data: {} });
		expect(status).toBe(500);
		expect(data).toContain('APPEND_SLASH');
	});

	test.each(['tasks', 'executions', 'tools', 'compilations'])('unknown %s: 404', async (kind) => {
		const { status, data } = await http.get(`/${kind}/${RESEARCHER.replace('5eed', 'ffff')}/`);
		expect(status).toBe(404);
		expect(data).toEqual({ detail: 'Not found.' });
	});

	test('a body that is no JSON: 400; another content type: 415', async () => {
		const post = async (type: string) =>
			await http.post('/tasks/', Buffer.from('{oops'), { headers: { 'Content-Type': type } });
		expect(await post('application/json')).toMatchObject({
			status: 400,
			data: { detail: expect.stringContaining('JSON parse error') },
		});
		expect(await post('text/plain')).toMatchObject({
			status: 415,
			data: { detail: 'Unsupported media type "text/plain" in request.' },
		});
	});
});

describe('agents', () => {
	test('the list has all fields, ids of tools, and no archived agent', async () => {
		await http.delete(`/tasks/${READER}/`);
		const agents = await get<Json[]>('/tasks/');
		expect(agents.map(({ name }) => name).sort()).toEqual([
			...['Draft Helper', 'Lead Profiler', 'Support Triage', 'Web Researcher'],
		]);
		for (const agent of agents) {
			expect(fieldsOf(agent)).toEqual(AGENT_FIELDS);
			expect(agent.uuid).toMatch(UUID);
			expect(agent.created_at).toMatch(TIME);
			expect(JSON.stringify(agent.available_tools)).toMatch(/^\[[\d,]*\]$/);
		}
		expect(await get(`/tasks/${READER}/`)).toMatchObject({ status: 'archived' });
	});

	test('the detail holds tool objects', async () => {
		const agent = await get<{ available_tools: unknown[] }>(`/tasks/${RESEARCHER}/`);
		expect(fieldsOf(agent)).toEqual(AGENT_FIELDS);
		expect(agent.available_tools.map(fieldsOf)).toEqual([TOOL_FIELDS]);
	});

	test('create and update keep what they are given, and move updated_at', async () => {
		const uuid = await newAgent({ input_description: 'a topic' });
		const before = await get<Json>(`/tasks/${uuid}/`);
		expect(before).toMatchObject({ status: 'active', input_schema: null, webhook_url: null });
		await sleep(5);
		const { data } = await http.patch(`/tasks/${uuid}/`, { user_prompt: 'new goal' });
		expect(fieldsOf(data)).toEqual(AGENT_FIELDS);
		expect(data).toMatchObject({ name: 'Test Agent', user_prompt: 'new goal' });
		expect(data.updated_at > String(before.updated_at)).toBe(true);
		expect(data.created_at).toBe(before.created_at);
	});

	test.each([
		[{}, { name: ['This field is required.'], user_prompt: ['This field is required.'] }],
		[{ name: '', user_prompt: 'x' }, { name: ['This field may not be blank.'] }],
		[{ name: [], user_prompt: 'x' }, { name: ['Not a valid string.'] }],
		[{ name: 'a', user_prompt: 'x', status: 'odd' }, { status: ['"odd" is not a valid choice.'] }],
		[
			{ name: 'a', user_prompt: 'x', available_tools: [999] },
			{ available_tools: ['Invalid pk "999" - object does not exist.'] },
		],
		[
			{ name: 'a', user_prompt: 'x', input_schema: { type: 'nonsense' } },
			{ input_schema: [expect.stringContaining('Invalid JSON Schema')] },
		],
		[
			{ name: 'a', user_prompt: 'x', output_schema: 'text' },
			{ output_schema: ['Expected a dictionary of items but got type "str".'] },
		],
		[[], { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] }],
	])('create refuses %j', async (body, problems) => {
		const { status, data } = await http.post('/tasks/', body);
		expect(status).toBe(400);
		expect(data).toEqual(problems);
	});

	test('a goal’s placeholders and hints make the suggested schemas', async () => {
		const suggest = async (body: Json) => (await http.post('/tasks/suggest-schema/', body)).data;
		const bare = await suggest({
			user_prompt: 'Summarize {{ url }} for {{ audience }}',
			generate_descriptions: false,
		});
		expect(bare).toEqual({
			reasoning: expect.any(String),
			input_schema: {
				type: 'object',
				properties: { url: { type: 'string', format: 'uri' }, audience: { type: 'string' } },
				required: ['url', 'audience'],
			},
			output_schema: {
				type: 'object',
				properties: { summary: { type: 'string' } },
				required: ['summary'],
			},
		});
		const described = await suggest({
			user_prompt: 'Do it',
			generate_descriptions: true,
			input_hint: 'a website url and the number of pages',
			output_hint: 'a score, a list of keywords',
		});
		expect(described).toMatchObject({
			input_schema: {
				properties: { website_url: { format: 'uri', description: expect.any(String) } },
			},
			output_schema: { properties: { score: { type: 'number' }, keywords: { type: 'array' } } },
			input_description: expect.any(String),
			output_description: expect.any(String),
		});
		const stored = await get<unknown[]>('/tasks/');
		expect(stored).toHaveLength(5);
	});

	test('a schema writer that fails: 502', async () => {
		const { status, data } = await http.post('/tasks/suggest-schema/', {
			user_prompt: 'unsuggestable',
		});
		expect(status).toBe(502);
		expect(data).toEqual({ detail: expect.any(String) });
	});
});

describe('runs', () => {
	test('the list is newest first, with messages and without the detail’s fields', async () => {
		const run = await start(TRIAGE, { message: 'Hello' });
		const runs = await listRuns();
		expect(runs.map(({ id }) => id)).toEqual([
			...[run.id, 'pol-veda-nim', 'mib-sanu-ter', 'fen-rilo-qas', 'kad-tuvo-bel', PAST_RUN],
		]);
		for (const entry of runs) {
			expect(fieldsOf(entry)).toEqual(RUN_FIELDS);
			expect(entry.messages.length).toBeGreaterThan(0);
			expect(entry.user_agent_task).toEqual(expect.any(Number));
		}
	});

	test('a run goes from pending over running to completed, and grows on the way', async () => {
		await behave(RESEARCHER, { pendingMs: 150, runningMs: 300 });
		const created = await start(RESEARCHER, { topic: 'Tesla' });
		expect(fieldsOf(created)).toEqual(RUN_FIELDS);
		expect(created).toMatchObject({
			status: 'pending',
			run_seq: 1,
			error: null,
			agent_result: null,
		});
		expect(created.id).toMatch(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/);

		const seen: Run[] = [];
		while (seen.at(-1)?.status !== 'completed') {
			seen.push(await detail(created.id));
			await sleep(20);
		}
		expect([...new Set(seen.map(({ status }) => status))]).toEqual([
			...['pending', 'running', 'completed'],
		]);
		expect([...new Set(seen.map(({ logs }) => logs.length))]).toEqual([0, 1, 2]);
		const last = seen.at(-1);
		expect(fieldsOf(last)).toEqual(DETAIL_FIELDS);
		expect(last?.user_agent_task_uuid).toBe(RESEARCHER);
		expect(last?.logs.map(({ type }) => type)).toEqual(['declared_functions', 'tool_called']);
		expect(fieldsOf(last?.logs[0])).toEqual([
			...['created_at', 'data', 'id', 'message', 'type', 'updated_at'],
		]);
		expect(last?.messages.length).toBeGreaterThan(created.messages.length);
		expect(String(last?.updated_at) > created.updated_at).toBe(true);
		expect(last?.agent_result).toMatchObject({
			summary: expect.stringMatching(/Tesla.*stand-in/),
			key_findings: [expect.stringContaining('Tesla'), expect.any(String), expect.any(String)],
			sources: expect.arrayContaining([expect.stringContaining('https://')]),
		});
	});

	test.each([
		[RESEARCHER, {}, ["'topic' is a required property"]],
		[
			RESEARCHER,
			{ topic: 7, depth: 'x', max_sources: 'abc' },
			[
				"7 is not of type 'string'",
				"'x' is not one of ['quick', 'deep']",
				"'abc' is not of type 'integer'",
			],
		],
		[RESEARCHER, { topic: 't', max_sources: 11 }, ['11 is greater than the maximum of 10']],
		[READER, { file_url: "it's none" }, ["\"it's none\" is not a 'uri'"]],
		[TRIAGE, { message: '' }, ["'' is too short"]],
	])('variables that miss the schema of %s: %j', async (agent, variables, problems) => {
		const { status, data } = await http.post(`/tasks/${agent}/run-loop/`, { variables });
		expect(status).toBe(400);
		expect(data).toEqual({ variables: problems });
		expect(await listRuns()).toHaveLength(5);
	});

	test('Python’s wording of choices and unexpected properties', async () => {
		const agent = await newAgent({
			input_schema: {
				type: 'object',
				properties: { count: { anyOf: [{ type: 'integer' }, { type: 'null' }] } },
				additionalProperties: false,
			},
		});
		const variables = { count: 'x', a: 1, b: 2 };
		const { data } = await http.post(`/tasks/${agent}/run-loop/`, { variables });
		expect(data.variables.sort()).toEqual([
			"'x' is not valid under any of the given schemas",
			"Additional properties are not allowed ('a', 'b' were unexpected)",
		]);
	});

	test('only active agents run', async () => {
		await http.delete(`/tasks/${READER}/`);
		for (const agent of [DRAFT, READER]) {
			const { status, data } = await http.post(`/tasks/${agent}/run-loop/`, { variables: {} });
			expect(status).toBe(400);
			expect(data).toEqual({ detail: expect.stringContaining('Only active agents can run') });
		}
	});

	test('cancel ends a run at once, and only one that goes on', async () => {
		const { id } = await start(TRIAGE, { message: 'Hello' });
		const { status, data } = await http.post(`/executions/${id}/cancel/`);
		expect([status, data]).toEqual([204, '']);
		await sleep(150);
		const run = await detail(id);
		expect(run).toMatchObject({ status: 'cancelled', agent_result: null });
		expect(run.logs.at(-1)?.type).toBe('task_cancelled');
		const again = await http.post(`/executions/${id}/cancel/`);
		expect(again).toMatchObject({ status: 400, data: { detail: expect.any(String) } });
	});

	test('append-message starts another round of the same run', async () => {
		const { id } = await start(TRIAGE, { message: 'Hello' });
		const early = await http.post(`/executions/${id}/append-message/`, { text: 'Too early' });
		expect(early).toMatchObject({ status: 400, data: { detail: expect.any(String) } });
		const first = await ended(id);

		const text = 'Also check LinkedIn';
		const { data } = await http.post<Run>(`/executions/${id}/append-message/`, { text });
		expect(fieldsOf(data)).toEqual(DETAIL_FIELDS);
		expect(data).toMatchObject({
			id,
			run_seq: 2,
			status: 'pending',
			error: null,
			agent_result: null,
		});
		expect(data.logs.at(-1)).toMatchObject({ type: 'user_added_message', message: text });
		const second = await ended(id);
		expect(second).toMatchObject({ status: 'completed', run_seq: 2 });
		expect(second.agent_result?.reply).toContain(text);
		expect(second.messages.length).toBeGreaterThan(first.messages.length);
		const none = await http.post(`/executions/${id}/append-message/`, {});
		expect(none).toMatchObject({ status: 400, data: { text: ['This field is required.'] } });
	});

	test('a run’s suggested schemas are saved on its agent', async () => {
		const { data, status } = await http.post(`/executions/${PAST_RUN}/suggest-schema/`, {
			outputs_prompt: 'a summary and a score',
		});
		expect(status).toBe(200);
		expect(Object.keys(data.output_schema.properties)).toEqual(['summary', 'score']);
		const agent = await get<Json>(`/tasks/${RESEARCHER}/`);
		expect(agent.output_schema).toEqual(data.output_schema);
		expect(agent.input_schema).toEqual(data.input_schema);
	});

	test('fail: in the goal makes a run fail for that reason', async () => {
		const agent = await newAgent({ user_prompt: 'Try {{ what }}' });
		const { id } = await start(agent, { what: 'fail: no budget left' });
		expect(await ended(id)).toMatchObject({
			status: 'failed',
			error: 'no budget left',
			agent_result: null,
		});
	});

	test('a tool that is not configured shows as an exception in the log', async () => {
		await http.patch(`/tasks/${DRAFT}/`, { status: 'active' });
		await behave(DRAFT, QUICK);
		expect(await get(`/tasks/${DRAFT}/`)).toMatchObject({ status: 'initialization_required' });
		const { id } = await start(DRAFT, { idea: 'bees' });
		const run = await ended(id);
		expect(run.logs.map(({ type }) => type)).toContain('tool_call_exception');
	});
});

describe('answers', () => {
	test('fill every kind of property so that the output schema is met', async () => {
		const agent = await newAgent({
			output_schema: {
				type: 'object',
				properties: {
					title: { type: 'string', maxLength: 20 },
					mood: { enum: ['good', 'bad'] },
					age: { type: 'integer', minimum: 3, maximum: 5 },
					ratio: { type: 'number', minimum: 0, maximum: 1 },
					ready: { type: 'boolean' },
					day: { type: 'string', format: 'date' },
					contact: { type: 'string', format: 'email' },
					maybe: { type: ['string', 'null'] },
					people: { type: 'array', minItems: 2, items: { $ref: '#/$defs/person' } },
				},
				$defs: {
					person: {
						type: 'object',
						properties: { name: { type: 'string' }, homepage: { type: 'string', format: 'uri' } },
						required: ['name', 'homepage'],
					},
				},
			},
		});
		const { id } = await start(agent, { topic: 'bees' });
		const { agent_result: result } = await ended(id);
		expect(result).toEqual({
			title: 'bees: what matters n',
			mood: expect.stringMatching(/^(good|bad)$/),
			age: expect.any(Number),
			ratio: expect.any(Number),
			ready: expect.any(Boolean),
			day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
			contact: expect.stringContaining('@'),
			maybe: expect.stringContaining('stand-in'),
			people: Array(3).fill({ name: 'bees', homepage: expect.stringContaining('https://') }),
		});
		expect(result?.age).toBeGreaterThanOrEqual(3);
		expect(result?.age).toBeLessThanOrEqual(5);
		const again = await start(agent, { topic: 'bees' });
		expect((await ended(again.id)).agent_result).toEqual(result);
	});

	test('are plain text without an output schema', async () => {
		const { id } = await start(await newAgent(), { topic: 'bees' });
		expect((await ended(id)).agent_result).toEqual({
			text: expect.stringMatching(/bees.*stand-in/),
		});
	});

	test('score higher the more a goal says', async () => {
		const output_schema = { type: 'object', properties: { score: { type: 'number' } } };
		const agent = await newAgent({ output_schema });
		const scores: number[] = [];
		for (const user_prompt of ['Rate it.', 'Rate it. '.repeat(10), 'Rate it. '.repeat(40)]) {
			await http.patch(`/tasks/${agent}/`, { user_prompt });
			scores.push(Number((await ended((await start(agent)).id)).agent_result?.score));
		}
		expect(scores).toEqual([...scores].sort((a, b) => a - b));
		expect(scores[0]).toBeLessThan(10);
		expect(scores[2]).toBeGreaterThan(80);
	});
});

describe('tools', () => {
	const create = async (mcp_tool: string) => await http.post('/tools/', { mcp_tool });
	const provide = async (id: number, user_response: unknown) =>
		await http.post(`/tools/${id}/provide-config/`, { user_response });

	test('the catalog has every type, described for people', async () => {
		const catalog = await get<Json[]>('/tools/available/');
		expect(catalog.length).toBeGreaterThanOrEqual(8);
		expect(new Set(catalog.map(({ type }) => type))).toEqual(
			new Set(['oauth', 'custom', 'composio', 'custom_class']),
		);
		for (const entry of catalog) {
			expect(entry).toMatchObject({
				name: expect.any(String),
				title: expect.any(String),
				description: expect.any(String),
				detail: expect.any(String),
				href: expect.stringContaining('https://'),
				categories: [expect.any(String), ...(entry.categories as string[]).slice(1)],
				configuration_steps: expect.any(Array),
			});
		}
	});

	test('list, create and delete; agents forget a deleted tool', async () => {
		const tools = await get<Json[]>('/tools/');
		expect(tools).toHaveLength(3);
		for (const tool of tools) expect(fieldsOf(tool)).toEqual(TOOL_FIELDS);
		expect(tools.map((tool) => tool.is_configured)).toEqual([true, true, false]);

		expect(await create('nonsense')).toMatchObject({
			status: 400,
			data: { mcp_tool: ['Object with name=nonsense does not exist.'] },
		});
		const { status, data } = await create('github');
		expect(status).toBe(201);
		expect(await get(`/tools/${data.id}/`)).toEqual(data);
		const agent = await newAgent({ available_tools: [data.id] });
		expect(await get(`/tasks/${agent}/`)).toMatchObject({
			status: 'initialization_required',
			all_tools_configured: false,
			tools_need_to_configure: [data.id],
		});
		expect((await http.delete(`/tools/${data.id}/`)).status).toBe(204);
		expect((await http.get(`/tools/${data.id}/`)).status).toBe(404);
		expect(await get(`/tasks/${agent}/`)).toMatchObject({
			status: 'active',
			all_tools_configured: true,
			available_tools: [],
		});
	});

	test('steps of variables and commands are answered one by one', async () => {
		const { data: tool } = await create('shop_database');
		expect(tool.next_configuration_step).toMatchObject({
			step_type: 'command',
			execution_command: expect.any(String),
		});
		expect((await provide(tool.id, '')).status).toBe(400);
		const { data: second } = await provide(tool.id, 'paired as shop-7');
		expect(second).toMatchObject({ is_configured: false, response: 'paired as shop-7' });
		expect(second.finished_configuration_steps).toHaveLength(1);

		const wrong = await provide(tool.id, { DATABASE_URL: 'db://shop' });
		expect(wrong).toMatchObject({
			status: 400,
			data: { detail: "'DATABASE_PASSWORD' is a required property" },
		});
		const secrets = { DATABASE_URL: 'db://shop', DATABASE_PASSWORD: 'hush' };
		const { data: done } = await provide(tool.id, secrets);
		expect(done).toMatchObject({
			is_configured: true,
			next_configuration_step: null,
			user_config: secrets,
		});
		expect((await provide(tool.id, 'more')).status).toBe(400);
		const { data: merged } = await http.patch(`/tools/${tool.id}/`, { user_config: { key: 'v' } });
		expect(merged.user_config).toEqual({ ...secrets, key: 'v' });
	});

	test('an OAuth step ends when its redirect URL is opened, or with the code', async () => {
		const { data: gmail } = await create('gmail');
		expect(gmail.redirect_url).toContain(sandbox.flymyai.baseUrl);
		expect((await axios.get(gmail.redirect_url)).status).toBe(200);
		expect(await get(`/tools/${gmail.id}/`)).toMatchObject({
			is_configured: true,
			redirect_url: '',
		});

		const { data: sheets } = await create('google_sheets');
		expect((await provide(sheets.id, {})).status).toBe(400);
		expect((await provide(sheets.id, { code: 'abc' })).data.next_configuration_step).toMatchObject({
			configuration_schema: { required: ['spreadsheet_id', 'access'] },
		});
	});

	test('actions of custom classes compute', async () => {
		const call = async (id: number, action: string, args?: Json) =>
			await http.post(`/tools/${id}/call/`, { action, arguments: args });
		const [texts, sums, dates] = await Promise.all(
			['text_tools', 'calculator', 'calendar'].map(async (name) => (await create(name)).data.id),
		);
		expect((await call(texts, 'statistics', { text: 'to be or perhaps' })).data).toEqual({
			characters: 16,
			words: 4,
			longest_word: 'perhaps',
		});
		expect((await call(texts, 'search', { query: 'refund' })).data.results).toHaveLength(1);
		expect((await call(sums, 'average', { numbers: [1, 2, 6] })).data).toEqual({ result: 3 });
		expect((await call(dates, 'add_days', { date: '2026-01-01', days: 1 })).data).toEqual({
			detail: 'Calendar is not configured.',
		});
		await provide(dates, { week_start: 'Monday' });
		expect((await call(dates, 'add_days', { date: '2026-02-28', days: 1 })).data).toEqual({
			date: '2026-03-01',
		});
		expect((await call(dates, 'weekday', { date: '2026-05-23' })).data).toEqual({
			weekday: 'Saturday',
			day_of_week: 6,
		});
		for (const wrong of [
			await call(sums, 'divide'),
			await call(sums, 'constructor'),
			await call(sums, 'add', { numbers: ['1'] }),
			await call(1, 'search', { query: 'x' }),
		]) {
			expect(wrong).toMatchObject({ status: 400, data: { detail: expect.any(String) } });
		}
	});
});

describe('compilations', () => {
	const compile = async (run: string) => await http.post(`/compilations/compile/${run}/`);
	const freeze = async (run: string) => await http.post(`/compilations/freeze-instruction/${run}/`);

	test('a run becomes a script, which can be replayed', async () => {
		const { status, data } = await compile(PAST_RUN);
		expect(status).toBe(201);
		expect(fieldsOf(data)).toEqual(COMPILATION_FIELDS);
		expect(data.id).toMatch(/^cmp-[a-z]{4}-[a-z]{3}$/);
		expect(data).toMatchObject({ status: 'pending', execution: PAST_RUN, script_code: '' });
		expect((await http.post(`/compilations/${data.id}/run/`)).status).toBe(400);

		const compiled = await compilationIn(data.id, 'compiled');
		expect(compiled.script_code).toContain(PAST_RUN);
		const { data: replayed } = await http.post(`/compilations/${data.id}/run/`);
		expect(replayed).toMatchObject({ id: data.id, status: 'running', result: null });
		const completed = await compilationIn(data.id, 'completed');
		expect(completed.result).toEqual((await detail(PAST_RUN)).agent_result);
		expect(await get('/compilations/')).toEqual([completed]);
	});

	test('a run becomes an instruction, which starts new runs of its agent', async () => {
		const { data } = await freeze(PAST_RUN);
		const frozen = await compilationIn(data.id, 'compiled');
		expect(frozen.instruction_md).toContain('# Web Researcher');

		const path = `/compilations/${data.id}/run-instruction/`;
		const { data: same, status } = await http.post(path);
		expect(status).toBe(201);
		expect(same).toMatchObject({ previous_execution: PAST_RUN, variables: { topic: 'Tesla' } });
		const { data: other } = await http.post(path, { variables: { topic: 'bees' } });
		expect(other.id).not.toBe(same.id);
		expect((await ended(other.id)).agent_result?.summary).toContain('bees');
		const wrong = await http.post(path, { variables: { depth: 'quick' } });
		expect(wrong.data).toEqual({ variables: ["'topic' is a required property"] });
		expect((await http.post(`/compilations/${data.id}/run/`)).status).toBe(400);
	});

	test('update waits for the compilation, and checks cron and timezone', async () => {
		const { data } = await freeze(PAST_RUN);
		const update = async (body: Json) => await http.patch(`/compilations/${data.id}/`, body);
		expect(await update({ instruction_md: 'x' })).toMatchObject({
			status: 400,
			data: { detail: expect.any(String) },
		});
		await compilationIn(data.id, 'compiling');
		expect((await update({ instruction_md: 'x' })).status).toBe(400);
		await compilationIn(data.id, 'compiled');

		const change = { instruction_md: '# y', cron_schedule: '0 9 * * *', timezone: 'Europe/Berlin' };
		expect(await update(change)).toMatchObject({ status: 200, data: change });
		expect((await update({ cron_schedule: '' })).data).toMatchObject({ cron_schedule: '' });
		expect((await update({ cron_schedule: 'daily' })).data).toEqual({
			cron_schedule: ['Invalid cron expression.'],
		});
		expect((await update({ timezone: 'Mars/Base' })).data).toEqual({
			timezone: ['"Mars/Base" is not a valid timezone.'],
		});
	});

	test('only a completed run compiles, and not each of those', async () => {
		expect((await compile('no-such-run')).status).toBe(404);
		expect((await compile('fen-rilo-qas')).status).toBe(400);
		const { id } = await start(await newAgent({ user_prompt: 'Be uncompilable' }));
		await ended(id);
		const { data } = await compile(id);
		const failed = await compilationIn(data.id, 'failed');
		expect(failed).toMatchObject({ error: expect.any(String), script_code: '' });
		expect((await http.post(`/compilations/${data.id}/run/`)).status).toBe(400);
	});
});

describe('files', () => {
	const upload = async (fields: { file?: Blob; external_id?: string }) => {
		const form = new FormData();
		if (fields.external_id !== undefined) form.set('external_id', fields.external_id);
		if (fields.file) form.set('file', fields.file, 'café report.txt');
		return await http.post('/agent-file-chat-upload/', form);
	};
	const file = new Blob(['Bees are busy. They make honey.'], { type: 'text/plain' });

	test('an uploaded file can be fetched and read by an agent', async () => {
		const { status, data } = await upload({ file, external_id: 'chat-7' });
		expect(status).toBe(200);
		expect(data).toEqual({
			public_url: expect.stringContaining(sandbox.flymyai.baseUrl),
			external_id: 'chat-7',
		});
		expect((await axios.get(data.public_url)).data).toBe('Bees are busy. They make honey.');

		const { id } = await start(READER, { file_url: data.public_url });
		const { summary } = (await ended(id)).agent_result ?? {};
		expect(summary).toContain('café report.txt');
		expect(summary).toContain('31 bytes');
		expect(summary).toContain('Bees are busy.');
	});

	test('both fields are required, and multipart is', async () => {
		expect(await upload({ external_id: 'x' })).toMatchObject({
			status: 400,
			data: { file: ['No file was submitted.'] },
		});
		expect(await upload({ file })).toMatchObject({
			status: 400,
			data: { external_id: ['This field is required.'] },
		});
		expect((await http.post('/agent-file-chat-upload/', {})).status).toBe(415);
	});
});

describe('control routes', () => {
	test('behaviour sets the outcome, the result and the size of the messages', async () => {
		await behave(TRIAGE, { result: { mine: true }, messageBytes: 5000 });
		const good = await ended((await start(TRIAGE, { message: 'a' })).id);
		expect(good.agent_result).toEqual({ mine: true });
		expect(JSON.stringify(good.messages)).toHaveLength(5000);

		await behave(TRIAGE, { outcome: 'failed', error: 'Out of luck', runningMs: [1, 30] });
		const bad = await ended((await start(TRIAGE, { message: 'a' })).id);
		expect(bad).toMatchObject({ status: 'failed', error: 'Out of luck' });

		await behave(TRIAGE, { outcome: 'never' });
		const { id } = await start(TRIAGE, { message: 'a' });
		await sleep(250);
		expect((await detail(id)).status).toBe('running');
	});

	test('fifty thousand runs are made and listed in seconds', async () => {
		const began = Date.now();
		const { ids } = await control.post<{ ids: string[] }>('flymyai/runs', {
			count: 50_000,
			createdFrom: '2026-01-01T00:00:00Z',
			createdTo: '2026-02-01T00:00:00Z',
			messageBytes: 1000,
		});
		const runs = await listRuns();
		expect(Date.now() - began).toBeLessThan(15_000);
		expect(runs).toHaveLength(50_005);
		expect(new Set(runs.map(({ id }) => id)).size).toBe(50_005);
		const ours = runs.slice(-50_000);
		expect([ours.at(-1)?.id, ours.at(0)?.id]).toEqual(ids);
		expect(ours.at(0)?.created_at).toBe('2026-02-01T00:00:00.000000Z');
		expect(ours.at(0)?.agent_result).toEqual(expect.any(Object));
		expect(JSON.stringify(ours.at(7)?.messages)).toHaveLength(1000);
	});

	test('a run can be changed at will, and hidden from the list', async () => {
		await behave(TRIAGE, { outcome: 'never' });
		const { id } = await start(TRIAGE, { message: 'a' });
		const patch = async (body: Json) => await control.post<Run>(`flymyai/runs/${id}`, body);
		const updated_at = '2026-01-02T03:04:05.000006Z';
		expect(
			await patch({ status: 'completed', agent_result: { late: true }, updated_at, agent: READER }),
		).toMatchObject({ status: 'completed', updated_at, user_agent_task_uuid: READER });
		await sleep(150);
		expect(await detail(id)).toMatchObject({ agent_result: { late: true }, updated_at });

		const inList = async () => (await listRuns()).findIndex((run) => run.id === id);
		expect(await inList()).toBe(0);
		await patch({ created_at: '2020-01-01T00:00:00Z' });
		expect(await inList()).toBe(5);
		await patch({ visible: false });
		expect(await inList()).toBe(-1);
		expect(await detail(id)).toMatchObject({ updated_at });
		await patch({ visible: true });
		expect(await inList()).toBe(5);
	});

	test('the server’s clock can be wrong', async () => {
		await control.post('flymyai/clock', { offsetMs: -3_600_000 });
		const { data, headers } = await http.post<Run>(`/tasks/${TRIAGE}/run-loop/`, {
			variables: { message: 'a' },
		});
		for (const time of [String(data.created_at), String(headers.date)]) {
			expect(Math.abs(Date.now() - 3_600_000 - Date.parse(time))).toBeLessThan(5000);
		}
	});

	test('lists can be page objects', async () => {
		await control.post('flymyai/runs', { count: 250 });
		const plain = await listRuns();
		await control.post('flymyai/listing', { page: true });
		const collected: Run[] = [];
		let next: string | null = `${http.defaults.baseURL}/executions/`;
		while (next !== null) {
			const { data }: { data: Json & { next: string | null; results: Run[] } } =
				await http.get(next);
			expect(fieldsOf(data)).toEqual(['count', 'next', 'previous', 'results']);
			expect(data.count).toBe(255);
			collected.push(...data.results);
			next = data.next;
		}
		expect(collected).toEqual(plain);
		expect((await http.get('/executions/?page=9')).data).toEqual({ detail: 'Invalid page.' });
		expect(await get('/tasks/')).toMatchObject({ count: 5, next: null, previous: null });
	});

	test.each([
		['flymyai/clock', { offset: 1 }],
		['flymyai/listing', {}],
		['flymyai/runs', { count: 0 }],
		[`flymyai/agents/${TRIAGE}/behaviour`, { outcome: 'odd' }],
		[`flymyai/runs/${PAST_RUN}`, { stauts: 'failed' }],
	])('%s refuses %j', async (path, body) => {
		await expect(control.post(path, body)).rejects.toMatchObject({ response: { status: 400 } });
	});
});

describe('what the vendor’s SDK sends', () => {
	const wire: WireCall[] = JSON.parse(
		readFileSync(join(rootFolder, 'test/contracts/flymyai.wire.json'), 'utf8'),
	);

	/** The status and the fields the SDK reads, by the start of the call's name. */
	const EXPECTED: Array<[call: RegExp, status: number, check: (data: unknown) => void]> = [
		[/^agents\.create/, 201, (data) => expect(fieldsOf(data)).toEqual(AGENT_FIELDS)],
		[/^agents\.(get|update)/, 200, (data) => expect(fieldsOf(data)).toEqual(AGENT_FIELDS)],
		[/^agents\.delete/, 204, (data) => expect(data).toBe('')],
		[/^(agents\.run|runs\.create)/, 201, (data) => expect(fieldsOf(data)).toEqual(RUN_FIELDS)],
		[
			/suggest_schema/,
			200,
			(data) =>
				expect(data).toMatchObject({
					input_schema: expect.any(Object),
					output_schema: expect.any(Object),
				}),
		],
		[
			/^(runs|tools)\.list|^compilations\.list|^agents\.list/,
			200,
			(data) => expect(data).toEqual(expect.any(Array)),
		],
		[
			/^runs\.(get|wait|stream_events)/,
			200,
			(data) => expect(fieldsOf(data)).toEqual(DETAIL_FIELDS),
		],
		[/^runs\.append_message/, 200, (data) => expect(fieldsOf(data)).toEqual(DETAIL_FIELDS)],
		[/^runs\.cancel/, 204, (data) => expect(data).toBe('')],
		[/^tools\.available/, 200, (data) => expect(data).toEqual(expect.any(Array))],
		[/^tools\.create/, 201, (data) => expect(fieldsOf(data)).toEqual(TOOL_FIELDS)],
		[
			/^tools\.(get|update|provide_config)/,
			200,
			(data) => expect(fieldsOf(data)).toEqual(TOOL_FIELDS),
		],
		[/^tools\.delete/, 204, (data) => expect(data).toBe('')],
		[/^tools\.call/, 200, (data) => expect(data).toEqual(expect.any(Object))],
		[/^compilations\.run_instruction/, 201, (data) => expect(fieldsOf(data)).toEqual(RUN_FIELDS)],
		[
			/^(agents|compilations)\.(freeze|compile)/,
			201,
			(data) => expect(fieldsOf(data)).toEqual(COMPILATION_FIELDS),
		],
		[
			/^compilations\.(get|update|wait|run)/,
			200,
			(data) => expect(fieldsOf(data)).toEqual(COMPILATION_FIELDS),
		],
	];

	test('all 43 calls are known', () => {
		expect(wire).toHaveLength(43);
	});

	test.each(wire.map((entry) => [entry.call, entry] as const))('%s', async (call, { requests }) => {
		// The recordings name made-up records: put living ones in their place, each in the state the
		// call is about.
		const agent = await newAgent();
		const run = await start(agent);
		if (call === 'runs.cancel') await behave(agent, { outcome: 'never' });
		else await ended(run.id);
		const kind = call.startsWith('compilations.run_instruction') ? 'freeze-instruction' : 'compile';
		const compilation = (await http.post(`/compilations/${kind}/${run.id}/`)).data.id;
		if (call.startsWith('compilations.')) await compilationIn(compilation, 'compiled');
		const toolName = call.startsWith('tools.call') ? 'text_tools' : 'github';
		const tool: number = (await http.post('/tools/', { mcp_tool: toolName })).data.id;
		const living = (text: string) =>
			text
				.replace('aaaaaaaa-0000-4000-8000-000000000001', agent)
				.replace(/won-gsfr-mxp|(?<=executions\/)42/, run.id)
				.replace('cmp-gsfr-mxp', String(compilation))
				.replace('/tools/7/', `/tools/${tool}/`)
				.replace('"available_tools":[7,9]', `"available_tools":[${tool},1]`);

		for (const [index, request] of requests.entries()) {
			const { status, data } = await http.request({
				method: request.method,
				baseURL: sandbox.flymyai.baseUrl,
				url: living(request.path),
				headers: { ...request.headers, 'x-api-key': sandbox.flymyai.apiKey },
				data: request.body === null ? undefined : living(JSON.stringify(request.body)),
			});
			// What follows the first request of a call is a look at what it started.
			const look = request.path.includes('/executions/') ? 'runs.get' : 'compilations.get';
			const asked = index === 0 ? call : look;
			const expected = EXPECTED.find(([pattern]) => pattern.test(asked));
			expect(expected).toBeDefined();
			expect({ status, data }).toEqual({ status: expected?.[1], data });
			expected?.[2](data);
		}
	});
});
