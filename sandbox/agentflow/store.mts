import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Approval } from './approval.mts';
import { Tokens } from './auth.mts';
import type { Batch } from './batch.mts';
import { ApiError, found } from './errors.mts';
import type {
	Agent,
	Artifact,
	Attachment,
	BackgroundTask,
	Conversation,
	KnowledgeBase,
	MemoryBlock,
	Message,
	PromptBlock,
	Question,
} from './records.mts';
import type { Run } from './run.mts';
import { initialSettings } from './settings.mts';

/** Everything the stand-in remembers. */
export class Store {
	readonly tokens = new Tokens();
	readonly agents = new Map<string, Agent>();
	readonly conversations = new Map<string, Conversation>();
	/** By call id. */
	readonly runs = new Map<string, Run>();
	readonly approvals = new Map<string, Approval>();
	readonly questions = new Map<string, Question>();
	readonly artifacts = new Map<string, Artifact>();
	readonly tasks = new Map<string, BackgroundTask>();
	readonly attachments = new Map<string, Attachment>();
	readonly batches = new Map<string, Batch>();
	readonly knowledgeBases = new Map<string, KnowledgeBase>();
	/** By name. */
	readonly promptBlocks = new Map<string, PromptBlock>();
	/** By what it is and whose. */
	readonly memory = new Map<string, MemoryBlock>();
	settings = initialSettings();

	/** Ends when everything is forgotten. */
	#lifetime = new AbortController();

	clear(): void {
		for (const run of this.runs.values()) run.stop.abort();
		this.#lifetime.abort();
		this.#lifetime = new AbortController();
		for (const records of Object.values(this)) if (records instanceof Map) records.clear();
		this.settings = initialSettings();
	}

	/** Waits; rejects when `signal` aborts or the store is cleared. */
	async pause(ms: number, signal?: AbortSignal): Promise<void> {
		const lifetime = this.#lifetime.signal;
		await sleep(ms, undefined, {
			signal: signal ? AbortSignal.any([signal, lifetime]) : lifetime,
			// A pending delay must not keep a closed sandbox alive.
			ref: false,
		});
	}

	/** Does `work` in the background until it ends, `signal` aborts or the store is cleared. */
	inBackground(work: () => Promise<void>, signal?: AbortSignal): void {
		const lifetime = this.#lifetime.signal;
		void work().catch((error: unknown) => {
			if (!lifetime.aborted && !signal?.aborted) throw error;
		});
	}

	agent(id: string): Agent {
		return found(this.agents.get(id), 'Agent');
	}

	conversation(id: string): Conversation {
		return found(this.conversations.get(id), 'Conversation');
	}

	addMessage(
		conversation: Conversation,
		message: Pick<Message, 'role' | 'content'> & Partial<Message>,
	): Message {
		const now = new Date().toISOString();
		const added: Message = {
			id: newId('msg'),
			conversation_id: conversation.id,
			timestamp: now,
			metadata: {},
			...message,
		};
		conversation.messages.push(added);
		conversation.updated_at = now;
		return added;
	}

	hasActiveGeneration(conversation: Conversation): boolean {
		return [...this.runs.values()].some(
			(run) => run.conversation.id === conversation.id && run.status === 'running',
		);
	}

	/** Throws a 403 for a model that the tenant does not allow. */
	checkModel(model: string | null | undefined): void {
		if (model && !MODELS.some(({ id }) => id === model)) {
			throw new ApiError(403, `Model ${model} is not allowed for this tenant`);
		}
	}
}

export function newId(prefix: string): string {
	return `${prefix}_${randomBytes(8).toString('hex')}`;
}

const capabilities = {
	contextWindow: 128_000,
	supportsVision: false,
	supportsStreaming: true,
	supportsTools: true,
	supportsReasoning: false,
};

/** The models this tenant may use. */
export const MODELS = [
	{
		id: 'openai/gpt-sandbox',
		name: 'GPT Sandbox',
		provider: 'openai',
		description: 'No model at all: plain rules on this computer',
		capabilities,
		supportedReasoningEfforts: [],
	},
	{
		id: 'anthropic/claude-sandbox',
		name: 'Claude Sandbox',
		provider: 'anthropic',
		description: 'The same rules under another name',
		capabilities: { ...capabilities, supportsReasoning: true },
		supportedReasoningEfforts: ['low', 'medium', 'high'],
	},
];

export const DEFAULT_MODEL = MODELS[0].id;
