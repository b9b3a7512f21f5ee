import type { Chat } from '../../shared/chat';
import { PlatformError } from '../../shared/errors';
import { readAll } from '../../shared/http/bodies';
import type { Http } from '../../shared/http/http';
import { parseAnswer } from '../../shared/http/notNumbers';
import { isObject } from '../../shared/json';
import type { LiveStart } from '../../shared/runs/lifecycle';
import type { Approvals } from './approvals';
import { collectedEvents, streamedEvents, textIn } from './events';
import { nounOf, type MessageRun, type SentMessage } from './message';

/** A stream that stays silent for longer is taken for cut: the conversation is polled then. */
const SILENCE_MS = 120_000;

/** What a chat has been shown of a run's answer. */
export class Shown {
	private text = '';

	constructor(private readonly chat: Chat | undefined) {}

	add(piece: string): void {
		this.text += piece;
		if (piece) this.chat?.text(piece);
	}

	/** Shows what is new in the whole answer. */
	complete(answer: string): void {
		this.add(answer.startsWith(this.text) ? answer.slice(this.text.length) : `\n\n${answer}`);
	}
}

/** What reading a response takes. */
interface ResponseReader {
	http: Http;
	approvals: Approvals;
	shown: Shown;
	nonStreaming: boolean;
}

/** How a message is sent, and how its response brings the news of its run (contract: Run). */
export function responseOf(
	message: SentMessage,
	run: MessageRun,
	{ http, approvals, shown, nonStreaming }: ResponseReader,
): LiveStart<MessageRun> {
	const { tool } = message;
	const { transcript } = run;
	const noteNulls = (nulled: string[]) =>
		http.noteNulls(nulled, `${nounOf(message)} ${message.messageId}`);

	async function* streamed(over: AbortSignal, limitMs: number): AsyncGenerator<MessageRun> {
		const { body } = await message.open({
			signal: over,
			// A tool may wait for approval in silence, and no conversation reports on it after a cut.
			silenceMs: tool === undefined ? SILENCE_MS : limitMs,
		});
		for await (const event of streamedEvents(body, noteNulls)) {
			shown.add(transcript.add(event));
			if (!transcript.ended) await approvals.answer();
			yield run;
		}
	}

	async function* inOnePiece(over: AbortSignal, limitMs: number): AsyncGenerator<MessageRun> {
		const enough = new AbortController();
		const signal = AbortSignal.any([over, enough.signal]);
		const whole = message
			.open({ signal, timeoutMs: limitMs, silenceMs: limitMs })
			.then(async ({ body }) => await readAll(body));
		// Where an approval is left to the user, nobody reads the response any more.
		whole.catch(() => undefined);
		const first = await Promise.race([whole, approvals.untilLeft(signal)]).finally(() =>
			enough.abort(),
		);
		if (first !== 'left') {
			if ('error' in first) throw first.error;
			takeWhole(first.value.toString('utf8'));
		}
		yield run;
	}

	function takeWhole(text: string): void {
		const parsed = parseAnswer(text);
		// Such as a proxy's own page: what became of the run is in its conversation.
		if (!parsed.ok) {
			throw new PlatformError(`Unexpected answer of AgentFlow: it is not JSON (${parsed.reason})`);
		}
		noteNulls(parsed.nulled);
		const answer: unknown = parsed.value;
		const events = collectedEvents(answer);
		if (events) {
			for (const event of events) shown.add(transcript.add(event));
			return;
		}
		const hasResult = isObject(answer) && 'result' in answer;
		transcript.answerWith(textIn(answer) ?? (hasResult ? '' : text), answer);
		if (isObject(answer)) transcript.events.push(answer);
		shown.add(transcript.text);
	}

	return {
		run,
		async *open(over, limitMs) {
			const listsApprovals = nonStreaming || tool === undefined;
			if (listsApprovals) await approvals.beforeStart();
			yield* nonStreaming ? inOnePiece(over, limitMs) : streamed(over, limitMs);
		},
		afterCut(cause) {
			if (isRefusal(cause)) throw cause;
			if (tool === undefined) return run;
			const { messageId } = message;
			const reason = cause instanceof Error ? cause.message : 'its stream ended too early';
			throw new PlatformError(
				`It is not known how tool call ${messageId} of '${tool}' ended: ${reason}`,
				{
					...(cause instanceof PlatformError ? cause.details : {}),
					runId: transcript.callId ?? messageId,
					fix: `The tool may have run, and was not called again. Look at the conversation ${message.conversationId} with Conversation: Get Timeline.`,
				},
			);
		},
	};
}

/** Whether there can be no run after this fault of the request, or no use in polling one. */
function isRefusal(error: unknown): boolean {
	if (error === undefined) return false;
	// The connection's own errors have a code; one without is of this program.
	if (!(error instanceof PlatformError)) return !(isObject(error) && 'code' in error);
	const { status, unanswered } = error.details;
	return unanswered === 'never arrived' || (status !== undefined && status < 500);
}
