import { settle, type Settled } from '../settle';
import { sleep } from '../timer';

/* Bodies of answers, read as they arrive and ended when they stay silent. */

/** A body as it arrives: what is needed here of Node's Readable. */
export type BodyStream = AsyncIterable<Buffer> & { destroy(error?: Error): unknown };

/** Says that nobody wants a request's answer any more: one of the signals is aborted, or `now`. */
export class Unwanted {
	private readonly controller = new AbortController();
	readonly now = () => this.controller.abort();

	constructor(private readonly signals: AbortSignal[]) {
		if (signals.some(({ aborted }) => aborted)) this.now();
		for (const signal of signals) signal.addEventListener('abort', this.now);
	}

	get signal(): AbortSignal {
		return this.controller.signal;
	}

	/** Nothing is to be said any more. */
	settle(): void {
		for (const signal of this.signals) signal.removeEventListener('abort', this.now);
	}
}

/** Ends a body that stays silent for too long, or that nobody wants, with its connection. */
export async function* watched(
	body: BodyStream,
	silenceMs: number,
	unwanted: Unwanted,
): AsyncGenerator<Buffer> {
	const chunks = body[Symbol.asyncIterator]();
	let isWhole = false;
	try {
		for (;;) {
			const quiet = new AbortController();
			const silence = sleep(silenceMs, quiet.signal).then(
				() => 'silence' as const,
				() => 'answered' as const,
			);
			const arrived = chunks.next();
			const first = await Promise.race([arrived, silence]).finally(() => quiet.abort());
			if (first === 'silence' || first === 'answered') {
				arrived.catch(() => undefined);
				throw Object.assign(new Error('silence'), { code: 'ETIMEDOUT' });
			}
			if (first.done) {
				isWhole = true;
				return;
			}
			yield first.value;
		}
	} finally {
		// Destroying the body alone would leave its connection open until more arrives.
		body.destroy();
		if (!isWhole) unwanted.now();
		unwanted.settle();
	}
}

/** The whole body, or why it came in part. */
export async function readAll(body: AsyncIterable<Buffer>): Promise<Settled<Buffer>> {
	return await settle(async () => {
		const chunks: Buffer[] = [];
		for await (const chunk of body) chunks.push(chunk);
		return Buffer.concat(chunks);
	});
}
