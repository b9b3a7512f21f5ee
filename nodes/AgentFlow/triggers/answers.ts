import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { PlatformError } from '../../shared/errors';
import type { Cursor } from '../../shared/runs/completions';
import { noteOf } from '../../shared/http/notNumbers';
import { defined } from '../../shared/json';
import { pollerOf } from '../../shared/runs/poller';
import { pollCompletions, type TriggerSource } from '../../shared/runs/trigger';
import { Agents } from '../agents';
import { messagesOf, messageText, saidAt } from '../messaging/answer';
import type { Told } from '../report';
import type { Conversation, Message } from '../schemas';
import { inUtc } from '../times';
import type { Poll } from './poll';

/** An assistant's message with where it was said. */
interface Answer {
	message: Message;
	conversation: Conversation;
	/** What the user had said before it. */
	asked: Message | undefined;
	/** The agent is still at work on it. */
	unfinished: boolean;
}

interface Filters {
	agent?: string;
	conversation?: string;
	source?: string;
}

/**
 * How far back a poll looks behind the newest change that the last one saw, in milliseconds of the
 * platform's own clock: an answer may be dated earlier than it appears.
 */
const LOOK_BACK_MS = 600_000;

/** Kept beside the cursor, by event and account. */
interface Marks {
	account: string;
	/** Answers that are dated before this are from before the trigger was activated. */
	since: number;
	/** The newest change of a conversation that was handled wholly. */
	upTo: number;
}

/** Conversations that a test event is looked for in, the last changed ones first. */
const MOST_FOR_TEST = 10;

/**
 * Marks that n8n may not have stored: its durable cursors drop what the poll at activation left
 * unless it emitted something. Kept until a poll finds stored ones.
 */
const unstored = new Map<string, Marks>();

const timeOf = (time: string | null | undefined): number => Date.parse(inUtc(time) ?? '');

/** One tick: every message of an assistant that is new, once. */
export async function pollAnswers(
	{ context, api, account, includeSince, reports }: Poll,
	filters: Filters,
): Promise<INodeExecutionData[][] | null> {
	const stored = context.getWorkflowStaticData('node');
	const poller = pollerOf(context);
	const kept = stored.marks as Marks | undefined;
	const marks = [kept, unstored.get(poller)].find((known) => known?.account === account);
	const isTest = context.getMode() === 'manual';
	const agentId = filters.agent ? await new Agents(api).idOf(filters.agent) : undefined;
	const all = await conversationsOf(api, filters, agentId);
	const newest = Math.max(...all.map(({ updated_at }) => timeOf(updated_at) || 0), 0);
	const since = marks?.since ?? (includeSince ? timeOf(includeSince) : newest - LOOK_BACK_MS);
	const upTo = marks?.upTo ?? since;
	const from = isTest ? 0 : Math.max(since, upTo - LOOK_BACK_MS);
	const conversations = isTest
		? all
				.toSorted((a, b) => (timeOf(b.updated_at) || 0) - (timeOf(a.updated_at) || 0))
				.slice(0, MOST_FOR_TEST)
		: all;

	const isOld = ({ message }: Answer) => timeOf(saidAt(message)) < from;
	const rows = new Map<string, Answer>();
	const source: TriggerSource<Answer> = {
		lifecycle: {
			noun: 'answer',
			idOf: ({ message }) => message.id,
			isTerminal: ({ unfinished }) => !unfinished,
			// The message itself is all there is of it.
			get: async (id) => rows.get(id) ?? (await gone(id)),
		},
		account,
		includeSince,
		async *list(_, known) {
			// With no poll before, all that has ended counts as known: whether it has must be asked.
			const isSettled = (answer: Answer) => isOld(answer) || (!known.nothing && known.has(answer));
			for (const conversation of conversations) {
				// One without a time may have changed, whatever the others say.
				if (timeOf(conversation.updated_at) < from) continue;
				for (const answer of await answersIn(api, conversation, isSettled)) {
					if (isOld(answer)) continue;
					rows.set(answer.message.id, answer);
					yield answer;
				}
			}
		},
		completionKey: ({ message }) => message.id,
		changedAt: ({ message }) => saidAt(message),
		wants: () => true,
		slim: (answer) => answer,
		output: (answer, note) => ({
			...outputOf(answer),
			...defined({ note: note ?? noteOf(answer.message) }),
		}),
		withReport: reports
			? async (answer, json) => await reports.item(toldBy(answer), json)
			: undefined,
	};
	const items = await pollCompletions(context, source);
	if (isTest) return items;
	const { awaited = [] } = (stored.cursor ?? {}) as Partial<Cursor>;
	// What could not be handled yet must be found again.
	const next = { account, since, upTo: awaited.length > 0 ? upTo : Math.max(newest, upTo) };
	if (kept) unstored.delete(poller);
	else unstored.set(poller, next);
	if (JSON.stringify(next) !== JSON.stringify(kept)) stored.marks = next as unknown as IDataObject;
	return items;
}

