import { isObject } from '../../shared/json';
import { parseAnswer } from '../../shared/http/notNumbers';
import { parseEvents } from '../../shared/http/sse';

/** One event of a run, in the newer form whichever form the server speaks (contract: Run). */
export interface RunEvent {
	/** In lower case. */
	type: string;
	callId?: string;
	/** Whether it is of the run itself and not of a tool or sub-agent in it. */
	ofRoot: boolean;
	content: unknown;
	metadata: Record<string, unknown>;
	/** As the server sent it. */
	raw: Record<string, unknown>;
}

const idIn = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

/** An event's object as an event; undefined where it is none. */
export function readEvent(raw: unknown): RunEvent | undefined {
	if (!isObject(raw) || typeof raw.type !== 'string') return undefined;
	const callId = idIn(raw.call_id);
	const rootCallId = idIn(raw.root_call_id);
	return {
		type: raw.type.toLowerCase(),
		callId,
		// Without ids on the event, whatever has no parent is the run itself.
		ofRoot: callId && rootCallId ? callId === rootCallId : !idIn(raw.parent_call_id),
		// Older servers have a delta's text in a field of its own.
		content: raw.content === '' ? (raw.delta ?? '') : (raw.content ?? raw.delta),
		metadata: isObject(raw.metadata) ? raw.metadata : {},
		raw,
	};
}

/**
 * The events of a stream as they arrive; a closing `[DONE]`, and what is no event, is passed over.
 *
 * @param noteNulls receives the fields that are null instead of NaN or Infinity
 */
export async function* streamedEvents(
	body: AsyncIterable<Buffer>,
	noteNulls: (nulled: string[]) => void,
): AsyncGenerator<RunEvent> {
	for await (const { data } of parseEvents(body)) {
		const parsed = parseAnswer(data);
		if (parsed.ok) noteNulls(parsed.nulled);
		const event = parsed.ok ? readEvent(parsed.value) : undefined;
		if (event) yield event;
	}
}

/** The events of an answer that came in one piece: a list of them, or an object around it. */
export function collectedEvents(answer: unknown): RunEvent[] | undefined {
	const list = isObject(answer) ? answer.events : answer;
	return Array.isArray(list) ? list.flatMap((raw) => readEvent(raw) ?? []) : undefined;
}

/** Under which names a text may stand in an answer or at a run's end (contract: Run). */
const TEXT_NAMES = ['text', 'content', 'response', 'message', 'result'];

/** The text of an answer or of a run's end; undefined where it has none. */
export function textIn(answer: unknown): string | undefined {
	if (typeof answer === 'string') return answer;
	if (!isObject(answer)) return undefined;
	return TEXT_NAMES.map((name) => answer[name]).find(
		(value): value is string => typeof value === 'string',
	);
}
