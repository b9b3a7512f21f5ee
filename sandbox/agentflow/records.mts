// What the store keeps. Field names are the wire's where the wire has the field.

export type JsonObject = Record<string, unknown>;

export interface LlmConfig {
	model: string;
	temperature: number;
	max_tokens: number;
}

export interface Tool {
	id: string;
	name: string;
	description: string;
	/** JSON Schema of the arguments. */
	parameters: JsonObject;
	tags: string[];
	group: string | null;
	requireApproval: boolean;
	/** Seconds an approval of a call may take. */
	approvalTimeout: number;
}

export interface QuestionItem {
	id: string;
	question: string;
	options?: string[];
}

/** How the runs of an agent go; tests change it over the control routes. */
export interface Behaviour {
	/** Work before the answer begins, in milliseconds. */
	durationMs: number;
	/** Between two deltas, in milliseconds. */
	deltaDelayMs: number;
	/** Into how many pieces the answer is cut. */
	deltas: number;
	/** Takes the place of the worked out answer. */
	answer: string | null;
	/** Calls this tool, whatever the message says. */
	tool: string | null;
	/** Asks this before it answers, and waits. */
	question: QuestionItem[] | null;
	/** Makes an artifact of this type. */
	artifact: string | null;
	/** Leaves a background task that lasts so long. */
	backgroundTaskMs: number | null;
	/** Fails after so many deltas. */
	errorAfter: number | null;
	/** How the final event carries the answer. */
	end: 'result' | 'text' | 'string' | 'empty';
}

export interface Agent {
	id: string;
	name: string;
	description: string;
	system_prompt: string;
	llm_config: LlmConfig;
	enable_planning: boolean;
	enable_reflection: boolean;
	enable_retrieval: boolean;
	max_turns: number;
	tools: Tool[];
	/** Ids of agents. */
	subAgents: string[];
	created_at: string;
	updated_at: string;
	behaviour: Behaviour;
}

export interface Message {
	id: string;
	conversation_id: string;
	role: 'user' | 'assistant';
	content: string;
	timestamp: string;
	metadata: JsonObject;
}

export interface Conversation {
	id: string;
	agent_id: string;
	title: string | null;
	created_at: string;
	updated_at: string;
	is_active: boolean;
	metadata: JsonObject;
	userId: string;
	source: string | null;
	sourceRefId: string | null;
	messages: Message[];
	/** The `seq` of its latest event. */
	seq: number;
}

export interface Question {
	id: string;
	conversation_id: string;
	items: QuestionItem[];
	answers: JsonObject | null;
	/** Lets the run go on. */
	answered: (answers: JsonObject) => void;
}

export interface Artifact {
	id: string;
	conversation_id: string;
	artifact_type: string;
	content: string;
	state: JsonObject;
	created_at: string;
	updated_at: string;
}

export interface BackgroundTask {
	id: string;
	conversation_id: string;
	call_id: string;
	status: 'running' | 'completed' | 'cancelled';
	created_at: string;
	updated_at: string;
	stop: AbortController;
}

export interface Attachment {
	id: string;
	filename: string;
	content_type: string;
	content: Buffer;
	created_at: string;
}

export interface KnowledgeDocument {
	id: string;
	source_file: string;
	text: string;
}

export interface KnowledgeBase {
	id: string;
	name: string;
	description: string;
	tags: string[];
	status: 'processing' | 'ready';
	source_type: 'files' | 'website';
	configuration: {
		chunk_size: number;
		overlap_percentage: number;
		chunking_strategy: string;
		vector_db_type: string;
	};
	documents: KnowledgeDocument[];
	created_at: string;
	updated_at: string;
}

export interface PromptBlock {
	name: string;
	description: string;
	message: 'system' | 'user';
	type: 'static' | 'dynamic';
	mode: 'cached' | 'real_time';
	scope: 'conversation' | 'turn';
	tags: string[];
	order: number;
	/** Seconds. */
	ttl: number | null;
	/** Names of agents. */
	agents: string[];
	enabled: boolean;
	body: string;
}

export type BlockType = 'core' | 'archival';
export type MemoryScope = 'user' | 'agent';

export interface MemoryBlock {
	id: string;
	block_type: BlockType;
	content: string;
	scope: MemoryScope;
	agent_id: string | null;
	created_at: string;
	/** Without a zone, with microseconds. */
	updated_at: string;
}
