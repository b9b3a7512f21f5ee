import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import type { Chat } from '../../shared/chat';
import { isObject } from '../../shared/json';
import { Follower } from '../../shared/runs/follow';
import { settle } from '../../shared/settle';
import { approvalOutput } from '../output';
import type { Session } from '../session';
import { Approvals } from './approvals';
import type { RunOptions } from './fields';
import { messageLifecycle } from './lifecycle';
import type { MessageRun, SentMessage } from './message';
import { responseOf, Shown } from './response';
import { findingsSchema, Transcript, type Pending } from './transcript';

/** What a run puts out; what it waits for, why it failed and what else it reported come on top. */
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
 * @param chat is shown the answer as it comes
 * @returns what the run answered, as an output item
 * @throws PlatformError when it failed, did not end within Max Wait, or the execution was stopped
 */
export async function runMessage(
	message: SentMessage,
	session: Session,
	options: RunOptions,
	chat?: Chat,
): Promise<Answer> {
	const run: MessageRun = { transcript: new Transcript() };
	const shown = new Shown(chat);
	const approvals = new Approvals(session.api, message, run, options);
	const lifecycle = messageLifecycle(session, message, { approvals, shown });
	const runs = new Follower(lifecycle, session.ending, session.logger);
	const { nonStreaming = false } = options;
	const response = responseOf(message, run, { ...session, approvals, shown, nonStreaming });
	chat?.begin();
	const followed = await settle(
		async () =>
			await runs.start(response, {
				...options,
				onPause: approvals.areHandled ? 'return' : 'wait',
			}),
	);
	chat?.end();
	if ('error' in followed) throw followed.error;
	return answerOf(message, run, approvals, options);
}

function answerOf(
	message: SentMessage,
	{ transcript, left }: MessageRun,
	approvals: Approvals,
	{ includeEvents }: RunOptions,
): Answer {
	const { failure, ended } = transcript;
	// What Max Wait was too short for is left to the user, too.
	const waitsFor = left ?? (ended ? undefined : approvals.pending);
	const unfinished = waitsFor ? (`${waitsFor.kind}_required` as const) : ('running' as const);
	const finished = failure === undefined ? 'completed' : 'failed';
	return {
		text: transcript.text,
		...(transcript.result === undefined ? {} : { result: transcript.result }),
		status: ended && !left ? finished : unfinished,
		...(failure === undefined ? {} : { error: failure }),
		...(waitsFor ? { [waitsFor.kind]: pendingOutput(waitsFor) } : {}),
		agent_id: message.agentId,
		conversation_id: message.conversationId,
		message_id: message.messageId,
		call_id: transcript.callId ?? null,
		...transcript.findings,
		...(includeEvents ? { events: transcript.events } : {}),
	};
}

const pendingOutput = ({ kind, content }: Pending): IDataObject =>
	kind === 'approval' && isObject(content) ? approvalOutput(content) : (content as IDataObject);
