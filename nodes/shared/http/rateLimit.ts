import { sleep } from '../timer';

/** What an answer tells about the rate limit of the key it was asked with. */
export interface RateLimit {
	/** Requests left until `resetsAt`. */
	remaining: number;
	/** Requests of a whole window. */
	perWindow: number;
	/** When they are counted anew, in epoch milliseconds. */
	resetsAt: number;
}

/** A reset further off than this is left to the platform, which then refuses by itself. */
const LONGEST_PAUSE_MS = 120_000;
/** How long to wait for an answer that tells what a new window holds. */
const SHORT_PAUSE_MS = 250;
/** Part of what is left that looks at runs may use; the rest is for starts and cancels. */
const PART_FOR_LOOKS = 0.5;

/** Keeps the requests of one execution within the rate limit that their answers tell. */
export class RateBudget {
	private limit: RateLimit | undefined;
	/** Sent and not answered yet: the last answer may not have counted them. */
	private inFlight = 0;

	/** Waits until the limit allows one more request. Rejects when `signal` is aborted meanwhile. */
	async admit(signal: AbortSignal | undefined): Promise<void> {
		// What is still sent after a stop ends work on the platform, and that cannot wait.
		for (let pause = this.pause(); pause > 0 && !signal?.aborted; pause = this.pause()) {
			await sleep(pause, signal);
		}
		this.inFlight++;
	}

	/** Takes note of an answer, or that none came. */
	answered(limit: RateLimit | undefined): void {
		this.inFlight--;
		if (!limit) return;
		const sameWindow = this.limit?.resetsAt === limit.resetsAt;
		if (sameWindow) limit.remaining = Math.min(limit.remaining, this.limit?.remaining ?? 0);
		if (sameWindow || limit.resetsAt > (this.limit?.resetsAt ?? 0)) this.limit = limit;
	}

	/**
	 * How far apart requests that can wait have to be, in milliseconds, so that the limit lasts and
	 * other requests find room; 0 while no limit is known.
	 */
	get pace(): number {
		if (!this.limit) return 0;
		const span = this.limit.resetsAt - Date.now();
		return span > 0 ? span / Math.max(1, this.left() * PART_FOR_LOOKS) : 0;
	}

	private left(): number {
		if (!this.limit) return Infinity;
		const { remaining, perWindow, resetsAt } = this.limit;
		return (Date.now() < resetsAt ? remaining : perWindow) - this.inFlight;
	}

	private pause(): number {
		if (!this.limit || this.left() > 0) return 0;
		const untilReset = this.limit.resetsAt - Date.now();
		if (untilReset > LONGEST_PAUSE_MS) return 0;
		return Math.max(untilReset, SHORT_PAUSE_MS);
	}
}
