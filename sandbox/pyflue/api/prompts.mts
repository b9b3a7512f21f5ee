import { project } from '../behaviour.mts';
import { envelope, internalError, isRaised } from '../errors.mts';
import { readPayload } from '../http/body.mts';
import { sendJson } from '../http/call.mts';
import type { Call } from '../http/call.mts';
import type { Route } from '../http/router.mts';
import { sendStream } from '../http/sse.mts';
import type { Frame } from '../http/sse.mts';
import type { Reply } from '../project.mts';
import type { JsonObject } from '../records.mts';
import { abort, answerPrompt, ask, begin, openSession, usage } from '../sessions.mts';
import type { Prompt } from '../sessions.mts';
import { dialect } from './views.mts';

const documented = [200, 400, 404, 405, 415, 500, 422];

/** The default agent's routes; its sessions belong to no agent of `/agents`. */
export const promptRoutes: Route[] = [
	{
		methods: ['POST'],
		path: '/prompt/{agent_id}',
		documented,
		handle: async (call) => {
			const prompt = defaultPrompt(call, 'prompt');
			const reply = await answerPrompt(call.store, prompt);
			sendJson(call, 200, promptResult(prompt.message, reply));
		},
	},
	{
		methods: ['POST'],
		path: '/prompt/{agent_id}/events',
		documented,
		handle: async (call) =>
			await sendPromptStream(call, defaultPrompt(call, 'stream'), { typed: false }),
	},
	{
		methods: ['POST'],
		path: '/sessions/{session_id}/abort',
		documented,
		handle: (call) => {
			const { session_id = '' } = call.params;
			const aborted = abort(openSession(call.store, null, session_id));
			sendJson(call, 200, { aborted, session_id });
		},
	},
];

export function promptResult(message: string, reply: Reply) {
	return {
		text: reply.text,
		metadata: reply.metadata,
		usage: usage(message, reply),
		model: { id: reply.model },
	};
}

/**
 * Streams an answer: start, tools, deltas, end. `typed`: the data repeats the event's name, as
 * under `/agents`.
 */
export async function sendPromptStream(
	call: Call,
	prompt: Prompt,
	{ typed }: { typed: boolean },
): Promise<void> {
	const frame = (event: string, data: JsonObject): Frame => ({
		event,
		data: typed ? { type: event, ...data } : data,
	});
	const doing = typed ? 'streaming this agent' : 'streaming this request';
	await sendStream(call, dialect, async function* () {
		try {
			yield* conversation(call, prompt, frame);
		} catch (error) {
			if (!isRaised(error)) throw error;
			yield { event: 'error', data: envelope(internalError(doing, error)) };
		}
	});
}

async function* conversation(
	{ store }: Call,
	prompt: Prompt,
	frame: (event: string, data: JsonObject) => Frame,
): AsyncGenerator<Frame> {
	const { signal, end } = begin(prompt);
	try {
		yield frame('start', { session_id: prompt.session.id });
		const reply = await ask(store, prompt, signal);
		for (const [index, { toolName, args, result }] of (reply.toolCalls ?? []).entries()) {
			const toolCallId = `call_${index + 1}`;
			yield frame('tool_start', { toolName, toolCallId, args });
			yield frame('tool_end', { toolName, toolCallId, isError: false, result });
		}
		for (const text of pieces(reply.text, prompt.behaviour.deltas ?? 1)) {
			yield frame('delta', { text });
		}
		yield frame('end', { text: reply.text, metadata: reply.metadata });
	} catch (error) {
		// The session names the Python class, then raises on.
		if (isRaised(error)) {
			yield { event: 'error', data: { type: error.name, message: error.message } };
		}
		throw error;
	} finally {
		end();
	}
}

function defaultPrompt(call: Call, operation: Prompt['operation']): Prompt {
	const { store, params } = call;
	const { name, agent } = project(store).defaultAgent;
	const { prompt = '' } = readPayload(call);
	return {
		agent,
		behaviour: store.agentBehaviours.get(name) ?? {},
		session: openSession(store, null, params.agent_id ?? ''),
		message: typeof prompt === 'string' ? prompt : JSON.stringify(prompt),
		operation,
	};
}

function pieces(text: string, count: number): string[] {
	const size = Math.max(1, Math.ceil(text.length / count));
	return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
		text.slice(index * size, (index + 1) * size),
	);
}
