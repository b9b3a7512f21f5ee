// An agent's work on one message, in real time.
import { randomUUID } from 'node:crypto';
import type { Agent, Answer, Message, Thread, ToolCall } from './records.mts';
import { timestamp } from './store.mts';
import type { Store } from './store.mts';

/** An agent execution: not one of those that `/executions` knows. */
export interface AgentRun {
	id: string;
	status: 'running' | 'completed' | 'failed' | 'cancelled';
	message: Message | null;
	error: string;
	iterations: number;
	toolCalls: number;
}

/** Adds the user's message to the thread and lets the agent answer it in the background. */
export function startAnswer(store: Store, thread: Thread, content: string): AgentRun {
	const agent = store.agents.get(thread.agent_id);
	if (!agent) throw new Error(`No agent ${thread.agent_id}`);
	const run: AgentRun = {
		id: randomUUID(),
		status: 'running',
		message: null,
		error: '',
		iterations: 0,
		toolCalls: 0,
	};
	say(thread, run, 'user', content);
	const answer = answerOf(agent, thread);
	store.background.start(run.id, async (pause) => {
		if (answer.outcome === 'never') return;
		await pause(answer.durationMs ?? 300);
		finish(thread, run, answer);
	});
	return run;
}

function answerOf(agent: Agent, thread: Thread): Answer {
	return { ...agent.reply(thread.messages), ...agent.behaviour };
}

function finish(thread: Thread, run: AgentRun, answer: Answer): void {
	if (answer.outcome === 'never') return;
	if (answer.outcome === 'completed') {
		run.iterations = 1;
		if (answer.tool) {
			const { name, arguments: given, result } = answer.tool;
			const call = { id: `call_${run.id.slice(0, 8)}`, name, arguments: given };
			say(thread, run, 'assistant', '', [call]);
			say(thread, run, 'tool', result);
			run.iterations = 2;
			run.toolCalls = 1;
		}
		run.message = say(thread, run, 'assistant', answer.content ?? '');
	}
	run.error = answer.error ?? 'Agent execution failed';
	run.status = answer.outcome;
	thread.updated_at = timestamp();
	thread.last_message_at = thread.updated_at;
}

function say(
	thread: Thread,
	run: AgentRun,
	role: Message['role'],
	content: string,
	toolCalls: ToolCall[] | null = null,
): Message {
	const message: Message = {
		id: randomUUID(),
		role,
		content,
		tool_calls: toolCalls,
		created_at: timestamp(),
		executionId: run.id,
	};
	thread.messages.push(message);
	return message;
}
