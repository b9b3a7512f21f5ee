// What the store keeps. Field names are the wire's where the wire has the field; records are changed
// in place.

export type JsonObject = Record<string, unknown>;

export type Scope =
	| 'workflows:read'
	| 'workflows:execute'
	| 'executions:read'
	| 'executions:cancel'
	| 'agents:read'
	| 'agents:execute'
	| 'threads:read'
	| 'threads:write'
	| 'triggers:read'
	| 'triggers:execute'
	| 'knowledge-bases:read'
	| 'knowledge-bases:query'
	| 'webhooks:read'
	| 'webhooks:write';

/** Whose a record is. Which of the two counts differs from route to route. */
export interface Owner {
	userId: string;
	workspaceId: string;
}

export interface ApiKey extends Owner {
	key: string;
	scopes: Scope[];
	perMinute: number;
	perDay: number;
	/** Length of the window `perMinute` counts in: 60,000, shorter in tests that wait for its end. */
	minuteMs: number;
	revoked: boolean;
	expired: boolean;
	active: boolean;
}

export type ExecutionStatus =
	'pending' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';

/** How an execution goes. */
export interface Course {
	/** `never`: it stays running. */
	outcome: 'completed' | 'failed' | 'cancelled' | 'paused' | 'never';
	pendingMs?: number;
	/** From running to the outcome. */
	durationMs?: number;
	outputs?: JsonObject;
	error?: string;
}

export interface WorkflowNode {
	type: string;
	name: string;
	config: JsonObject;
}

/** The record format is keyed by node id; the array format is the older one. */
export interface Definition {
	nodes?: Record<string, WorkflowNode> | WorkflowNode[];
}

export interface Workflow extends Owner {
	id: string;
	name: string;
	description: string | null;
	version: number;
	definition: Definition | null;
	created_at: string;
	updated_at: string;
	/** What the workflow does with its inputs. */
	perform: (inputs: JsonObject) => Course;
	/** Set by a test; goes before what `perform` says. */
	behaviour: Partial<Course>;
	/** What `input_schema` is to hold, where a test wants one. */
	inputSchema?: JsonObject;
}

export interface Execution {
	id: string;
	workflow_id: string;
	status: ExecutionStatus;
	/** As sent: a string here is the poison of the contract's finding 6. */
	inputs: unknown;
	outputs: JsonObject | null;
	error: string | null;
	started_at: string | null;
	completed_at: string | null;
	created_at: string;
}

export interface ToolCall {
	id: string;
	name: string;
	arguments: JsonObject;
}

export interface Message {
	id: string;
	role: 'user' | 'assistant' | 'system' | 'tool';
	content: string;
	tool_calls: ToolCall[] | null;
	created_at: string;
	/** The agent execution it came from. */
	executionId: string;
}

export interface Thread {
	id: string;
	agent_id: string;
	workspaceId: string;
	title: string | null;
	status: 'active' | 'archived';
	created_at: string;
	updated_at: string;
	last_message_at: string | null;
	messages: Message[];
}

/** How an agent answers a message. */
export interface Answer {
	/** Both `cancelled` and `never` leave the client waiting until its timeout. */
	outcome: 'completed' | 'failed' | 'cancelled' | 'never';
	durationMs?: number;
	content?: string;
	error?: string;
	/** A tool the agent used on its way, and what that gave it. */
	tool?: { name: string; arguments: JsonObject; result: string };
}

export interface AgentTool {
	id: string;
	name: string;
	description: string;
	type: 'workflow' | 'function' | 'knowledge_base' | 'agent' | 'mcp' | 'builtin';
}

export interface Memory {
	user_id: string;
	working_memory: string;
	metadata: JsonObject;
	created_at: string;
	updated_at: string;
}

export interface Agent extends Owner {
	id: string;
	name: string;
	description: string | null;
	model: string;
	provider: string;
	system_prompt: string;
	temperature: number;
	max_tokens: number;
	available_tools: AgentTool[];
	/** Only a `vector` memory embeds messages, so only that can be searched. */
	memory_config: { type: 'buffer' | 'vector'; max_messages: number };
	created_at: string;
	updated_at: string;
	/** By user id. */
	memories: Map<string, Memory>;
	/** A user has a memory in each thread; the route of one user shows but one of them. */
	ofOtherThreads: Memory[];
	/** What the agent says to the newest message of the conversation. */
	reply: (conversation: Message[]) => Answer;
	/** Set by a test; goes before what `reply` says. */
	behaviour: Partial<Answer>;
}

export interface Trigger {
	id: string;
	workflow_id: string;
	workspaceId: string;
	name: string;
	trigger_type: 'schedule' | 'webhook' | 'event' | 'manual';
	enabled: boolean;
	last_triggered_at: string | null;
	trigger_count: number;
	created_at: string;
	updated_at: string;
}

export interface Chunk {
	id: string;
	content: string;
	metadata: JsonObject;
}

export interface KnowledgeBase extends Owner {
	id: string;
	name: string;
	description: string | null;
	embedding_model: string;
	chunk_size: number;
	chunk_overlap: number;
	documents: Array<{ id: string; name: string; chunks: Chunk[] }>;
	created_at: string;
	updated_at: string;
}

export interface Webhook extends Owner {
	id: string;
	name: string;
	url: string;
	secret: string;
	events: string[];
	headers: Record<string, string> | string | null;
	is_active: boolean;
	created_at: string;
	updated_at: string;
}

export interface Delivery {
	/** A bigint of the database, hence a string on the wire. */
	id: string;
	webhookId: string;
	event_type: string;
	status: 'pending' | 'success' | 'failed' | 'retrying';
	attempts: number;
	response_status: number | null;
	error_message: string | null;
	created_at: string;
	last_attempt_at: string | null;
}
