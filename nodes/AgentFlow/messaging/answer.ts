import { sleep } from 'n8n-workflow';
import { PlatformError } from '../../shared/errors';
import { pauseBeforeLook } from '../../shared/runs/schedule';
import { isPassing } from '../../shared/runs/wait';
import { settle } from '../../shared/settle';
import type { AgentFlowApi } from '../api';
import type { Message } from '../schemas';
import { inUtc } from '../times';
import { textIn } from './events';

/** The longest pause between two looks at a conversation, in milliseconds. */
const LONGEST_PAUSE_MS = 5000;
/** Looks at a conversation that is at rest but does not show the answer, which may lag behind. */
const LOOKS_AT_REST = 4;
/** Looks in a row that may fail: what has cut a stream, such as a restart, may last. */
const FAILED_LOOKS = 5;

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
 * Waits for an answer by reading the conversation, while its agent is at work. No message is sent.
 *
 * @param look is done before each look, and may end the waiting by answering true
 * @returns the answer's text; undefined when `signal` or `look` has ended the waiting
 * @throws PlatformError when the conversation is at rest and holds no answer
 */
export async function waitForAnswer(
	api: AgentFlowApi,
	question: Question,
	signal: AbortSignal | undefined,
	look: () => Promise<boolean> = async () => false,
): Promise<string | undefined> {
	const { conversationId, messageId } = question;
	const begun = Date.now();
	const lookOnce = async () => {
		if (await look()) return 'enough' as const;
		const { has_active_generation: isActive } = await api.conversations.get(conversationId);
		if (isActive) return 'at work' as const;
		return answerTo(await messagesOf(api, conversationId), question) ?? ('at rest' as const);
	};
	for (let atRest = 0, failed = 0; !signal?.aborted;) {
		const seen = await settle(lookOnce);
		if ('error' in seen) {
			if (!isPassing(seen.error) || ++failed === FAILED_LOOKS) throw seen.error;
		} else {
			failed = 0;
			const { value } = seen;
			if (value === 'enough') return undefined;
			if (typeof value === 'object') return messageText(value);
			if (value === 'at rest' && ++atRest === LOOKS_AT_REST) {
				throw noAnswer(conversationId, messageId);
			}
		}
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
