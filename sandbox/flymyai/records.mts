// What the store keeps. Records are replaced, never changed in place, so that an array of them is a
// snapshot: a list being streamed does not see what changes meanwhile. Field names are the wire's
// where the wire has the field.

export type JsonObject = Record<string, unknown>;

/** A fixed number of milliseconds, or a range of which one is drawn. */
export type Duration = number | [min: number, max: number];

/** How the runs of an agent go; set by tests over the control routes. */
export interface Behaviour {
	pendingMs: Duration;
	runningMs: Duration;
	/** How long a compilation of its runs takes, and the replay of one. */
	compileMs: Duration;
	/** `never`: the run stays running. */
	outcome: 'completed' | 'failed' | 'never';
	error?: string;
	/** Takes the place of the worked out `agent_result`. */
	result?: unknown;
	/** Pads the JSON of a run's `messages` to this size. */
	messageBytes: number;
}

export type AgentStatus = 'draft' | 'active' | 'archived';

export interface Agent {
	/** The internal int a run calls `user_agent_task`. */
	id: number;
	uuid: string;
	name: string;
	user_prompt: string;
	/** Ids of tools. */
	available_tools: number[];
	available_custom_mcp_servers: number[];
	input_schema: JsonObject | null;
	input_description: string;
	output_schema: JsonObject | null;
	output_description: string;
	status: AgentStatus;
	created_at: string;
	updated_at: string;
	behaviour: Behaviour;
}

export type RunStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface RunLog {
	id: number;
	created_at: string;
	updated_at: string;
	type: string;
	message: string;
	data: JsonObject;
}

export interface Run {
	id: string;
	/** Creation in milliseconds since the epoch and a serial number: the order of the list. */
	order: [createdMs: number, serial: number];
	agentUuid: string;
	/** `false`: left out of the list. */
	visible: boolean;
	messageBytes: number;
	previous_execution: string | null;
	original_prompt: string;
	variables: JsonObject;
	created_at: string;
	updated_at: string;
	messages: JsonObject[];
	logs: RunLog[];
	status: RunStatus;
	run_seq: number;
	error: string | null;
	agent_result: unknown;
}

export interface ConfigurationStep {
	description: string;
	step_type: 'vars_from_user' | 'configuration' | 'oauth' | 'command';
	vars_from_user_schema?: JsonObject;
	configuration_schema?: JsonObject;
	execution_command?: string;
}

export interface CatalogEntry {
	name: string;
	type: 'oauth' | 'custom' | 'composio' | 'custom_class';
	title: string;
	description: string;
	detail: string;
	href: string;
	categories: string[];
	instruction?: string;
	custom_class?: string;
	github_link?: string;
	configuration_steps: ConfigurationStep[];
	/** Of the tools made from it; the catalog itself does not show them. */
	unsafe_methods: string[];
}

export interface Tool {
	id: number;
	/** Name of its catalog entry. */
	mcp_tool: string;
	entry: CatalogEntry;
	/** As given, secrets included. */
	user_config: JsonObject;
	/** How many of the catalog entry's steps are answered. */
	finishedSteps: number;
	/** The last answer to a configuration step, as text. */
	response: string;
	created_at: string;
	updated_at: string;
}

export type CompilationStatus =
	'pending' | 'compiling' | 'compiled' | 'running' | 'completed' | 'failed';

export interface Compilation {
	id: string;
	/** Id of the run it was made from. */
	execution: string;
	status: CompilationStatus;
	script_code: string;
	instruction_md: string;
	cron_schedule: string;
	timezone: string;
	result: unknown;
	error: string | null;
	created_at: string;
	updated_at: string;
}

export interface UploadedFile {
	name: string;
	type: string;
	content: Buffer;
}
