import type { Agent, Message } from './records.mts';
import { overlap, stems } from './words.mts';

export interface AnswerSources {
	agent: Agent;
	message: string;
	/** What the user said before, oldest first. */
	history: Message[];
	/** What tools, sub-agents, knowledge bases, attachments and memory had to say. */
	findings: string[];
}

/** An answer worked out from the message by plain rules. It says that no model wrote it. */
export function answerTo({ agent, message, history, findings }: AnswerSources): string {
	const remembered = recall(message, history);
	const lines = [
		`${agent.name} (a local stand-in, not the real AgentFlow) here.`,
		calculate(message),
		remembered && `Earlier you told me: "${remembered}"`,
		...findings,
	].filter((line) => line !== null);
	if (lines.length === 1) lines.push(restate(message));
	return lines.join('\n\n');
}

function calculate(message: string): string | null {
	const sum = /(-?\d+(?:\.\d+)?)\s*([-+*/x×])\s*(-?\d+(?:\.\d+)?)/.exec(message);
	if (!sum) return null;
	const [left, right] = [Number(sum[1]), Number(sum[3])];
	const results: Record<string, number> = {
		'+': left + right,
		'-': left - right,
		'*': left * right,
		x: left * right,
		'×': left * right,
		'/': left / right,
	};
	return `${left} ${sum[2]} ${right} = ${results[sum[2]]}`;
}

/** For a question, the earlier statement that shares most words with it. */
function recall(message: string, history: Message[]): string | null {
	if (!message.includes('?')) return null;
	const statements = history.filter(
		({ role, content }) => role === 'user' && !content.includes('?'),
	);
	const scored = statements
		.map(({ content }) => ({ content, score: overlap(message, content) }))
		.filter(({ score }) => score > 0)
		.sort((a, b) => b.score - a.score);
	return scored[0]?.content ?? null;
}

function restate(message: string): string {
	const topics = [...new Set(stems(message))].slice(0, 5);
	const about = topics.length > 0 ? topics.join(', ') : 'nothing in particular';
	return `You wrote: "${message}"\n\nI take it to be about ${about}.`;
}
