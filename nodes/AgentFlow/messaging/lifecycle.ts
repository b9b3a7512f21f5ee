import { PlatformError } from '../../shared/errors';
import type { Http } from '../../shared/http/http';
import type { RunLifecycle } from '../../shared/runs/lifecycle';
import type { AgentFlowApi } from '../api';
import { readAnswer } from './answer';
import type { Approvals } from './approvals';
import { cancelRun } from './cancel';
import { nounOf, type MessageRun, type SentMessage } from './message';
import type { Shown } from './response';

/** How the run of one message goes to its answer. Its conversation is polled, not the run itself. */
export function messageLifecycle(
	{ http, api }: { http: Http; api: AgentFlowApi },
	message: SentMessage,
	{ approvals, shown }: { approvals: Approvals; shown: Shown },
): RunLifecycle<MessageRun> {
	const noun = nounOf(message);
	const { agentId, conversationId, messageId } = message;
	const answer = readAnswer(api, message);
	return {
		noun,
		idOf: () => messageId,
		statusOf({ transcript }) {
			if (transcript.failure !== undefined) return 'failed';
			const { pending } = approvals;
			return pending ? `waiting for the answer to its ${pending.kind}` : 'running';
		},
		isTerminal: ({ transcript }) => transcript.ended,
		/** What is left to the user is AgentFlow's pause. */
		isPaused: ({ left }) => left !== undefined,
		failureOf: ({ transcript }) => transcript.failure,
		async get(_id, latest) {
			const run = latest as MessageRun;
			await approvals.lookAndAnswer();
			if (run.left) return run;
			const text = await answer();
			if (text !== undefined) {
				run.transcript.answerWith(text);
				shown.complete(text);
			}
			return run;
		},
		async cancel(_id, run) {
			const wasSent = await cancelRun(http, {
				agent_id: agentId,
				call_id: run?.transcript.callId,
				conversation_id: conversationId,
				message_id: messageId,
			});
			if (!wasSent) throw new PlatformError('this instance shows no clear way to cancel it');
		},
		seeWhatItDid: `Conversation: Get Timeline shows what it did in the conversation ${conversationId}.`,
		findLater: `Its answer will be in the conversation ${conversationId}: use Conversation: Get Messages.`,
	};
}
