// Every answer of the FlyMyAI stand-in by the types of the vendor's SDK (contract: Resources): field by
// field, what is text there is no null here. Where the contract does not say, text is "" and a list [].
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { z } from 'zod';
import { startSandbox } from '../support/sandbox.mts';
import type { Sandbox } from '../support/sandbox.mts';

const object = z.record(z.unknown());
const time = z.string().datetime();
const id = z.union([z.string().min(1), z.number().int()]);

const step = z.object({
	description: z.string(),
	step_type: z.string(),
	vars_from_user_schema: object.nullish(),
	configuration_schema: object.nullish(),
	config: z.unknown(),
	execution_command: z.string().nullish(),
});

const tool = z
	.object({
		id: z.number().int(),
		mcp_tool: z.string(),
		user_config: object,
		is_configured: z.boolean(),
		is_active: z.boolean(),
		unsafe_methods: z.array(z.string()),
		required_configuration_steps: z.array(step),
		finished_configuration_steps: z.array(object),
		next_configuration_step: object.nullable(),
		redirect_url: z.string(),
		response: z.string(),
		created_at: time,
		updated_at: time,
	})
	.strict();

const catalogEntry = z
	.object({
		name: z.string(),
		type: z.enum(['oauth', 'custom', 'composio', 'custom_class']),
		title: z.string(),
		description: z.string(),
		detail: z.string(),
		href: z.string(),
		categories: z.array(z.string()),
		instruction: z.string().nullish(),
		custom_class: z.string().nullish(),
		github_link: z.string().nullish(),
		configuration_steps: z.array(object),
	})
	.strict();

const agent = z
	.object({
		uuid: z.string().uuid(),
		name: z.string(),
		user_prompt: z.string(),
		available_tools: z.array(z.number().int()),
		available_custom_mcp_servers: z.array(z.number().int()),
		input_schema: object.nullable(),
		input_description: z.string(),
		output_schema: object.nullable(),
		output_description: z.string(),
		all_tools_configured: z.boolean(),
		tools_need_to_configure: z.array(z.number().int()),
		generated_pipeline: object,
		status: z.enum(['draft', 'initialization_required', 'active', 'archived']),
		cron_schedule: z.string(),
		webhook_url: z.string().nullable(),
		created_at: time,
		updated_at: time,
	})
	.strict();
const agentDetail = agent.extend({ available_tools: z.array(tool) });

const run = z
	.object({
		id,
		user_agent_task: z.number().int(),
		previous_execution: id.nullable(),
		original_prompt: z.string(),
		variables: object,
		created_at: time,
		updated_at: time,
		messages: z.array(object),
		status: z.enum(['pending', 'running', 'completed', 'failed', 'cancelled']),
		run_seq: z.number().int(),
		error: z.string().nullable(),
		agent_result: object.nullable(),
	})
	.strict();
const log = z
	.object({
		id: z.number().int(),
		created_at: time,
		updated_at: time,
		type: z.string(),
		message: z.string(),
		data: z.unknown(),
	})
	.strict();
const runDetail = run.extend({
	logs: z.array(log),
	user_agent_task_uuid: z.string().uuid().nullable(),
});

const compilation = z
	.object({
		id,
		execution: id,
		status: z.enum(['pending', 'compiling', 'compiled', 'running', 'completed', 'failed']),
		script_code: z.string(),
		instruction_md: z.string(),
		cron_schedule: z.string(),
		timezone: z.string(),
		result: object.nullable(),
		error: z.string().nullable(),
		created_at: time,
		updated_at: time,
	})
	.strict();

const suggestion = z
	.object({
		reasoning: z.string(),
		input_schema: object,
		output_schema: object,
		input_description: z.string().nullish(),
		output_description: z.string().nullish(),
	})
	.strict();
const upload = z.object({ public_url: z.string().url(), external_id: z.string() }).strict();

let sandbox: Sandbox;
let api: AxiosInstance;

