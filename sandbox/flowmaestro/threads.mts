import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { startAnswer } from './answering.mts';
import { keyOf, needs } from './auth.mts';
import { single } from './envelope.mts';
import { ApiError, invalid } from './errors.mts';
import { fieldsOf, filled, find } from './input.mts';
import type { ApiKey, Message, Thread } from './records.mts';
import type { Store } from './store.mts';

const POLL_MS = 500;
const LONGEST_MS = 120_000;
const LISTED_MESSAGES = 1000;

type WithId = { Params: { id: string } };

/** Contract, section 3.3. A deleted thread is gone for every route. */
export function threadRoutes(api: FastifyInstance, store: Store): void {
	api.get<WithId>('/:id', needs('threads:read'), async (request) => {
		const thread = findThread(store, keyOf(request), request.params.id);
		const { id, agent_id, title, status, created_at, updated_at, last_message_at } = thread;
		return single({ id, agent_id, title, status, created_at, updated_at, last_message_at });
	});

	api.get<WithId>('/:id/messages', needs('threads:read'), async (request) => {
		const { messages } = findThread(store, keyOf(request), request.params.id);
		return single({
			messages: messages
				.slice(0, LISTED_MESSAGES)
				.map((message) => ({ id: message.id, ...messageFields(message) })),
		});
	});

	api.delete<WithId>('/:id', needs('threads:write'), async (request) => {
		const { id } = findThread(store, keyOf(request), request.params.id);
		store.threads.delete(id);
		return single({ id, deleted: true });
	});

	api.post<WithId>('/:id/messages', needs('agents:execute', 'threads:write'), async (request) => {
		const { content, stream, timeout = LONGEST_MS } = fieldsOf(request.body);
		const text = filled(content);
		if (text === undefined) throw invalid('Message content is required');
		const thread = findThread(store, keyOf(request), request.params.id);
		// The text "false" counts as a wish to stream, too.
		if (stream) {
			throw new ApiError(
				501,
				'not_implemented',
				'Streaming messages not yet implemented in public API. Use stream=false.',
			);
		}
		return single(await answered(store, thread, text, Math.min(Number(timeout), LONGEST_MS)));
	});
}

/** Sends a message and looks every 500 ms for its answer; the agent outlives a timeout. */
async function answered(store: Store, thread: Thread, content: string, timeoutMs: number) {
	const run = startAnswer(store, thread, content);
	const sent = Date.now();
	while (Date.now() - sent < timeoutMs) {
		if (run.status === 'failed') throw new ApiError(500, 'execution_failed', run.error);
		if (run.status === 'completed') {
			return {
				execution_id: run.id,
				thread_id: thread.id,
				status: run.status,
				message: run.message && messageFields(run.message),
				iterations: run.iterations,
				tool_calls_count: run.toolCalls,
			};
		}
		await sleep(POLL_MS, undefined, { ref: false });
	}
	throw new ApiError(
		408,
		'timeout',
		`Execution did not complete within ${timeoutMs}ms. ` +
			`Use GET /api/v1/threads/${thread.id}/messages to check for new messages.`,
	);
}

function findThread(store: Store, { workspaceId }: ApiKey, id: string): Thread {
	return find('Thread', store.threads, id, (thread) => thread.workspaceId === workspaceId);
}

function messageFields({ role, content, tool_calls, created_at }: Message) {
	return { role, content, tool_calls, created_at };
}
