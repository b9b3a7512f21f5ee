import { sleep } from 'n8n-workflow';
import { PlatformError } from '../../shared/errors';
import { pauseBeforeLook } from '../../shared/runs/schedule';
import type { AgentFlowApi } from '../api';
import type { Message } from '../schemas';
import { textIn } from './events';

/** The longest pause between two looks at a conversation, in milliseconds. */
const LONGEST_PAUSE_MS = 5000;
/** Looks at a conversation that is at rest but does not show the answer, which may lag behind. */
const LOOKS_AT_REST = 4;

/** The text of a message, whatever form its content has. */
export const messageText = ({ content }: Pick<Message, 'content'>): string =>
	textIn(content) ?? JSON.stringify(content) ?? '';

/**
 * The answer to a message: what the agent has said since, up to the user's next message, or what
 * names the message itself where the server says so.
 *
 * @param messageId undefined takes the latest answer of the conversation
 */
export function answerTo(messages: Message[], messageId: string | undefined): Message | undefined {
	const isAnswer = ({ role }: Message) => role === 'assistant';
	if (messageId === undefined) {
		const last = messages.at(-1);
		return last && isAnswer(last) ? last : undefined;
	}
	const named = messages.filter(
		(message) => isAnswer(message) && message.metadata?.message_id === messageId,
	);
	if (named.length > 0) return named.at(-1);
	const asked = messages.findIndex(({ id }) => id === messageId);
	if (asked < 0) return undefined;
	const after = messages.slice(asked + 1);
	const next = after.findIndex(({ role }) => role === 'user');
	return after.slice(0, next < 0 ? undefined : next).findLast(isAnswer);
}

/** A conversation's messages, oldest first. */
export async function messagesOf(api: AgentFlowApi, conversationId: string): Promise<Message[]> {
	const messages: Message[] = [];
	for await (const message of api.conversations.messages(conversationId)) messages.push(message);
	const time = ({ timestamp, created_at }: Message) => Date.parse(timestamp ?? created_at ?? '');
	const isDated = messages.every((message) => !Number.isNaN(time(message)));
	// Sorting keeps the server's order for messages of the same time.
	return isDated ? messages.sort((a, b) => time(a) - time(b)) : messages;
}

/**
 * Waits for an answer by reading the conversation, while its agent is at work. No message is sent.
 *
 * @param look is done before each look, and may end the waiting by answering true
 * @returns the answer's text; undefined when `signal` or `look` has ended the waiting
 * @throws PlatformError when the conversation is at rest and holds no answer
 */
export async function waitForAnswer(
	api: AgentFlowApi,
	{ conversationId, messageId }: { conversationId: string; messageId: string | undefined },
	signal: AbortSignal | undefined,
	look: () => Promise<boolean> = async () => false,
): Promise<string | undefined> {
	const begun = Date.now();
	for (let atRest = 0; !signal?.aborted;) {
		if (await look()) return undefined;
		const { has_active_generation: isActive } = await api.conversations.get(conversationId);
		const answer = isActive
			? undefined
			: answerTo(await messagesOf(api, conversationId), messageId);
		if (answer) return messageText(answer);
		if (!isActive && ++atRest === LOOKS_AT_REST) throw noAnswer(conversationId, messageId);
		const pause = pauseBeforeLook(Date.now() - begun, [], 1, LONGEST_PAUSE_MS);
		await sleep(pause, signal).catch(() => undefined);
	}
	return undefined;
}

const noAnswer = (conversationId: string, messageId: string | undefined): PlatformError =>
	new PlatformError(
		messageId
			? `The conversation ${conversationId} holds no answer to the message ${messageId}`
			: `The conversation ${conversationId} holds no answer`,
		{
			runId: messageId,
			fix: 'The agent is not at work in it any more: the run may have failed or been cancelled. Look at the conversation with Conversation: Get Timeline.',
		},
	);
