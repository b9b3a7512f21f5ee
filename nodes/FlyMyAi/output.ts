import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { PlatformError } from '../shared/errors';
import { isObject, type Json } from '../shared/json';
import type { Agent, CatalogTool, Compilation, Run, Tool } from './schemas';

const text = z.string().nullable();
const jsonObject = z.record(z.unknown()) as z.ZodType<IDataObject>;

/** The fields of a run that a workflow goes on with; the raw run carries its whole history. */
export const simpleRunSchema = z.object({
	id: z.string(),
	status: z.string(),
	output: jsonObject.nullable(),
	error: text,
	agent_id: text,
	variables: jsonObject,
	run_seq: z.number().nullable(),
	created_at: text,
	updated_at: text,
	duration_seconds: z.number().nullable(),
});

export const simplifyRun = (run: Run): z.infer<typeof simpleRunSchema> => ({
	id: run.id,
	status: run.status,
	output: (run.agent_result ?? null) as IDataObject | null,
	error: (run.error ?? null) as string | null,
	agent_id: run.user_agent_task_uuid ?? null,
	variables: (run.variables ?? {}) as IDataObject,
	run_seq: run.run_seq ?? null,
	created_at: run.created_at ?? null,
	updated_at: run.updated_at ?? null,
	duration_seconds: durationOf(run),
});

function durationOf({ created_at, updated_at }: Run): number | null {
	const took = Date.parse(updated_at ?? '') - Date.parse(created_at ?? '');
	return Number.isNaN(took) ? null : Math.max(0, took / 1000);
}

/** A run as the Simplify switch asks for it. */
export const runOutput = (run: Run, simplify: boolean): IDataObject =>
	simplify ? simplifyRun(run) : (run as IDataObject);

export const simpleCompilationSchema = z.object({
	id: z.string(),
	run_id: text,
	status: z.string(),
	instruction_md: text,
	script_code: text,
	cron_schedule: text,
	timezone: text,
	result: jsonObject.nullable(),
	error: text,
	updated_at: text,
});

const simplifyCompilation = (
	compilation: Compilation,
): z.infer<typeof simpleCompilationSchema> => ({
	id: compilation.id,
	run_id: compilation.execution ?? null,
	status: compilation.status,
	instruction_md: compilation.instruction_md ?? null,
	script_code: compilation.script_code ?? null,
	cron_schedule: compilation.cron_schedule ?? null,
	timezone: compilation.timezone ?? null,
	result: (compilation.result ?? null) as IDataObject | null,
	error: (compilation.error ?? null) as string | null,
	updated_at: compilation.updated_at ?? null,
});

/** A compilation as the Simplify switch asks for it. */
export const compilationOutput = (compilation: Compilation, simplify: boolean): IDataObject =>
	simplify ? simplifyCompilation(compilation) : (compilation as IDataObject);

export const simpleAgentSchema = z.object({
	uuid: z.string(),
	name: z.string(),
	status: text,
	user_prompt: text,
	input_schema: jsonObject.nullable(),
	output_schema: jsonObject.nullable(),
	all_tools_configured: z.boolean().nullable(),
});

export const simplifyAgent = (agent: Agent): z.infer<typeof simpleAgentSchema> => ({
	uuid: agent.uuid,
	name: agent.name,
	status: agent.status ?? null,
	user_prompt: agent.user_prompt ?? null,
	input_schema: (agent.input_schema ?? null) as IDataObject | null,
	output_schema: (agent.output_schema ?? null) as IDataObject | null,
	all_tools_configured: agent.all_tools_configured ?? null,
});

export const simpleCatalogToolSchema = z.object({
	name: z.string(),
	title: text,
	type: text,
	description: text,
	categories: z.array(z.string()),
	href: text,
	configuration_steps: z.array(jsonObject),
});

export const simplifyCatalogTool = (
	tool: CatalogTool,
): z.infer<typeof simpleCatalogToolSchema> => ({
	name: tool.name,
	title: tool.title ?? null,
	type: tool.type ?? null,
	description: tool.description ?? null,
	categories: tool.categories ?? [],
	href: tool.href ?? null,
	configuration_steps: (tool.configuration_steps ?? []) as IDataObject[],
});

const MASK = '••••••';

function masked(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(masked);
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
	}
	return value === null || value === undefined || value === '' ? value : MASK;
}

/**
 * A masked value that comes back as a new one would overwrite the secret it stands for.
 *
 * @throws PlatformError when a mask is among the values
 */
export function refuseMasks(values: Json): void {
	if (!JSON.stringify(values).includes(MASK)) return;
	throw new PlatformError('The configuration holds a masked value, which is not the real one', {
		fix: 'Leave out the values that stay as they are, or read the tool with Show Configuration Values on.',
	});
}

/** A tool without the secrets that its configuration, and the last answer to it, may hold. */
export const toolOutput = <T extends Partial<Tool>>(tool: T, showConfiguration: boolean): object =>
	showConfiguration
		? tool
		: { ...tool, user_config: masked(tool.user_config ?? {}), response: masked(tool.response) };

const toolsOutput = (tools: unknown[] | null | undefined): unknown =>
	tools?.map((tool) => (isObject(tool) ? toolOutput(tool, false) : tool)) ?? tools;

/** An agent without the secrets of the tools that its detail holds. */
export const agentOutput = (agent: Agent): object => ({
	...agent,
	available_tools: toolsOutput(agent.available_tools),
	tools_need_to_configure: toolsOutput(agent.tools_need_to_configure),
});
