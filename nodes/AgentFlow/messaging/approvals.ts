import { hasStatus, PlatformError } from '../../shared/errors';
import { take } from '../../shared/list';
import { settle, type Settled } from '../../shared/settle';
import type { AgentFlowApi } from '../api';
import type { Approval } from '../schemas';
import type { RunOptions } from './fields';
import { nounOf, type MessageRun, type SentMessage } from './message';
import type { Pending } from './transcript';
import { sleep } from '../../shared/timer';

/** How often pending approvals are polled where no stream reports them, in milliseconds. */
const POLL_MS = 2000;

/** The approvals and questions of one run, answered as the user's options say. */
export class Approvals {
	/** Those that this node has answered. */
	private readonly answered = new Set<string>();
	/** Those that other runs of the conversation waited for before this one was started. */
	private ofOthers: Settled<Approval[]> = { value: [] };

	constructor(
		private readonly api: AgentFlowApi,
		private readonly message: SentMessage,
		private readonly run: MessageRun,
		private readonly options: RunOptions,
	) {}

	/** Whether this node has anything to do with approvals, by answering or by returning them. */
	get areHandled(): boolean {
		return (this.options.onApproval ?? 'wait') !== 'wait';
	}

	/** What nobody has answered yet. */
	get pending(): Pending | undefined {
		return this.run.transcript.pending.find(({ id }) => !this.answered.has(id));
	}

	/**
	 * Takes down what is pending before the run is started. A pending approval does not say which run
	 * of its conversation waits for it.
	 */
	async beforeStart(): Promise<void> {
		if (this.areHandled && this.message.begunWith === undefined) {
			this.ofOthers = await this.listed();
		}
	}

	/**
	 * Answers what the run is known to wait for. What it leaves to the user is in the run then.
	 *
	 * @throws PlatformError when AgentFlow does not take the answer
	 */
	async answer(): Promise<void> {
		if (!this.areHandled) return;
		const { onApproval, approvalReason } = this.options;
		for (const pending of this.run.transcript.pending) {
			if (this.answered.has(pending.id)) continue;
			if (pending.kind === 'question' || onApproval === 'return') {
				this.run.left = pending;
				return;
			}
			this.answered.add(pending.id);
			const status = onApproval === 'approve' ? 'approved' : 'denied';
			const reason = approvalReason || undefined;
			const responded = await settle(
				async () => await this.api.approvals.respond(pending.id, { status, reason }),
			);
			// Somebody else was quicker, or it has expired: the run continues by their answer.
			if ('error' in responded && !hasStatus(responded.error, 409)) {
				throw this.mayWait(responded.error);
			}
		}
	}

	/** Looks for what the run waits for where no stream has reported it, and answers that. */
	async lookAndAnswer(): Promise<void> {
		if (!this.areHandled) return;
		const { ofOthers, run } = this;
		const listed = 'error' in ofOthers ? ofOthers : await this.listed();
		if ('error' in listed) throw this.mayWait(listed.error);
		const known = [...run.transcript.pending, ...('value' in ofOthers ? ofOthers.value : [])];
		for (const approval of listed.value) {
			if (known.some(({ id }) => id === approval.id)) continue;
			run.transcript.pending.push({ kind: 'approval', id: approval.id, content: approval });
		}
		await this.answer();
	}

	/** Does so again and again, until something is left to the user or nobody waits any longer. */
	async untilLeft(over: AbortSignal): Promise<'left'> {
		for (;;) {
			const slept = await settle(async () => await sleep(POLL_MS, over));
			if ('error' in slept || !this.areHandled) return await new Promise<never>(() => undefined);
			await this.lookAndAnswer();
			if (this.run.left) return 'left';
		}
	}

	private async listed(): Promise<Settled<Approval[]>> {
		const { conversationId } = this.message;
		const isOfConversation = (approval: Approval) => approval.conversation_id === conversationId;
		return await settle(
			async () => await take(this.api.approvals.pending(), Infinity, isOfConversation),
		);
	}

	/** The error, naming the run: it may wait for an approval that could not be found or answered. */
	private mayWait(error: unknown): unknown {
		if (!(error instanceof PlatformError)) return error;
		const noun = nounOf(this.message);
		const { messageId, conversationId } = this.message;
		return error.with({
			runId: messageId,
			fix: `${error.details.fix ?? ''} The run of ${noun} ${messageId} in the conversation ${conversationId} continues, and may wait for an approval.`,
		});
	}
}
