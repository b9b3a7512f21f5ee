// The demo's conversation partner: no model, only rules over the message and the session.
import type { PersistentAgent, Reply, ToolCall } from '../project.mts';
import type { Turn } from '../records.mts';

const SIGNATURE = '(Answered by the local PyFlue stand-in, not by a model.)';
const MODEL = 'local/stand-in';

export const assistant: PersistentAgent = {
	kind: 'persistent',
	webhook: true,
	answer: (message, turns) => {
		const { text, toolCalls } = respond(message.trim(), turns);
		return {
			text: `${text} ${SIGNATURE}`,
			metadata: { stand_in: true, earlier_messages: said(turns).length },
			model: MODEL,
			...(toolCalls && { toolCalls }),
		};
	},
};

type Response = Pick<Reply, 'text' | 'toolCalls'>;

function respond(message: string, turns: Turn[]): Response {
	if (message === '') return { text: 'You sent an empty message.' };
	return recall(message, turns) ?? calculate(message) ?? greet(message) ?? restate(message, turns);
}

function recall(message: string, turns: Turn[]): Response | null {
	const earlier = said(turns);
	if (/\bwhat('s| is) my name\b/i.test(message)) {
		const name = earlier.map(nameIn).findLast((found) => found !== null);
		return { text: name ? `Your name is ${name}.` : 'You have not told me your name yet.' };
	}
	if (/\bwhat did (i|we)\b|\bearlier\b|\bremember\b/i.test(message) && earlier.length > 0) {
		return { text: `Earlier in this session you wrote: ${earlier.map(quoted).join('; ')}.` };
	}
	return null;
}

const operations: Record<string, (a: number, b: number) => number> = {
	'+': (a, b) => a + b,
	'-': (a, b) => a - b,
	'*': (a, b) => a * b,
	'/': (a, b) => a / b,
};

function calculate(message: string): Response | null {
	const [, left, operator, right] =
		/(-?\d+(?:\.\d+)?)\s*([-+*/])\s*(-?\d+(?:\.\d+)?)/.exec(message) ?? [];
	const operation = operations[operator ?? ''];
	if (!operation) return null;
	const result = operation(Number(left), Number(right));
	const expression = `${left} ${operator} ${right}`;
	if (!Number.isFinite(result)) return { text: `${expression} has no result.` };
	const call: ToolCall = { toolName: 'calculator', args: { expression }, result };
	return { text: `${expression} is ${result}.`, toolCalls: [call] };
}

function greet(message: string): Response | null {
	const name = nameIn(message);
	if (name) return { text: `Nice to meet you, ${name}.` };
	return /^(hi|hello|hey)\b/i.test(message) ? { text: 'Hello! What can I do for you?' } : null;
}

function restate(message: string, turns: Turn[]): Response {
	const words = message.split(/\s+/).length;
	const count = said(turns).length + 1;
	return { text: `Message ${count} of this session has ${words} words: ${quoted(message)}.` };
}

function nameIn(message: string): string | null {
	return /\bmy name is (\p{L}+)/iu.exec(message)?.[1] ?? null;
}

function said(turns: Turn[]): string[] {
	return turns.filter(({ role }) => role === 'user').map(({ text }) => text);
}

function quoted(text: string): string {
	return `"${text.length > 200 ? `${text.slice(0, 200)}…` : text}"`;
}
