// What the wire shows of each record.
import { padded } from './padding.mts';
import type { Agent, Run, Tool } from './records.mts';
import type { Store } from './store.mts';

/** An agent as lists, its creation and its update answer it. */
export function agentView(store: Store, agent: Agent) {
	const { id: _id, behaviour: _behaviour, status, ...fields } = agent;
	const missing = store.toolsOf(agent).filter((tool) => !isConfigured(tool));
	return {
		...fields,
		status: status === 'active' && missing.length > 0 ? 'initialization_required' : status,
		all_tools_configured: missing.length === 0,
		tools_need_to_configure: missing.map(({ id }) => id),
		generated_pipeline: {},
		cron_schedule: '',
		webhook_url: null,
	};
}

/** Only the detail holds tool objects instead of ids. */
export function agentDetail(store: Store, agent: Agent, baseUrl: string) {
	const tools = store.toolsOf(agent).map((tool) => toolView(tool, baseUrl));
	return { ...agentView(store, agent), available_tools: tools };
}

/** A run as lists and its creation answer it: with its messages, without its logs. */
export function runSummary(store: Store, run: Run) {
	return {
		id: run.id,
		user_agent_task: store.agentOf(run).id,
		previous_execution: run.previous_execution,
		original_prompt: run.original_prompt,
		variables: run.variables,
		created_at: run.created_at,
		updated_at: run.updated_at,
		messages: padded(run.messages, run.messageBytes),
		status: run.status,
		run_seq: run.run_seq,
		error: run.error,
		agent_result: run.agent_result,
	};
}

export function runDetail(store: Store, run: Run) {
	return { ...runSummary(store, run), logs: run.logs, user_agent_task_uuid: run.agentUuid };
}

export function toolView(tool: Tool, baseUrl: string) {
	const { entry, finishedSteps, ...fields } = tool;
	const steps = entry.configuration_steps;
	const next = steps[finishedSteps] ?? null;
	return {
		...fields,
		is_configured: isConfigured(tool),
		is_active: true,
		unsafe_methods: entry.unsafe_methods,
		required_configuration_steps: steps,
		finished_configuration_steps: steps.slice(0, finishedSteps),
		next_configuration_step: next,
		redirect_url: next?.step_type === 'oauth' ? `${baseUrl}${grantPath(tool.id)}` : '',
	};
}

/** Where the stand-in plays the consent page of an OAuth provider. */
export function grantPath(id: number | string): string {
	return `/oauth/grant/${id}/`;
}

export function isConfigured({ entry, finishedSteps }: Tool): boolean {
	return finishedSteps >= entry.configuration_steps.length;
}
