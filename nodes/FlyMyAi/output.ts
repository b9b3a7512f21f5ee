import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../shared/json';
import type { Agent, CatalogTool, Compilation, Run, Tool } from './schemas';

/** The fields of a run that a workflow goes on with; the raw run carries its whole history. */
export const simplifyRun = (run: Run): IDataObject => ({
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

const simplifyCompilation = (compilation: Compilation): IDataObject => ({
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

export const simplifyAgent = (agent: Agent): IDataObject => ({
	uuid: agent.uuid,
	name: agent.name,
	status: agent.status ?? null,
	user_prompt: agent.user_prompt ?? null,
	input_schema: (agent.input_schema ?? null) as IDataObject | null,
	output_schema: (agent.output_schema ?? null) as IDataObject | null,
	all_tools_configured: agent.all_tools_configured ?? null,
});

export const simplifyCatalogTool = (tool: CatalogTool): IDataObject => ({
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
