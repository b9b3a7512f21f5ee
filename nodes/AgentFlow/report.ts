import { z } from 'zod';
import { humanise } from '../shared/form/labels';
import { isObject } from '../shared/json';
import { namesBy } from '../shared/report/names';
import { timeOf, type Report, type State, type Step } from '../shared/report/report';
import type { AgentFlowApi } from './api';
import { messagesOf, messageText, saidAt } from './messaging/answer';
import { readEvent, type RunEvent } from './messaging/events';
import { reasonIn } from './messaging/transcript';
import { listOf, type Conversation, type Message } from './schemas';
import { inUtc } from './times';

/** What is reported of: a conversation, or one run in it. */
export interface Told {
	conversationId: string;
	/** The conversation, where it is known already. */
	conversation?: Conversation;
	/** The run's own call; null where the server has not named it. */
	callId?: string | null;
}

/** The timeline has no documented form: the events of the conversation's runs, however wrapped. */
const timelineSchema = listOf(z.unknown(), 'timeline', 'events', 'entries');

const KINDS: Record<string, string> = {
	agent: 'Agent',
	sub_agent: 'Subagent',
	subagent: 'Subagent',
	tool: 'Tool call',
};

/** How an approval or a question can go on (contract: Run). */
const ANSWERS: Record<string, State> = {
	approved: 'succeeded',
	answered: 'succeeded',
	denied: 'cancelled',
	expired: 'cancelled',
	cancelled: 'cancelled',
};

/** Makes the function that describes conversations, and runs in them, for reports. */
export function reportOf(api: AgentFlowApi): (told: Told) => Promise<Report> {
	const nameOf = namesBy(async (id) => (await api.agents.get(id)).name, 'Agent');
	return async ({ conversationId, callId, conversation: known }) => {
		const [conversation, timeline, messages] = await Promise.all([
			known ?? api.conversations.get(conversationId),
			api.conversations.timeline(conversationId),
			messagesOf(api, conversationId),
		]);
		const { agent_id: agentId } = conversation;
		const title = agentId ? await nameOf(agentId) : (conversation.title ?? '');
		const events = eventsIn(timeline);
		const ofRun = callId ? events.filter(({ raw }) => raw.root_call_id === callId) : [];
		if (ofRun.length === 0) return describe(conversation, title, events, messages);
		const run = describe(conversation, title, ofRun, messages);
		const [{ begin, end, state, reason }] = run.steps;
		return { ...run, begin, end, state, status: STATUS[state], reason };
	};
}

function eventsIn(timeline: unknown): RunEvent[] {
	const read = timelineSchema.safeParse(timeline);
	return (read.success ? read.data : []).flatMap((raw) => readEvent(raw) ?? []);
}

function describe(
	conversation: Conversation,
	title: string,
	events: RunEvent[],
	messages: Message[],
): Report {
	const isActive = conversation.has_active_generation === true;
	const steps = stepsOf(events, isActive);
	const last = steps.findLast(({ kind }) => kind === KINDS.agent);
	const waits = steps.find(({ state }) => state === 'waiting');
	const state: State = waits && isActive ? 'waiting' : isActive ? 'running' : 'succeeded';
	const hasFailed = !isActive && last?.state === 'failed';
	const answer = messages.findLast(({ role }) => role === 'assistant');
	const asked = messages.slice(0, answer ? messages.indexOf(answer) : undefined);
	const question = asked.findLast(({ role }) => role === 'user');
	return {
		platform: 'AgentFlow',
		noun: 'conversation',
		id: conversation.id,
		title,
		status: hasFailed ? 'failed' : STATUS[state],
		state: hasFailed ? 'failed' : state,
		begin: timeOf(inUtc(conversation.created_at)),
		end: isActive ? undefined : timeOf(inUtc(conversation.updated_at)),
		facts: [
			...(conversation.title ? [['Title', conversation.title] as [string, string]] : []),
			...(conversation.source ? [['Source', conversation.source] as [string, string]] : []),
			['Messages', String(messages.length)],
		],
		parts: [
			{ title: 'Asked', value: question ? messageText(question) : undefined },
			{ title: 'Answer', value: answer ? messageText(answer) : undefined },
			...(messages.length > 2 ? [{ title: 'Messages', value: messages.map(rowOf) }] : []),
		],
		reason: hasFailed ? last.reason : undefined,
		steps,
		note: events.length > 0 ? undefined : 'AgentFlow has no timeline of this conversation.',
	};
}

