import { PlatformError } from '../../shared/errors';
import type { AgentFlowApi } from '../api';
import type { Message } from '../schemas';
import { inUtc } from '../times';
import { textIn } from './events';

/** Looks at a conversation that is at rest but does not show the answer, which may lag behind. */
const LOOKS_AT_REST = 4;

/** The text of a message, whatever form its content has. */
export const messageText = ({ content }: Pick<Message, 'content'>): string =>
	textIn(content) ?? JSON.stringify(content) ?? '';

/** When a message was said: other servers say it in another field. */
export const saidAt = ({
	timestamp,
	created_at,
}: Pick<Message, 'timestamp' | 'created_at'>): string | undefined => inUtc(timestamp ?? created_at);

/** What an answer is wanted to. */
export interface Question {
	conversationId: string;
	/** Undefined takes the latest answer of the conversation. */
	messageId: string | undefined;
	/** What the message says, where the conversation was begun for it. */
	begunWith?: string;
}

/**
 * The answer to a message: what the agent has said since, up to the user's next message, or what
 * names the message itself where the server says so.
 */
function answerTo(messages: Message[], { messageId, begunWith }: Question): Message | undefined {
	const isAnswer = ({ role }: Message) => role === 'assistant';
	if (messageId === undefined) {
		const last = messages.at(-1);
		return last && isAnswer(last) ? last : undefined;
	}
	const named = messages.filter(
		(message) => isAnswer(message) && message.metadata?.message_id === messageId,
	);
	if (named.length > 0) return named.at(-1);
	const asked = messages.find(({ id }) => id === messageId) ?? onlyOneSaying(begunWith, messages);
	if (!asked) return undefined;
	const after = messages.slice(messages.indexOf(asked) + 1);
	const next = after.findIndex(({ role }) => role === 'user');
	return after.slice(0, next < 0 ? undefined : next).findLast(isAnswer);
}

/**
 * The user's message of this text: a server may give it an id of its own. That it is the one meant is
 * sure only where no other says the same, and where nothing was said before.
 */
function onlyOneSaying(text: string | undefined, messages: Message[]): Message | undefined {
	const same = messages.filter(
		(message) => message.role === 'user' && messageText(message).trim() === text?.trim(),
	);
	return same.length === 1 ? same[0] : undefined;
}

/** A conversation's messages, oldest first. */
export async function messagesOf(api: AgentFlowApi, conversationId: string): Promise<Message[]> {
	const messages: Message[] = [];
	for await (const message of api.conversations.messages(conversationId)) messages.push(message);
	const time = (message: Message) => Date.parse(saidAt(message) ?? '');
	const isDated = messages.every((message) => !Number.isNaN(time(message)));
	// Sorting keeps the server's order for messages of the same time.
	return isDated ? messages.sort((a, b) => time(a) - time(b)) : messages;
}

/**
 * Makes what polls a conversation for an answer. No message is sent.
 *
 * @returns one look: the answer's text, or undefined while the agent is at work
 * @throws PlatformError when the conversation stays at rest and holds no answer
 */
export function readAnswer(api: AgentFlowApi, question: Question) {
	const { conversationId, messageId } = question;
	let atRest = 0;
	return async (): Promise<string | undefined> => {
		const { has_active_generation: isActive } = await api.conversations.get(conversationId);
		if (isActive) return undefined;
		const answer = answerTo(await messagesOf(api, conversationId), question);
		if (answer) return messageText(answer);
		if (++atRest === LOOKS_AT_REST) throw noAnswer(conversationId, messageId);
		return undefined;
	};
}

const noAnswer = (conversationId: string, messageId: string | undefined): PlatformError =>
	new PlatformError(
		messageId
			? `The conversation ${conversationId} holds no answer to the message ${messageId}`
			: `The conversation ${conversationId} holds no answer`,
		{
			runId: messageId ?? conversationId,
			fix: 'The agent is not at work in it any more: the run may have failed or been cancelled. Look at the conversation with Conversation: Get Timeline.',
		},
	);
