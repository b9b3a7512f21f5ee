import { EventEmitter, once } from 'node:events';
import type { Conversation, JsonObject, Message } from './records.mts';
import { newId } from './store.mts';

/** One event of a stream, with the contract's names. */
export interface AgentEvent {
	type: string;
	call_id: string;
	parent_call_id: string | null;
	root_call_id: string;
	content: unknown;
	timestamp: string;
	seq: number;
	metadata: JsonObject | null;
}

/** What has a call id of its own: an agent, a sub-agent or a tool at work. */
export interface Unit {
	callId: string;
	parentCallId: string | null;
	name: string;
	role: 'agent' | 'sub_agent' | 'tool';
}

const OF_NESTED_UNITS = new Set(['start', 'delta', 'end']);

/** Work that was started by one user action, and all of its events. */
export class Run {
	readonly runId = newId('run');
	readonly root: Unit;
	readonly conversation: Conversation;
	readonly messageId: string;
	/** Only calls with one: the key that keeps a second such call out while this one runs. */
	readonly idempotencyKey: string | null;
	readonly events: AgentEvent[] = [];
	/** Aborts when the run is cancelled. */
	readonly stop = new AbortController();
	status: 'running' | 'completed' | 'failed' | 'cancelled' = 'running';
	/** The answer, once there is one. */
	text = '';
	/** The answer in the conversation, whole or in the making. */
	message: Message | null = null;
	error: string | null = null;
	/** How often the user action was sent. */
	requests = 1;
	readonly #changes = new EventEmitter().setMaxListeners(0);

	constructor(start: {
		root: Unit;
		conversation: Conversation;
		messageId: string;
		idempotencyKey?: string | null;
	}) {
		this.root = start.root;
		this.conversation = start.conversation;
		this.messageId = start.messageId;
		this.idempotencyKey = start.idempotencyKey ?? null;
	}

	/** `seq` grows within the conversation. */
	emit(unit: Unit, type: string, content: unknown, metadata: JsonObject | null = null): void {
		this.conversation.seq += 1;
		this.events.push({
			type,
			call_id: unit.callId,
			parent_call_id: unit.parentCallId,
			root_call_id: this.root.callId,
			content,
			timestamp: new Date().toISOString(),
			seq: this.conversation.seq,
			metadata,
		});
		this.#changes.emit('change');
	}

	end(status: 'completed' | 'failed' | 'cancelled'): void {
		this.status = status;
		this.#changes.emit('change');
	}

	/** All events from the first on, as they come; those of nested units only when `verbose`. */
	async *follow(verbose: boolean): AsyncGenerator<AgentEvent> {
		for (let next = 0; ; next += 1) {
			while (next >= this.events.length) {
				if (this.status !== 'running') return;
				await once(this.#changes, 'change');
			}
			const event = this.events[next];
			const nested = event.call_id !== this.root.callId && OF_NESTED_UNITS.has(event.type);
			if (verbose || !nested) yield event;
		}
	}
}

export function newUnit(role: Unit['role'], name: string, parent?: Unit, callId?: string): Unit {
	return { callId: callId ?? newId('call'), parentCallId: parent?.callId ?? null, name, role };
}
