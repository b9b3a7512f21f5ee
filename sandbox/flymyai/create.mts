// New records: what is given, and the defaults of the rest.
import { randomUUID } from 'node:crypto';
import { catalogEntry } from './catalog.mts';
import type { Agent, Behaviour, Compilation, Run, Tool } from './records.mts';
import { formatTime } from './store.mts';
import type { Store } from './store.mts';

const DEFAULT_BEHAVIOUR: Behaviour = {
	pendingMs: [200, 600],
	runningMs: [2000, 6000],
	compileMs: 1000,
	outcome: 'completed',
	messageBytes: 0,
};

type NewAgent = Pick<Agent, 'name' | 'user_prompt'> & Partial<Omit<Agent, 'id' | 'behaviour'>>;

/** Adds an agent; `behaviour` names what differs from the default. */
export function addAgent(store: Store, given: NewAgent, behaviour?: Partial<Behaviour>): Agent {
	const now = store.timestamp();
	const agent: Agent = {
		id: store.nextSerial(),
		uuid: randomUUID(),
		available_tools: [],
		available_custom_mcp_servers: [],
		input_schema: null,
		input_description: '',
		output_schema: null,
		output_description: '',
		status: 'active',
		created_at: now,
		updated_at: now,
		...given,
		behaviour: { ...DEFAULT_BEHAVIOUR, ...behaviour },
	};
	store.agents.set(agent.uuid, agent);
	return agent;
}

type NewRun = Partial<Omit<Run, 'order' | 'agentUuid'>>;

/** Adds a run, by default a pending one; nothing makes it go on. `createdMs`: since the epoch. */
export function addRun(store: Store, agent: Agent, createdMs: number, given: NewRun): Run {
	const time = formatTime(createdMs);
	const run: Run = {
		id: store.newRunId(),
		order: [createdMs, store.nextSerial()],
		agentUuid: agent.uuid,
		visible: true,
		messageBytes: agent.behaviour.messageBytes,
		previous_execution: null,
		original_prompt: agent.user_prompt,
		variables: {},
		created_at: time,
		updated_at: time,
		messages: [],
		logs: [],
		status: 'pending',
		run_seq: 1,
		error: null,
		agent_result: null,
		...given,
	};
	store.runs.set(run.id, run);
	return run;
}

/** Adds a tool of the catalog; one without configuration steps is ready at once. */
export function addTool(store: Store, given: Pick<Tool, 'mcp_tool'> & Partial<Tool>): Tool {
	const now = store.timestamp();
	const tool: Tool = {
		id: store.nextSerial(),
		entry: catalogEntry(given.mcp_tool),
		user_config: {},
		finishedSteps: 0,
		response: '',
		created_at: now,
		updated_at: now,
		...given,
	};
	store.tools.set(tool.id, tool);
	return tool;
}

export function addCompilation(store: Store, run: Run): Compilation {
	const now = store.timestamp();
	const compilation: Compilation = {
		id: store.newCompilationId(),
		execution: run.id,
		status: 'pending',
		script_code: '',
		instruction_md: '',
		cron_schedule: '',
		timezone: 'UTC',
		result: null,
		error: null,
		created_at: now,
		updated_at: now,
	};
	store.compilations.set(compilation.id, compilation);
	return compilation;
}
