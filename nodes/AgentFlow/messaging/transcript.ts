import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { isObject } from '../../shared/json';
import { textIn, type RunEvent } from './events';

/** A tool's call, or a sub-agent's, inside of a run. */
const nestedCallSchema = z.object({
	call_id: z.string(),
	name: z.string().nullable(),
	role: z.string().nullable(),
	input: z.unknown(),
	result: z.unknown(),
});

type NestedCall = z.infer<typeof nestedCallSchema>;

/** Background tasks come on top where the run has left some. */
export const findingsSchema = z.object({
	tool_calls: z.array(nestedCallSchema),
	sub_agent_calls: z.array(nestedCallSchema),
	artifact_ids: z.array(z.string()),
});

/** What somebody has to answer before a run goes on. */
export interface Pending {
	kind: 'approval' | 'question';
	/** Empty where the event names none. */
	id: string;
	content: unknown;
}

/** What the events of a run have said so far. */
export class Transcript {
	/** Of the run itself. */
	callId: string | undefined;
	/** Approvals and questions that nobody has answered yet, oldest first. */
	readonly pending: Pending[] = [];
	/** The end of the run itself has come. */
	ended = false;
	/** Why the run failed, in the platform's words. */
	failure: string | undefined;
	readonly events: Array<Record<string, unknown>> = [];
	private deltas = '';
	private finalText: string | undefined;
	private finalContent: unknown;
	private finalMetadata: Record<string, unknown> = {};
	private readonly calls = new Map<string, NestedCall>();
	private readonly artifactIds = new Set<string>();

	/** @returns the piece of the answer's text that the event brings, or '' */
	add(event: RunEvent): string {
		this.events.push(event.raw);
		if (event.ofRoot && event.callId) this.callId = event.callId;
		this.callId ??= typeof event.raw.root_call_id === 'string' ? event.raw.root_call_id : undefined;
		this.noteArtifact(event);
		this.notePending(event);
		if (event.ofRoot) return this.addOfRoot(event);
		this.addNested(event);
		return '';
	}

	/** An answer that was not told by events, such as the conversation's message. */
	answerWith(text: string, content?: unknown): void {
		this.finalText = text;
		this.finalContent = content;
		this.ended = true;
	}

	/** The run's answer as far as it is known. */
	get text(): string {
		return this.finalText || this.deltas;
	}

	/** What the run's end holds beside its text: `result` where that is no text. */
	get result(): unknown {
		if (!isObject(this.finalContent)) return undefined;
		const { result } = this.finalContent;
		return typeof result === 'string' ? undefined : result;
	}

	/** What was called on the way, and what came of the run beside its text. */
	get findings(): z.infer<typeof findingsSchema> {
		const nested = [...this.calls.values()];
		const isTool = ({ role }: NestedCall) => role === 'tool';
		const tasks = this.finalMetadata.background_tasks;
		return {
			tool_calls: nested.filter(isTool),
			sub_agent_calls: nested.filter((call) => !isTool(call)),
			artifact_ids: [...this.artifactIds],
			...(tasks === undefined ? {} : { background_tasks: tasks as IDataObject[] }),
		};
	}

	private addOfRoot({ type, content, metadata }: RunEvent): string {
		if (type === 'delta' && typeof content === 'string') {
			this.deltas += content;
			return content;
		}
		if (type === 'end') {
			this.ended = true;
			this.finalContent = content;
			this.finalText = textIn(content);
			this.finalMetadata = metadata;
			// Where no delta came before it, the end is all that there is to show.
			return this.deltas === '' ? this.text : '';
		}
		if (type === 'error') {
			this.ended = true;
			this.failure = reasonIn(content);
		}
		return '';
	}

	private addNested({ type, callId, content }: RunEvent): void {
		if (!callId) return;
		const call = this.calls.get(callId);
		if (type === 'start' && !call) {
			const { name = null, role = null, input = null } = isObject(content) ? content : {};
			this.calls.set(callId, {
				call_id: callId,
				name: typeof name === 'string' ? name : null,
				role: typeof role === 'string' ? role : null,
				input,
				result: null,
			});
		}
		if (type === 'end' && call) {
			call.result = isObject(content) && 'result' in content ? content.result : (content ?? null);
		}
		if (type === 'error' && call) call.result = { error: reasonIn(content) };
	}

	private noteArtifact({ type, content, raw, metadata }: RunEvent): void {
		if (!type.startsWith('artifact')) return;
		for (const place of [content, raw, metadata]) {
			if (isObject(place) && typeof place.artifact_id === 'string') {
				this.artifactIds.add(place.artifact_id);
			}
		}
	}

	private notePending({ type, content }: RunEvent): void {
		const [, kind, what] = /^(approval|question)_(\w+)$/.exec(type) ?? [];
		if (kind !== 'approval' && kind !== 'question') return;
		const { id } = isObject(content) ? content : {};
		const name = typeof id === 'string' || typeof id === 'number' ? String(id) : '';
		const known = this.pending.findIndex((one) => one.kind === kind && one.id === name);
		if (what === 'required' && known < 0) this.pending.push({ kind, id: name, content });
		if (what !== 'required' && known >= 0) this.pending.splice(known, 1);
	}
}

/** What an `error` event says. */
export function reasonIn(content: unknown): string {
	if (isObject(content)) {
		const said = content.message ?? content.detail ?? content.error;
		if (typeof said === 'string') return said;
	}
	return textIn(content) ?? JSON.stringify(content) ?? 'AgentFlow gives no reason';
}
