// What workflows and file handlers share: a run that is streamed from its start.
import { envelope, internalError, isRaised } from '../errors.mts';
import type { Call } from '../http/call.mts';
import { sendStream } from '../http/sse.mts';
import type { Frame } from '../http/sse.mts';
import type { Run } from '../records.mts';
import { follow, inBackground } from '../runs.mts';
import { dialect, eventFrame } from './views.mts';

interface Started {
	run: Run;
	done: Promise<unknown>;
}

/** Streams a run; after the events of a failed one comes an error frame without an id. */
export async function sendStarted(
	call: Call,
	{ run, done }: Started,
	doing: string,
): Promise<void> {
	inBackground(done, call.store.life);
	await sendStream(call, dialect, async function* (signal): AsyncGenerator<Frame> {
		for await (const { event, position } of follow(run, 0, signal)) {
			yield eventFrame(run, event, position);
		}
		const failure = await raisedBy(done);
		if (failure) yield { event: 'error', data: envelope(internalError(doing, failure)) };
	});
}

async function raisedBy(done: Promise<unknown>) {
	try {
		await done;
		return null;
	} catch (error) {
		if (isRaised(error)) return error;
		throw error;
	}
}
