import { sleep, type IDataObject, type Logger } from 'n8n-workflow';
import { z } from 'zod';
import { TOOL_MAX_WAIT } from '../../shared/asTool';
import type { Chat } from '../../shared/chat';
import { hasStatus, PlatformError } from '../../shared/errors';
import type { Http } from '../../shared/http/http';
import type { HttpRequest, OpenAnswer } from '../../shared/http/request';
import { isObject } from '../../shared/json';
import { parseAnswer } from '../../shared/http/notNumbers';
import { take } from '../../shared/list';
import { type Ending } from '../../shared/operation';
import { settle, type Settled } from '../../shared/settle';
import { timerMs } from '../../shared/timer';
import type { AgentFlowApi } from '../api';
import { approvalOutput } from '../output';
import type { Approval } from '../schemas';
import { waitForAnswer } from './answer';
import { cancelRun } from './cancel';
import { collectedEvents, streamedEvents, textIn, type RunEvent } from './events';
import type { RunOptions } from './fields';
import { findingsSchema, Transcript, type Pending } from './transcript';

/** What starts a run and names it. */
export interface Exchange {
	/** For people, e.g. "message 12" or "tool call 12". */
	noun: string;
	agentId: string;
	conversationId: string;
	messageId: string;
	/** What the message says, where the conversation was begun for it. */
	begunWith?: string;
	/** The run's answer can be read in the conversation. */
	isMessage: boolean;
	/** Sends the request; its answer is a stream of events unless Non-Streaming is chosen. */
	open(timing: Pick<HttpRequest, 'timeoutMs' | 'silenceMs' | 'signal'>): Promise<OpenAnswer>;
}

/** What an exchange works with. */
export interface Surroundings {
	http: Http;
	api: AgentFlowApi;
	ending: Ending;
	logger: Logger;
	chat: Chat | undefined;
}

/** A stream that stays silent for longer is taken for cut: the conversation tells how it goes on. */
const SILENCE_MS = 120_000;
/** A run without end in Max Wait may still not keep one request open for longer than this. */
const LONGEST_REQUEST_MS = 24 * 3600_000;
/** How much later than Max Wait a request's own limit ends it, in milliseconds. */
const GRACE_MS = 5000;
/** How often pending approvals are looked at where no stream tells of them, in milliseconds. */
const LOOK_FOR_APPROVALS_MS = 2000;

/** What a run puts out; what it waits for, why it failed and what else it told come on top. */
export const answerSchema = z
	.object({
		text: z.string(),
		status: z.enum(['completed', 'failed', 'running', 'approval_required', 'question_required']),
		agent_id: z.string(),
		conversation_id: z.string(),
		message_id: z.string(),
		call_id: z.string().nullable(),
	})
	.merge(findingsSchema)
	.passthrough();

type Answer = z.infer<typeof answerSchema>;

/**
 * Sends what starts a run, and follows the run to its end as the user's options say.
 *
 * @returns what the run answered, as an output item
 * @throws PlatformError when it failed, is not over after Max Wait, or the execution was stopped
 */
export async function carryOut(
	exchange: Exchange,
	surroundings: Surroundings,
	options: RunOptions,
): Promise<Answer> {
	// A model waits for its tool, and not for long.
	const unlessSaid = surroundings.ending.asTool
		? { maxWait: TOOL_MAX_WAIT, onMaxWait: 'return' as const }
		: { maxWait: 3600 };
	return await new Carrier(exchange, surroundings, { ...unlessSaid, ...options }).run();
}

class Carrier {
	private readonly transcript = new Transcript();
	/** Max Wait is over, the execution was stopped, or another item has failed. */
	private readonly over = new AbortController();
	/** Approvals that this node has answered. */
	private readonly answered = new Set<string>();
	/** Approvals of the conversation that another run waited for before this one was begun. */
	private ofOthers: Settled<Approval[]> = { value: [] };
	/** What the chat has been shown. */
	private shown = '';

	constructor(
		private readonly exchange: Exchange,
		private readonly surroundings: Surroundings,
		private readonly options: RunOptions & { maxWait: number },
	) {}

