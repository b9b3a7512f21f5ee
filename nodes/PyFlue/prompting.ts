import type { Chat } from '../shared/chat';
import { excerptOf, PlatformError } from '../shared/errors';
import { isObject } from '../shared/json';
import { settle } from '../shared/settle';
import { parseAnswer } from '../shared/http/notNumbers';
import type { ServerSentEvent } from '../shared/http/sse';
import { describeError } from './platform';
import type { Reply } from './schemas';
import { sleep } from '../shared/timer';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The server's words for a session that is busy; it has not begun with the message then. An
 * exception of the agent's own code may speak of something else that "is already running".
 */
const BUSY = /Session ".*" is already running/;
const isBusy = (error: unknown): error is PlatformError =>
	error instanceof PlatformError && BUSY.test(error.message);

/**
 * Asks a session, and asks again while it is busy with another message: the server does not queue
 * (contract: traps 8).
 *
 * @param limitMs how long to try
 */
export async function whenFree<T>(
	ask: () => Promise<T>,
	limitMs: number,
	signal: AbortSignal | undefined,
): Promise<T> {
	const until = Date.now() + limitMs;
	for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
		const outcome = await settle(ask);
		if ('value' in outcome) return outcome.value;
		const { error } = outcome;
		if (!isBusy(error)) throw error;
		const rest = until - Date.now();
		if (rest <= 0) {
			throw new PlatformError(
				`The session is still busy with another message after ${Math.round(limitMs / 1000)} s`,
				{
					...error.details,
					fix: "PyFlue answers one message of a session at a time, and this one was not begun. Give each conversation a Session of its own, or raise 'Wait for Busy Session'.",
				},
			);
		}
		// A spread, so that those who wait do not ask in the same instant.
		await sleep(Math.min(pause * (0.5 + Math.random() / 2), rest), signal);
	}
}

/**
 * Reads the streamed answer of a persistent agent and passes it on as it comes.
 *
 * @param deadline ends the stream when it is aborted
 * @throws PlatformError when the agent fails, or the stream ends before the answer does
 */
export async function relay(
	events: AsyncIterable<ServerSentEvent>,
	chat: Chat,
	deadline: AbortSignal,
): Promise<Reply> {
	let began = false;
	let sent = '';
	const read = await settle(async (): Promise<Reply | undefined> => {
		for await (const { event, data } of events) {
			const parsed = parseAnswer(data);
			const body = parsed.ok && isObject(parsed.value) ? parsed.value : {};
			if (event === 'error') throw failure(body);
			if (!began) chat.begin();
			began = true;
			const text = typeof body.text === 'string' ? body.text : '';
			if (event === 'delta') {
				chat.text(text);
				sent += text;
			}
			if (event === 'end') {
				const metadata = isObject(body.metadata) ? body.metadata : {};
				return { text: text || sent, metadata };
			}
		}
		return undefined;
	});
	if (began) chat.end();
	if ('value' in read && read.value) return read.value;
	if ('error' in read && read.error instanceof PlatformError) throw read.error;
	const what = deadline.aborted
		? 'had not finished its answer after Max Wait'
		: 'broke off its answer';
	const raise = deadline.aborted ? ' Raise Max Wait if it takes longer.' : '';
	throw new PlatformError(`PyFlue ${what}, at ${sent.length} characters`, {
		unanswered: 'may have arrived',
		fix: `It was not asked again, because the session may hold the message and its answer all the same. Ask it what it answered, or use a new Session.${raise}`,
	});
}

/** First comes the exception's class and text, then the error in the server's form. */
function failure(body: Record<string, unknown>): PlatformError {
	const { error = { ...body, details: '' } } = body;
	const type = isObject(error) && typeof error.type === 'string' ? error.type : undefined;
	return new PlatformError(`PyFlue: ${excerptOf(describeError(error) ?? 'the agent failed')}`, {
		status: 500,
		type,
		fix: 'This is an exception of the code on the server: its log has the whole trace.',
	});
}
