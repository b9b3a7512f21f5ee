import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StreamShape } from '../settings.mts';
import type { Call } from './call.mts';

export interface Frame {
	id?: number;
	event: string;
	data: unknown;
}

/** What differs between the two servers' frames. */
export interface Dialect {
	contentType: string;
	order: Array<'id' | 'event' | 'data'>;
	stringify(value: unknown): string;
	headers: Record<string, string>;
}

interface StreamOptions {
	heartbeatMs?: number;
}

/**
 * Answers a stream of frames and ends it when they end. `produce` gets a signal that is aborted
 * when the client leaves or the server restarts; it may end by throwing its reason.
 */
export async function sendStream(
	{ store, reply, worker }: Call,
	dialect: Dialect,
	produce: (signal: AbortSignal) => AsyncIterable<Frame>,
	{ heartbeatMs }: StreamOptions = {},
): Promise<void> {
	reply.hijack();
	const { raw } = reply;
	const closed = new AbortController();
	raw.once('close', () => closed.abort());
	const signal = AbortSignal.any([closed.signal, store.life]);
	const shape = store.settings.stream;

	for (const [name, value] of Object.entries(reply.getHeaders())) {
		if (value !== undefined) raw.setHeader(name, value);
	}
	raw.writeHead(200, { ...dialect.headers, 'content-type': dialect.contentType });
	raw.flushHeaders();
	const beat = () => store.isBlocked(worker) || raw.write(': heartbeat\n\n');
	const heartbeat = heartbeatMs === undefined ? undefined : setInterval(beat, heartbeatMs).unref();
	try {
		let sent = 0;
		for await (const frame of produce(signal)) {
			await store.unblocked(worker);
			await write(raw, render(frame, dialect, shape), shape, signal);
			sent += 1;
			if (sent === shape.cutAfterEvents) return await cut(raw);
		}
		raw.end();
	} catch (error) {
		raw.destroy();
		if (!signal.aborted) throw error;
	} finally {
		clearInterval(heartbeat);
	}
}

function render(frame: Frame, dialect: Dialect, shape: StreamShape): string {
	const lines = dialect.order.flatMap((name) => {
		if (name !== 'data') return frame[name] === undefined ? [] : [`${name}: ${frame[name]}`];
		const text = shape.multilineData
			? JSON.stringify(frame.data, null, 1)
			: dialect.stringify(frame.data);
		return text.split('\n').map((line) => `data: ${line}`);
	});
	const commented = shape.comments ? lines.flatMap((line) => [': a comment', line]) : lines;
	return [...commented, '', ''].join(shape.lineEnd);
}

async function write(
	raw: ServerResponse,
	text: string,
	{ chunkBytes }: StreamShape,
	signal: AbortSignal,
): Promise<void> {
	const bytes = Buffer.from(text);
	const size = chunkBytes ?? bytes.length;
	for (let start = 0; start < bytes.length; start += size) {
		if (!raw.write(bytes.subarray(start, start + size))) await once(raw, 'drain', { signal });
		// Node joins what is written in one tick.
		if (chunkBytes !== null) await nextTurn();
	}
}

/** Loses the connection, but nothing that was written: Node holds it back for a tick. */
async function cut(raw: ServerResponse): Promise<void> {
	await nextTurn();
	raw.destroy();
}