async function conversationsOf(
	api: Poll['api'],
	{ conversation, source }: Filters,
	agentId: string | undefined,
): Promise<Conversation[]> {
	if (conversation) {
		const one = await api.conversations.get(conversation);
		const fits =
			(!agentId || !one.agent_id || one.agent_id === agentId) && (!source || one.source === source);
		return fits ? [one] : [];
	}
	const found: Conversation[] = [];
	const listing = api.conversations.list({ agent_id: agentId, source: source || undefined });
	for await (const row of listing) found.push(row);
	return found;
}

/**
 * The assistant's messages of a conversation, each as it is when it is whole. Those that nothing of
 * the user follows may be in the making: they are looked at more closely unless they are settled.
 *
 * @param isSettled whether an answer that has ended is of no interest
 */
async function answersIn(
	api: Poll['api'],
	conversation: Conversation,
	isSettled: (answer: Answer) => boolean,
): Promise<Answer[]> {
	const messages = await messagesOf(api, conversation.id);
	const lastQuestion = messages.findLast(({ role }) => role === 'user');
	const answers = answersAmong(messages, conversation);
	const isOpen = (answer: Answer) => answer.asked === lastQuestion && !isSettled(answer);
	if (!answers.some(isOpen)) return answers;
	const { has_active_generation: isActive } = await api.conversations.get(conversation.id);
	if (isActive) return answers.map((answer) => ({ ...answer, unfinished: isOpen(answer) }));
	// The agent may have gone on writing between the two looks. What was there before it was seen at
	// rest is whole by now; what has come since then may be in the making.
	const shown = new Set(messages.map(({ id }) => id));
	const whole = answersAmong(await messagesOf(api, conversation.id), conversation);
	return whole.filter(({ message }) => shown.has(message.id));
}

function answersAmong(messages: Message[], conversation: Conversation): Answer[] {
	const answers: Answer[] = [];
	let asked: Message | undefined;
	for (const message of messages) {
		if (message.role === 'user') asked = message;
		if (message.role !== 'assistant') continue;
		answers.push({ message, conversation, asked, unfinished: false });
	}
	return answers;
}

/** The run that has answered, where the message names it. */
const toldBy = ({ message, conversation }: Answer): Told => ({
	conversationId: conversation.id,
	callId: typeof message.metadata?.call_id === 'string' ? message.metadata.call_id : undefined,
});

const outputOf = ({ message, conversation, asked }: Answer): IDataObject => ({
	text: messageText(message),
	question: asked ? messageText(asked) : null,
	message_id: message.id,
	conversation_id: conversation.id,
	conversation_title: conversation.title ?? null,
	agent_id: conversation.agent_id ?? null,
	source: conversation.source ?? null,
	timestamp: saidAt(message) ?? null,
	message: message as IDataObject,
});

const gone = async (id: string): Promise<never> =>
	await Promise.reject(
		new PlatformError(`The answer ${id} is not there any more`, { status: 404 }),
	);
