// Conversations with persistent agents: prompts, one at a time in each session.
import { raise } from './behaviour.mts';
import type { AgentBehaviour } from './behaviour.mts';
import { RaisedError, plainError } from './errors.mts';
import type { PersistentAgent, Reply } from './project.mts';
import type { Session } from './records.mts';
import { draw, pause } from './store.mts';
import type { Store } from './store.mts';

export interface Prompt {
	agent: PersistentAgent;
	behaviour: AgentBehaviour;
	session: Session;
	message: string;
	operation: 'prompt' | 'stream';
}

/** The session of an agent; a new one when it was never spoken to. */
export function openSession(store: Store, agentName: string | null, id: string): Session {
	const key = JSON.stringify([agentName, id]);
	const known = store.sessions.get(key);
	if (known) return known;
	const session: Session = { agent: agentName, id, turns: [], running: null };
	store.sessions.set(key, session);
	return session;
}

/**
 * Marks the session as busy; call `end` when the operation is over. Throws a `RaisedError` while
 * another one goes on: the server does not queue.
 */
export function begin({ session, operation }: Prompt): { signal: AbortSignal; end: () => void } {
	if (session.running) {
		throw new RaisedError(
			'RuntimeError',
			`Session "${session.id}" is already running ${session.running.operation}. ` +
				'Start another session for parallel conversation branches.',
		);
	}
	const controller = new AbortController();
	session.running = { operation, controller };
	return { signal: controller.signal, end: () => (session.running = null) };
}

/** Asks the agent. Throws what it raises, and the plain 500 of an aborted prompt. */
export async function ask(store: Store, prompt: Prompt, aborted: AbortSignal): Promise<Reply> {
	const { agent, behaviour, session, message } = prompt;
	const earlier = [...session.turns];
	session.turns.push({ role: 'user', text: message });
	await pause(draw(behaviour.ms ?? 0), AbortSignal.any([store.life, aborted])).catch(
		(error: unknown) => {
			throw aborted.aborted ? plainError() : error;
		},
	);
	if (behaviour.error) throw raise(behaviour.error);
	const reply = agent.answer(message, earlier);
	session.turns.push({ role: 'assistant', text: reply.text });
	return reply;
}

/** A whole prompt: begin, ask, end. */
export async function answerPrompt(store: Store, prompt: Prompt): Promise<Reply> {
	const { signal, end } = begin(prompt);
	try {
		return await ask(store, prompt, signal);
	} finally {
		end();
	}
}

/** Whether there was anything to abort. */
export function abort(session: Session): boolean {
	session.running?.controller.abort();
	return session.running !== null;
}

/** Tokens, counted as words and marks; a stand-in costs nothing. */
export function usage(message: string, { text }: Reply) {
	const [input, output] = [tokens(message), tokens(text)];
	const cost = { input: 0, output: 0, cache_read: 0, cache_write: 0, total: 0 };
	return { input, output, cache_read: 0, cache_write: 0, total_tokens: input + output, cost };
}

function tokens(text: string): number {
	return text.match(/\w+|[^\w\s]/g)?.length ?? 0;
}