	async run(): Promise<Answer> {
		const { ending, chat } = this.surroundings;
		const { maxWait } = this.options;
		const endings = [ending.abandon, ending.stop].filter((signal) => signal !== undefined);
		// What waited for its turn in the conversation may come too late.
		if (endings.some(({ aborted }) => aborted)) throw this.notSent();
		const done = new AbortController();
		const timeUp = () => this.over.abort();
		if (maxWait > 0) void sleep(timerMs(maxWait), done.signal).then(timeUp, () => undefined);
		for (const signal of endings) signal.addEventListener('abort', timeUp);
		chat?.begin();
		const outcome = await settle(async () => await this.follow());
		chat?.end();
		done.abort();
		for (const signal of endings) signal.removeEventListener('abort', timeUp);
		if (ending.stop?.aborted) throw await this.stopped();
		if ('error' in outcome) throw outcome.error;
		if (ending.abandon.aborted && !this.transcript.ended) throw this.leftAlone();
		return this.output(outcome.value);
	}

	private async follow(): Promise<Pending | undefined> {
		const { nonStreaming, onApproval = 'wait' } = this.options;
		const { isMessage, begunWith } = this.exchange;
		// A pending approval does not say which run of its conversation waits for it.
		const mayBeListed = onApproval !== 'wait' && (nonStreaming || isMessage);
		if (mayBeListed && begunWith === undefined) this.ofOthers = await this.pendingApprovals();
		const read = nonStreaming
			? await settle(async () => await this.readInOnePiece())
			: await settle(async () => await this.readStream());
		if (this.transcript.ended || this.isOver) return undefined;
		if ('value' in read && read.value) return read.value;
		const cause = 'error' in read ? read.error : undefined;
		if (isRefusal(cause)) throw cause;
		return await this.readConversation(cause);
	}

	private get isOver(): boolean {
		return this.over.signal.aborted;
	}

	/** The longest that one request may take: Max Wait itself ends the waiting before that. */
	private get limitMs(): number {
		const { maxWait } = this.options;
		return maxWait > 0 ? timerMs(maxWait) + GRACE_MS : LONGEST_REQUEST_MS;
	}

	/** @returns what the run waits for and this node does not answer */
	private async readStream(): Promise<Pending | undefined> {
		const { body } = await this.exchange.open({
			signal: this.over.signal,
			// A tool may wait for approval without a word, and no conversation tells of it after a cut.
			silenceMs: this.exchange.isMessage ? SILENCE_MS : this.limitMs,
		});
		for await (const event of streamedEvents(body, this.noteNulls)) {
			this.take(event);
			if (this.transcript.ended) return undefined;
			const unanswered = await this.answerPending();
			if (unanswered) return unanswered;
		}
		return undefined;
	}

	private async readInOnePiece(): Promise<Pending | undefined> {
		const { limitMs } = this;
		const enough = new AbortController();
		const signal = AbortSignal.any([this.over.signal, enough.signal]);
		const whole = this.exchange
			.open({ signal, timeoutMs: limitMs, silenceMs: limitMs })
			.then(async ({ body }) => ({ text: await textOf(body) }));
		const first = await Promise.race([
			whole,
			this.lookForApprovals(signal),
			aborted(this.over.signal),
		]).finally(() => enough.abort());
		// Where the run waits for approval, nobody reads its answer any more.
		whole.catch(() => undefined);
		if (first === undefined) return undefined;
		if ('kind' in first) return first;
		this.takeWhole(first.text);
		return undefined;
	}

	private readonly noteNulls = (nulled: string[]) =>
		this.surroundings.http.noteNulls(nulled, this.exchange.noun);

	private takeWhole(text: string): void {
		const parsed = parseAnswer(text);
		// Such as a proxy's own page: what became of the run is in its conversation.
		if (!parsed.ok) {
			throw new PlatformError(`Unexpected answer of AgentFlow: it is not JSON (${parsed.reason})`);
		}
		this.noteNulls(parsed.nulled);
		const answer: unknown = parsed.value;
		const events = collectedEvents(answer);
		if (events) {
			for (const event of events) this.take(event);
			return;
		}
		const hasResult = isObject(answer) && 'result' in answer;
		this.transcript.answerWith(textIn(answer) ?? (hasResult ? '' : text), answer);
		if (isObject(answer)) this.transcript.events.push(answer);
		this.show(this.transcript.text);
	}

	/** After a cut: no new message, only looks at what became of the one that was sent. */
	private async readConversation(cause: unknown): Promise<Pending | undefined> {
		const { api } = this.surroundings;
		if (!this.exchange.isMessage) throw this.lostSight(cause);
		let unanswered: Pending | undefined;
		const lookFirst = async () => {
			if ((this.options.onApproval ?? 'wait') !== 'wait') {
				await this.notePendingApprovals();
				unanswered = await this.answerPending();
			}
			return unanswered !== undefined;
		};
		const read = await settle(
			async () => await waitForAnswer(api, this.exchange, this.over.signal, lookFirst),
		);
		// Where the message itself got no answer, that says more than the lack of one here.
		if ('error' in read) throw this.unread(cause instanceof PlatformError ? cause : read.error);
		const text = read.value;
		if (text !== undefined) {
			this.transcript.answerWith(text);
			this.show(text.startsWith(this.shown) ? text.slice(this.shown.length) : `\n\n${text}`);
		}
		return unanswered;
	}

