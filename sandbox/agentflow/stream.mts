import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AgentEvent, Run } from './run.mts';
import type { Store } from './store.mts';

/** Answers a run: its events as they come, or all of them once it has ended. */
export async function sendRun(
	store: Store,
	run: Run,
	how: { stream: boolean; verbose: boolean },
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	if (!how.stream) return await sendCollected(store, run, how.verbose, reply);
	const bytes = Readable.from(
		eventStream(store, run, how.verbose, () => request.raw.socket.destroy()),
	);
	return await reply
		.header('content-type', 'text/event-stream; charset=utf-8')
		.header('cache-control', 'no-cache')
		.send(bytes);
}

async function* eventStream(
	store: Store,
	run: Run,
	verbose: boolean,
	breakConnection: () => void,
): AsyncGenerator<Buffer> {
	const { sse, older, cut } = store.settings;
	const cutAfter = cut ? cut.afterEvents : Infinity;
	if (cut) store.settings.cut = cut.times > 1 ? { ...cut, times: cut.times - 1 } : null;

	const write = async function* (lines: string[]): AsyncGenerator<Buffer> {
		const bytes = Buffer.from([...lines, '', ''].join(sse.lineEnd));
		const size = sse.bytesPerWrite ?? bytes.length;
		for (let at = 0; at < bytes.length; at += size) {
			yield bytes.subarray(at, at + size);
			// A write of its own for each piece.
			if (size < bytes.length) await nextTurn();
		}
	};

	if (!older) yield* write(['retry: 5000']);
	const isCut = async (sent: number): Promise<boolean> => {
		if (sent < cutAfter) return false;
		// What was written must leave first.
		await nextTurn();
		breakConnection();
		return true;
	};
	let sent = 0;
	if (await isCut(sent)) return;
	for await (const event of run.follow(verbose)) {
		const comment = sse.comments ? [': still here'] : [];
		const id = older ? [] : [`id: ${event.seq}`];
		const data = `data: ${JSON.stringify(older ? olderEvent(event) : event)}`;
		yield* write([...comment, ...id, data]);
		sent += 1;
		if (await isCut(sent)) return;
	}
	if (sse.doneMarker) yield* write(['data: [DONE]']);
}

/** Upper-case names, and a delta's text in a field of its own. */
function olderEvent(event: AgentEvent) {
	const type = event.type.toUpperCase();
	if (event.type !== 'delta') return { ...event, type };
	return { ...event, type, content: null, delta: event.content };
}

async function sendCollected(
	store: Store,
	run: Run,
	verbose: boolean,
	reply: FastifyReply,
): Promise<FastifyReply> {
	const events: AgentEvent[] = [];
	for await (const event of run.follow(verbose)) events.push(event);

	const { collected, older } = store.settings;
	const shaped = older ? events.map(olderEvent) : events;
	if (collected === 'array') return await reply.send(shaped);
	const ids = {
		call_id: run.root.callId,
		run_id: run.runId,
		conversation_id: run.conversation.id,
		message_id: run.messageId,
	};
	if (collected === 'events') return await reply.send({ events: shaped, ...ids });
	if (run.error !== null) return await reply.code(500).send({ detail: run.error });
	return await reply.send({ [collected]: run.text, ...ids });
}
