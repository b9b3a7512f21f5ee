import type { ServerSentEvent } from '../shared/http/sse';
import { sleep } from '../shared/timer';

/** Connections in a row that bring nothing before the stream is given up. */
const FRUITLESS = 5;
const PAUSE_MS = 500;

/**
 * The events of a run from the first to `run_end`, each once, as they come. A stream that breaks off
 * is taken up again behind its last event (contract: GET /runs/{run_id}/stream, `Last-Event-ID`).
 *
 * @param open asks for the stream behind the event with this id
 * @throws PlatformError when there is no such stream; it ends without `run_end` when it is given up
 */
export async function* followEvents(
	open: (lastId: string | undefined) => Promise<AsyncIterable<ServerSentEvent>>,
	signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
	let lastId: string | undefined;
	for (let fruitless = 0; fruitless < FRUITLESS && !signal.aborted; fruitless++) {
		if (fruitless > 0) await sleep(PAUSE_MS * fruitless, signal);
		const events = await open(lastId);
		try {
			for await (const event of events) {
				if (lastId !== undefined && Number(event.id) <= Number(lastId)) continue;
				[lastId, fruitless] = [event.id, 0];
				yield event;
				if (event.event === 'run_end') return;
			}
			// The server closes it by itself only when nothing is left to tell.
			return;
		} catch {
			// It broke off: the next one goes on where it did.
		}
	}
}
