import { PlatformError } from '../shared/errors';
import type { Hints } from '../shared/hints';
import { isObject } from '../shared/json';
import { placeholderFields } from '../shared/form/jsonSchema';
import type { FlyMyAiApi } from './api';
import { toolName } from './names';
import { INPUTS_REFUSED } from './platform';
import type { Agent, Run, Tool } from './schemas';
import type { Session } from './session';

/* What a user should know about an agent, told where it helps. */

/** Names of the agent's tools that are not configured yet, as far as its detail tells. */
function unconfiguredTools({ available_tools, tools_need_to_configure }: Agent): string[] {
	const missing = (tools_need_to_configure ?? []).map((tool) =>
		String(isObject(tool) ? tool.id : tool),
	);
	return (available_tools ?? [])
		.filter(isObject)
		.filter((tool) => tool.is_configured === false || missing.includes(String(tool.id)))
		.map((tool) => toolName({ ...tool, id: String(tool.id) } as Tool));
}

/** What keeps the agent from running, or from running well, and what to do about it. */
export function whatIsMissing(agent: Agent): string | undefined {
	if (agent.status && agent.status !== 'active' && agent.status !== 'initialization_required') {
		return `The agent '${agent.name}' has the status ${agent.status}: set Status to Active with Agent: Update, then it can run.`;
	}
	const tools = unconfiguredTools(agent);
	if (tools.length === 0) return undefined;
	return `Tools of the agent '${agent.name}' need configuration, with Tool: Configure: ${tools.join(', ')}.`;
}

/** Makes a refused start say what the agent lacks, where that is the reason. */
export async function explainRefusal(
	api: FlyMyAiApi,
	agentId: string,
	error: unknown,
): Promise<never> {
	if (!(error instanceof PlatformError) || error.details.status !== 400) throw error;
	const isAboutAgent = /\b(agent|draft|active)\b/i.test(error.message);
	if (!isAboutAgent || error.message.includes(INPUTS_REFUSED)) throw error;
	const fix = await api.agents.get(agentId).then(whatIsMissing, () => undefined);
	throw new PlatformError(error.message, { ...error.details, fix: fix ?? error.details.fix });
}

/** After a run whose tool calls went wrong: which tools of its agent need configuration. */
export async function hintAtTools(run: Run, { api, hints }: Session): Promise<void> {
	const agentId = run.user_agent_task_uuid;
	if (!agentId || !run.logs?.some(({ type }) => type === 'tool_call_exception')) return;
	// The run has its result; only the hint is lost where its agent cannot be read.
	const agent = await api.agents.get(agentId).catch(() => undefined);
	const tools = agent ? unconfiguredTools(agent) : [];
	for (const tool of tools) {
		hints.add('Tools that the agent called need configuration, with Tool: Configure', tool);
	}
}

/** Whether the agent has a schema that says anything of its inputs: `{}` does not. */
export const hasInputSchema = ({ input_schema }: Agent): boolean =>
	Object.keys(input_schema ?? {}).length > 0;

/** A goal whose inputs nothing describes. */
export function hintAtPlaceholders(agent: Agent, hints: Hints): void {
	if (hasInputSchema(agent)) return;
	for (const { id } of placeholderFields(agent.user_prompt ?? '')) {
		hints.add(
			'The goal has placeholders that no input schema describes. Get a schema with Agent: Suggest Schema and set it with Agent: Update. Placeholders',
			id,
		);
	}
}
