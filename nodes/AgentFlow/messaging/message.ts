import type { HttpRequest, OpenAnswer } from '../../shared/http/request';
import type { Pending, Transcript } from './transcript';

/** A message or a tool call, as it is sent: what starts a run and names it. */
export interface SentMessage {
	/** The tool that it calls; only its own response reports on that. Without it, it is a message. */
	tool?: string;
	agentId: string;
	conversationId: string;
	messageId: string;
	/** What the message says, where the conversation was begun for it. */
	begunWith?: string;
	/** Sends the request; its response is a stream of events unless Non-Streaming is chosen. */
	open(timing: Pick<HttpRequest, 'timeoutMs' | 'silenceMs' | 'signal'>): Promise<OpenAnswer>;
}

/** What a message or tool call is called. */
export const nounOf = ({ tool }: SentMessage): string =>
	tool === undefined ? 'message' : 'tool call';

/** What is known of the run that a message has started. */
export interface MessageRun {
	readonly transcript: Transcript;
	/** The approval or question that it waits for and that this node leaves to the user. */
	left?: Pending;
}