beforeAll(async () => {
	sandbox = await startSandbox();
	const { baseUrl, apiKey } = sandbox.flymyai as { baseUrl: string; apiKey: string };
	api = axios.create({ baseURL: `${baseUrl}/api/v1/agents`, headers: { 'X-API-KEY': apiKey } });
});
afterAll(async () => await sandbox.close());

/** The answer as it is, once it has the types of the model. */
async function as<S extends z.ZodTypeAny>(
	model: S,
	method: 'get' | 'post' | 'patch',
	url: string,
	data?: unknown,
): Promise<z.infer<S>> {
	const answer = (await api.request({ method, url, data })).data;
	const checked = model.safeParse(answer);
	expect({ url, issues: checked.error?.issues ?? [] }).toEqual({ url, issues: [] });
	return answer as z.infer<S>;
}

async function ended(runId: unknown) {
	for (;;) {
		const now = await as(runDetail, 'get', `/executions/${runId}/`);
		if (!['pending', 'running'].includes(now.status)) return now;
	}
}

const QUICK = { pendingMs: 10, runningMs: 30, compileMs: 20 };
const newAgent = async (more: object = {}, behaviour: object = {}) => {
	const given = { name: 'News Brief', user_prompt: 'Find news about {{ topic }}', ...more };
	const made = await as(agent, 'post', '/tasks/', given);
	const { control } = sandbox.flymyai;
	await control.post(`flymyai/agents/${made.uuid}/behaviour`, { ...QUICK, ...behaviour });
	return made;
};

describe('tools', () => {
	test('the catalog, with the names that the vendor uses', async () => {
		const catalog = await as(z.array(catalogEntry), 'get', '/tools/available/');
		const types = Object.fromEntries(catalog.map(({ name, type }) => [name, type]));

		expect(types).toMatchObject({
			tavily: 'custom_class',
			'telegram-mcp': 'oauth',
			github: 'composio',
		});
	});

	test.each([
		'tavily',
		'telegram-mcp',
		'github',
		'google_sheets',
		'slack',
		'shop_database',
		'text_tools',
		'calendar',
	])('%s at each of its steps', async (mcp_tool) => {
		const answers: Record<string, unknown> = {
			tavily: { TAVILY_API_KEY: 'tvly-1' },
			github: { GITHUB_TOKEN: 'ghp_1' },
			shop_database: 'paired',
			calendar: { week_start: 'Monday' },
		};
		const made = await as(tool, 'post', '/tools/', { mcp_tool });
		for (let now = made; now.next_configuration_step;) {
			const user_response = answers[mcp_tool] ?? { code: 'granted' };
			now = await as(tool, 'post', `/tools/${made.id}/provide-config/`, { user_response });
			if (now.finished_configuration_steps.length === 1 && now.next_configuration_step) break;
		}
		await as(tool, 'get', `/tools/${made.id}/`);
		await as(tool, 'patch', `/tools/${made.id}/`, { user_config: { note: 'x' } });
		await as(z.array(tool), 'get', '/tools/');
	});

	test('what tavily finds', async () => {
		const { id: made } = await as(tool, 'post', '/tools/', { mcp_tool: 'tavily' });
		const user_response = { TAVILY_API_KEY: 'tvly-1' };
		await as(tool, 'post', `/tools/${made}/provide-config/`, { user_response });
		const found = await as(
			z.object({ query: z.string(), results: z.array(object).length(2) }),
			'post',
			`/tools/${made}/call/`,
			{ action: 'search', arguments: { query: 'solar power', max_results: 2 } },
		);

		expect(found.results[0]).toMatchObject({ content: expect.stringContaining('Made up') });
	});
});