/** AgentFlow has no word of its own for these. */
const STATUS: Record<State, string> = {
	succeeded: 'completed',
	failed: 'failed',
	cancelled: 'cancelled',
	running: 'running',
	waiting: 'waiting for an answer',
	noted: 'completed',
};

const rowOf = (message: Message) => ({
	role: message.role,
	said: saidAt(message) ?? null,
	text: messageText(message),
});

/** One step for each agent, tool, approval, question and artifact, and for each other event. */
function stepsOf(events: RunEvent[], isActive: boolean): Step[] {
	const steps: Step[] = [];
	const known = new Map<string, Step>();
	const begin = (key: string, step: Step): Step => {
		known.set(key, step);
		steps.push(step);
		return step;
	};
	for (const event of events) {
		const { type, callId = '', content } = event;
		const at = timeIn(event);
		const unit = known.get(callId);
		const [, kind, what] = /^(approval|question|artifact)_(\w+)$/.exec(type) ?? [];
		if (type === 'delta') continue;
		if (type === 'start') {
			if (!unit) begin(callId, unitOf(event, at));
		} else if (type === 'end' && unit) {
			unit.end = at;
			if (unit.state === 'running') unit.state = 'succeeded';
			const result = isObject(content) && 'result' in content ? content.result : content;
			unit.parts.push({ title: 'Result', value: result });
		} else if (type === 'error' && unit) {
			Object.assign(unit, { end: at, state: 'failed', reason: reasonIn(content) });
		} else if (kind) {
			const key = `${kind} ${idIn(event)}`;
			const step = known.get(key) ?? begin(key, pendingOf(event, humanise(kind), at));
			const isOpen = what === 'required' || what === 'started';
			if (!isOpen) Object.assign(step, { end: at, state: ANSWERS[what] ?? 'succeeded' });
			if (!isOpen && step.begin !== at) step.parts.push({ title: 'Answer', value: content });
		} else {
			steps.push({
				kind: humanise(type) || 'Event',
				name: '',
				state: type === 'error' ? 'failed' : 'noted',
				begin: at,
				reason: type === 'error' ? reasonIn(content) : undefined,
				parts: [{ title: 'Details', value: type === 'error' ? undefined : content }],
			});
		}
	}
	// What nobody works on any more has ended, though its end is not told.
	if (!isActive) {
		for (const step of steps) if (step.state === 'running') step.state = 'noted';
	}
	return steps;
}

const timeIn = ({ raw }: RunEvent): number | undefined => {
	const { timestamp, created_at: createdAt } = raw;
	const time = timestamp ?? createdAt;
	if (typeof time === 'number') return timeOf(time < 1e11 ? time * 1000 : time);
	return timeOf(typeof time === 'string' ? inUtc(time) : undefined);
};

function unitOf({ content, metadata }: RunEvent, at: number | undefined): Step {
	const { name, role, input } = isObject(content) ? content : {};
	const shown = [metadata.display_name, name].find((text) => typeof text === 'string');
	return {
		kind: KINDS[String(role)] ?? (typeof role === 'string' ? humanise(role) : KINDS.agent),
		name: String(shown ?? ''),
		state: 'running',
		begin: at,
		parts: [{ title: 'Input', value: input }],
	};
}

const idIn = ({ content, raw }: RunEvent): string => {
	const { id, artifact_id: artifactId } = isObject(content) ? content : raw;
	return String(id ?? artifactId ?? raw.artifact_id ?? '');
};

function pendingOf({ content }: RunEvent, kind: string, at: number | undefined): Step {
	const told = isObject(content) ? content : {};
	const name = [told.tool_name, told.artifact_type, told.question].find(
		(text) => typeof text === 'string',
	);
	return {
		kind,
		name: String(name ?? ''),
		state: 'waiting',
		begin: at,
		parts: [{ title: 'Details', value: told.arguments ?? told.items ?? content }],
	};
}
