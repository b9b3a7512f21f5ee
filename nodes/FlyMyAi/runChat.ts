import type { IExecuteFunctions } from 'n8n-workflow';
import { chatOf, chatWithoutStream, type Chat } from '../shared/chat';
import { isObject } from '../shared/json';
import { humanise } from '../shared/form/labels';
import type { Call } from '../shared/operation';
import type { FollowOptions } from '../shared/runs/follow';
import { hintAtTools } from './advice';
import { reasonOf } from './lifecycle';
import type { LogRow, Run } from './schemas';
import type { Session } from './session';

/**
 * Waits for a run; where a chat listens, its tool calls and then its answer appear there as the
 * looks find them.
 *
 * @param run the run as its start, or a first look, answered it
 * @throws PlatformError as `Follower.follow` does
 */
export async function followRun(
	run: Run,
	options: FollowOptions,
	{ session, context, itemIndex }: Call<Session>,
): Promise<Run> {
	const chat = chatOf(context, itemIndex);
	const ended = chat
		? await narrated(run, options, session, chat)
		: await session.runs.follow(run, options);
	await hintAtTools(ended, session);
	hintAtStreaming(ended, context, session);
	return ended;
}

/** A chat that does not stream shows text alone: its reader would wait for an answer in vain. */
function hintAtStreaming(
	{ agent_result: output }: Run,
	context: IExecuteFunctions,
	{ hints }: Session,
): void {
	const trigger = typeof output === 'string' ? undefined : chatWithoutStream(context);
	if (!trigger) return;
	hints.add(
		'The chat shows nothing of an output that is not text. To show it there, add the option Response Mode and set it to Streaming in the trigger',
		trigger.name,
	);
}

async function narrated(
	run: Run,
	options: FollowOptions,
	session: Session,
	chat: Chat,
): Promise<Run> {
	const told = new Set((run.logs ?? []).map(({ id }) => id));
	const tell = (now: Run) => {
		for (const row of now.logs ?? []) {
			const line = told.has(row.id) ? '' : lineOf(row);
			if (line) chat.text(line);
			told.add(row.id);
		}
	};
	chat.begin();
	try {
		const ended = await session.runs.follow(run, options, tell);
		chat.text(answerOf(ended));
		return ended;
	} finally {
		chat.end();
	}
}

/** What a log row says to somebody who waits for the answer; '' for the platform's own affairs. */
function lineOf({ type, message, data }: LogRow): string {
	const called = isObject(data) && typeof data.function === 'string' ? data.function : undefined;
	switch (type) {
		case 'tool_called':
			return `*${called ? `Called ${called}` : (message ?? 'Called a tool')}*\n\n`;
		case 'tool_call_exception':
			return `*${called ?? 'A tool'} did not work: ${message ?? 'no reason given'}*\n\n`;
		default:
			return '';
	}
}

/** Said because a chat shows an answer without text as none at all. */
const NO_OUTPUT = 'No output';

/** The output as Markdown: a chat's reader wants no JSON. */
function answerOf({ id, status, error, agent_result: output }: Run): string {
	if (status !== 'completed') {
		return `The run ${id} is ${status}${error ? `: ${reasonOf(error, status)}` : '.'}`;
	}
	return (isObject(output) ? textOfParts(output) : textOf(output)) || NO_OUTPUT;
}

function textOfParts(output: Record<string, unknown>): string {
	const parts = Object.entries(output).map(([name, value]) => [humanise(name), textOf(value)]);
	if (parts.length === 1) return parts[0][1];
	return parts.map(([name, text]) => `**${name}**\n\n${text}`).join('\n\n');
}

function textOf(value: unknown): string {
	if (typeof value === 'string') return value;
	if (Array.isArray(value)) return value.map((entry) => `- ${textOf(entry)}`).join('\n');
	return value === undefined || value === null ? NO_OUTPUT : JSON.stringify(value);
}