test('agents: new, with tools, changed, archived, and those that are there', async () => {
	const { id: toolId } = await as(tool, 'post', '/tools/', { mcp_tool: 'telegram-mcp' });
	const made = await newAgent({ available_tools: [toolId], status: 'draft' });
	await as(agentDetail, 'get', `/tasks/${made.uuid}/`);
	await as(agent, 'patch', `/tasks/${made.uuid}/`, { status: 'active', input_schema: null });
	await as(z.array(agent), 'get', '/tasks/');
	await api.delete(`/tasks/${made.uuid}/`);
	const archived = await as(agentDetail, 'get', `/tasks/${made.uuid}/`);

	expect(archived.status).toBe('archived');
});

test('runs: from pending to each of their ends, followed up, listed', async () => {
	for (const outcome of ['completed', 'failed']) {
		const { uuid } = await newAgent({}, { outcome });
		const started = await as(run, 'post', `/tasks/${uuid}/run-loop/`, {
			variables: { topic: 'Sun' },
		});
		expect((await ended(started.id)).status).toBe(outcome);
		const followUp = `/executions/${started.id}/append-message/`;
		await as(runDetail, 'post', followUp, { text: 'More' });
		await ended(started.id);
	}
	const { uuid } = await newAgent({}, { outcome: 'never' });
	const going = await as(run, 'post', `/tasks/${uuid}/run-loop/`, { variables: {} });
	await api.post(`/executions/${going.id}/cancel/`);

	expect((await ended(going.id)).status).toBe('cancelled');
	await as(z.array(run), 'get', '/executions/');
});

test('compilations: pending, failed, ready, replayed, run as an instruction, listed', async () => {
	const { uuid } = await newAgent();
	const { id: done } = await as(run, 'post', `/tasks/${uuid}/run-loop/`, {
		variables: { topic: 'Sun' },
	});
	await ended(done);
	const settled = async (compilationId: unknown) => {
		for (;;) {
			const now = await as(compilation, 'get', `/compilations/${compilationId}/`);
			if (!['pending', 'compiling', 'running'].includes(now.status)) return now;
		}
	};
	const script = await as(compilation, 'post', `/compilations/compile/${done}/`);
	const frozen = await as(compilation, 'post', `/compilations/freeze-instruction/${done}/`);
	await settled(script.id);
	await settled(frozen.id);
	await as(compilation, 'post', `/compilations/${script.id}/run/`);
	expect((await settled(script.id)).status).toBe('completed');
	const cron_schedule = '0 9 * * *';
	await as(compilation, 'patch', `/compilations/${frozen.id}/`, { cron_schedule });
	const again = await as(run, 'post', `/compilations/${frozen.id}/run-instruction/`, {
		variables: { topic: 'Moon' },
	});
	await ended(again.id);

	const bad = await newAgent({ user_prompt: 'Be uncompilable' });
	const { id: other } = await as(run, 'post', `/tasks/${bad.uuid}/run-loop/`, { variables: {} });
	await ended(other);
	const refused = await as(compilation, 'post', `/compilations/compile/${other}/`);

	expect((await settled(refused.id)).status).toBe('failed');
	await as(z.array(compilation), 'get', '/compilations/');
});

test('schemas and files', async () => {
	for (const generate_descriptions of [true, false]) {
		const wish = { user_prompt: 'Summarize {{ url }}', generate_descriptions };
		await as(suggestion, 'post', '/tasks/suggest-schema/', wish);
	}
	const { uuid } = await newAgent();
	const { id: done } = await as(run, 'post', `/tasks/${uuid}/run-loop/`, {
		variables: { topic: 'Sun' },
	});
	await ended(done);
	await as(suggestion, 'post', `/executions/${done}/suggest-schema/`);
	const form = new FormData();
	form.set('file', new File(['notes'], 'notes.txt', { type: 'text/plain' }));
	form.set('external_id', 'mine');
	const body = new Response(form);
	const { data } = await api.post(
		'/agent-file-chat-upload/',
		Buffer.from(await body.arrayBuffer()),
		{
			headers: { 'content-type': body.headers.get('content-type') ?? '' },
		},
	);

	expect(upload.safeParse(data).error?.issues ?? []).toEqual([]);
});