	private take(event: RunEvent): void {
		this.show(this.transcript.add(event));
	}

	private show(piece: string): void {
		this.shown += piece;
		if (piece) this.surroundings.chat?.text(piece);
	}

	/** Answers the approvals that the run waits for, where the user wants that. */
	private async answerPending(): Promise<Pending | undefined> {
		const { onApproval = 'wait', approvalReason } = this.options;
		if (onApproval === 'wait') return undefined;
		for (const pending of this.transcript.pending) {
			if (this.answered.has(pending.id)) continue;
			if (pending.kind === 'question' || onApproval === 'return') return pending;
			this.answered.add(pending.id);
			const status = onApproval === 'approve' ? 'approved' : 'denied';
			const responded = await settle(
				async () =>
					await this.surroundings.api.approvals.respond(pending.id, {
						status,
						reason: approvalReason || undefined,
					}),
			);
			// Somebody else was quicker, or it has expired: the run goes on by their answer.
			if ('error' in responded && !hasStatus(responded.error, 409)) {
				throw this.unattended(responded.error);
			}
		}
		return undefined;
	}

	/** Looks for the conversation's pending approvals until one is left to the user. */
	private async lookForApprovals(signal: AbortSignal): Promise<Pending> {
		const { onApproval = 'wait' } = this.options;
		for (;;) {
			const isAwake = await sleep(LOOK_FOR_APPROVALS_MS, signal).then(
				() => true,
				() => false,
			);
			if (!isAwake || onApproval === 'wait') return await new Promise<never>(() => undefined);
			await this.notePendingApprovals();
			const unanswered = await this.answerPending();
			if (unanswered) return unanswered;
		}
	}

	private async notePendingApprovals(): Promise<void> {
		const { ofOthers, transcript } = this;
		const listed = 'error' in ofOthers ? ofOthers : await this.pendingApprovals();
		if ('error' in listed) throw this.unattended(listed.error);
		const known = [...transcript.pending, ...('value' in ofOthers ? ofOthers.value : [])];
		for (const approval of listed.value) {
			if (known.some(({ id }) => id === approval.id)) continue;
			transcript.pending.push({ kind: 'approval', id: approval.id, content: approval });
		}
	}

	private async pendingApprovals(): Promise<Settled<Approval[]>> {
		const { conversationId } = this.exchange;
		return await settle(
			async () =>
				await take(
					this.surroundings.api.approvals.pending(),
					Infinity,
					({ conversation_id }) => conversation_id === conversationId,
				),
		);
	}

	private output(unanswered: Pending | undefined): Answer {
		const { transcript, exchange, options } = this;
		const { failure, ended } = transcript;
		if (failure !== undefined && options.onRunFailure !== 'return') throw this.failed(failure);
		if (!ended && !unanswered && options.onMaxWait !== 'return') throw this.stillGoing();
		// What Max Wait was too short for is left to the user, too.
		const left = unanswered ?? (ended ? undefined : this.waitsFor);
		const status: Answer['status'] = left
			? `${left.kind}_required`
			: failure !== undefined
				? 'failed'
				: ended
					? 'completed'
					: 'running';
		return {
			text: transcript.text,
			...(transcript.result === undefined ? {} : { result: transcript.result }),
			status,
			...(failure === undefined ? {} : { error: failure }),
			...(left ? { [left.kind]: pendingOutput(left) } : {}),
			agent_id: exchange.agentId,
			conversation_id: exchange.conversationId,
			message_id: exchange.messageId,
			call_id: transcript.callId ?? null,
			...transcript.findings,
			...(options.includeEvents ? { events: transcript.events } : {}),
		};
	}

	/** What nobody has answered yet. */
	private get waitsFor(): Pending | undefined {
		return this.transcript.pending.find(({ id }) => !this.answered.has(id));
	}

	private get runId(): string {
		return this.transcript.callId ?? this.exchange.messageId;
	}

	private failed(reason: string): PlatformError {
		return new PlatformError(`AgentFlow: the run of ${this.exchange.noun} failed: ${reason}`, {
			runId: this.runId,
			fix: `Look at the conversation ${this.exchange.conversationId} with Conversation: Get Timeline. To go on with such an item, set On Run Failure to 'Return the Run'.`,
		});
	}

