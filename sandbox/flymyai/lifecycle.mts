// A run's way from pending to its end, in real time.
import { answer } from './answers.mts';
import { addRun } from './create.mts';
import { ApiError, badRequest } from './errors.mts';
import { dictionary, readFields } from './fields.mts';
import { isObject, misses } from './jsonSchema.mts';
import { fillPlaceholders } from './placeholders.mts';
import type { Agent, JsonObject, Run, RunLog } from './records.mts';
import { draw } from './store.mts';
import type { Pause, Store } from './store.mts';
import { isConfigured } from './views.mts';

export function isTerminal({ status }: Run): boolean {
	return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** `variables` of a request's body; `{}` when there are none. */
export function runVariables(body: unknown): JsonObject {
	return readFields(body, { variables: dictionary }).variables ?? {};
}

/**
 * Adds a pending run and lets it go on by itself. Throws the contract's 400 when the variables miss
 * the agent's input schema or the agent may not run.
 */
export function startRun(
	store: Store,
	agent: Agent,
	variables: JsonObject,
	previous: string | null = null,
): Run {
	if (agent.status !== 'active') {
		throw badRequest(`Agent is ${agent.status}. Only active agents can run.`);
	}
	const problems = agent.input_schema ? misses(agent.input_schema, variables) : [];
	if (problems.length > 0) throw new ApiError(400, { variables: problems });

	const run = addRun(store, agent, store.now(), {
		variables,
		previous_execution: previous,
		messages: [{ role: 'user', content: prompt(agent, variables) }],
	});
	play(store, run.id);
	return run;
}

/** Takes a pending run through its round, in the background. */
export function play(store: Store, runId: string): void {
	store.startWork(runId, async (pause) => await round(store, runId, pause));
}

/** The goal as the agent reads it: placeholders filled, defaults of the schema included. */
export function prompt(agent: Agent, variables: JsonObject): string {
	return fillPlaceholders(agent.user_prompt, withDefaults(agent.input_schema, variables));
}

/** The `agent_result` of a run, worked out from its agent as it is now. */
export function result(store: Store, run: Asked): unknown {
	const { name, input_schema, output_schema, behaviour } = store.agentOf(run);
	if (behaviour.result !== undefined) return behaviour.result;
	return answer({
		agentName: name,
		goal: run.original_prompt,
		variables: withDefaults(input_schema, run.variables),
		outputSchema: output_schema,
		followUps: run.logs
			.filter(({ type }) => type === 'user_added_message')
			.map(({ message }) => message),
		files: store.files,
	});
}

type Asked = Pick<Run, 'agentUuid' | 'original_prompt' | 'variables' | 'logs'>;

/** Adds a log row. */
export function addLog(
	store: Store,
	runId: string,
	type: string,
	message: string,
	data: JsonObject,
): void {
	const time = store.timestamp();
	const row: RunLog = {
		id: store.nextSerial(),
		created_at: time,
		updated_at: time,
		type,
		message,
		data,
	};
	store.changeRun(runId, { logs: [...store.run(runId).logs, row] });
}

async function round(store: Store, runId: string, pause: Pause): Promise<void> {
	const agent = store.agentOf(store.run(runId));
	const { pendingMs, runningMs } = agent.behaviour;
	await pause(pendingMs);
	store.changeRun(runId, { status: 'running' });

	const calls = toolCalls(store, agent, store.run(runId));
	const functions = calls.map(({ name }) => name);
	const declared = `Declared ${functions.length} functions`;
	addLog(store, runId, 'declared_functions', declared, { functions });

	const step = draw(runningMs) / (calls.length + 1);
	for (const call of calls) {
		await pause(step);
		const result = call.error ?? `${call.title} answered.`;
		store.changeRun(runId, {
			messages: [
				...store.run(runId).messages,
				{ role: 'assistant', content: '', tool_calls: [{ name: call.name, arguments: call.args }] },
				{ role: 'tool', name: call.name, content: result },
			],
		});
		const data = { function: call.name, arguments: call.args, result };
		if (call.error === null) addLog(store, runId, 'tool_called', `Called ${call.name}`, data);
		else addLog(store, runId, 'tool_call_exception', call.error, data);
	}
	await pause(step);
	if (store.agentOf(store.run(runId)).behaviour.outcome === 'never') return;

	const run = store.run(runId);
	const error = failure(store, run);
	const end: Partial<Run> =
		error === null
			? { status: 'completed', agent_result: result(store, run) }
			: { status: 'failed', error };
	const last = { role: 'assistant', content: error ?? JSON.stringify(end.agent_result) };
	store.changeRun(runId, { ...end, messages: [...run.messages, last] });
}

interface ToolCall {
	name: string;
	title: string;
	args: JsonObject;
	error: string | null;
}

/** One call a tool of the agent; an agent without tools just thinks. */
function toolCalls(store: Store, agent: Agent, run: Run): ToolCall[] {
	const tools = store.toolsOf(agent);
	if (tools.length === 0) {
		return [{ name: 'think', title: 'Thinking', args: { about: agent.name }, error: null }];
	}
	return tools.map((tool) => ({
		name: `${tool.mcp_tool}.run`,
		title: tool.entry.title,
		args: run.variables,
		error: isConfigured(tool) ? null : `${tool.entry.title} is not configured.`,
	}));
}

/** Why a run is to fail: its goal says so (`fail: reason`) or a test does; `null`: it is not. */
function failure(store: Store, run: Run): string | null {
	const asked = /fail:\s*(.+)/.exec(fillPlaceholders(run.original_prompt, run.variables))?.[1];
	if (asked !== undefined) return asked;
	const { outcome, error } = store.agentOf(run).behaviour;
	if (outcome !== 'failed') return null;
	return error ?? 'The agent gave up: a tool kept answering errors.';
}

function withDefaults(schema: JsonObject | null, variables: JsonObject): JsonObject {
	const properties = isObject(schema?.properties) ? Object.entries(schema.properties) : [];
	const defaults = properties.flatMap(([name, property]) =>
		isObject(property) && property.default !== undefined ? [[name, property.default]] : [],
	);
	return { ...Object.fromEntries(defaults), ...variables };
}