	private stillGoing(): PlatformError {
		const { noun, conversationId } = this.exchange;
		const { waitsFor } = this;
		const why = waitsFor ? ` and waits for the answer to its ${waitsFor.kind}` : '';
		return new PlatformError(
			`The run of ${noun} is still going after ${this.options.maxWait} s${why}`,
			{
				runId: this.runId,
				fix: `It goes on, nothing is lost: its answer will be in the conversation ${conversationId}. Raise Max Wait, or set On Max Wait to 'Return What Is There'.`,
			},
		);
	}

	private lostSight(cause: unknown): PlatformError {
		const { noun, conversationId } = this.exchange;
		const reason = cause instanceof Error ? cause.message : 'its stream ended too early';
		return new PlatformError(`It is not known how ${noun} ended: ${reason}`, {
			...(cause instanceof PlatformError ? cause.details : {}),
			runId: this.runId,
			fix: `It may have been carried out, and was not repeated. Look at the conversation ${conversationId} with Conversation: Get Timeline.`,
		});
	}

	/** The conversation could not be read. */
	private unread(error: unknown): unknown {
		const { messageId, conversationId } = this.exchange;
		return this.inSight(
			error,
			`Message ${messageId} may have been answered all the same: look at the conversation ${conversationId} with Conversation: Get Messages.`,
		);
	}

	/** What the run waits for could not be looked up or answered. */
	private unattended(error: unknown): unknown {
		const { noun, conversationId } = this.exchange;
		return this.inSight(
			error,
			`The run of ${noun} in the conversation ${conversationId} goes on, and may wait for an approval.`,
		);
	}

	/** The error with what was sent, which must not get lost from sight. */
	private inSight(error: unknown, hint: string): unknown {
		if (!(error instanceof PlatformError) || error.details.runId) return error;
		return new PlatformError(error.message, {
			...error.details,
			runId: this.exchange.messageId,
			fix: `${error.details.fix ?? ''} ${hint}`.trim(),
		});
	}

	private notSent(): PlatformError {
		const why = this.surroundings.ending.stop?.aborted
			? 'the execution was stopped'
			: 'another item has failed';
		return new PlatformError(`The run of ${this.exchange.noun} was not begun: ${why}`);
	}

	private leftAlone(): PlatformError {
		return new PlatformError(`The run of ${this.exchange.noun} goes on by itself`, {
			runId: this.runId,
		});
	}

	private async stopped(): Promise<PlatformError> {
		const fate = this.transcript.ended ? 'it had ended' : await this.cancel();
		// The execution is over: the log is where this can still be read.
		this.surroundings.logger.info(
			`Execution stopped while the run of ${this.exchange.noun} was in flight: ${fate}`,
		);
		return new PlatformError(
			`The execution was stopped; the run of ${this.exchange.noun}: ${fate}`,
			{ runId: this.runId },
		);
	}

	private async cancel(): Promise<string> {
		if (this.options.cancelOnStop === false) return 'it may go on';
		const { agentId, conversationId, messageId } = this.exchange;
		const cancelled = await settle(
			async () =>
				await cancelRun(this.surroundings.http, {
					agent_id: agentId,
					call_id: this.transcript.callId,
					conversation_id: conversationId,
					message_id: messageId,
				}),
		);
		if ('error' in cancelled) {
			const { error } = cancelled;
			const reason = error instanceof Error ? error.message : String(error);
			return `cancelling it did not work (${reason}), so it may go on`;
		}
		return cancelled.value
			? 'it was cancelled'
			: 'it may go on, because this instance shows no clear way to cancel it';
	}
}

const pendingOutput = ({ kind, content }: Pending): IDataObject =>
	kind === 'approval' && isObject(content) ? approvalOutput(content) : (content as IDataObject);

/** Whether nothing can have come of a request; after any other fault of it the run may be going. */
function isRefusal(error: unknown): boolean {
	if (error === undefined) return false;
	// The connection's own errors have a code; one without is of this program.
	if (!(error instanceof PlatformError)) return !(isObject(error) && 'code' in error);
	const { status, unanswered } = error.details;
	return unanswered === 'never arrived' || (status !== undefined && status < 500);
}

/** Resolves when the signal aborts. */
async function aborted(signal: AbortSignal): Promise<undefined> {
	return await new Promise((resolve) => {
		if (signal.aborted) resolve(undefined);
		signal.addEventListener('abort', () => resolve(undefined));
	});
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of body) chunks.push(chunk);
	return Buffer.concat(chunks).toString('utf8');
}
