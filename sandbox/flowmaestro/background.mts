import { setTimeout as sleep } from 'node:timers/promises';

/** Waits milliseconds; rejects when the work it belongs to is stopped. */
export type Pause = (ms: number) => Promise<void>;

/** Work that goes on after its request was answered, by the id of what it works on. */
export class Background {
	#running = new Map<string, AbortController>();

	/** Work of the same id that still goes on is stopped first. */
	start(id: string, work: (pause: Pause, signal: AbortSignal) => Promise<void>): void {
		this.stop(id);
		const controller = new AbortController();
		this.#running.set(id, controller);
		const pause: Pause = async (ms) =>
			// Pending work must not keep a closed sandbox alive.
			await sleep(ms, undefined, { signal: controller.signal, ref: false });
		void work(pause, controller.signal)
			.catch((error: unknown) => {
				if (!controller.signal.aborted) throw error;
			})
			.finally(() => {
				if (this.#running.get(id) === controller) this.#running.delete(id);
			});
	}

	stop(id: string): void {
		this.#running.get(id)?.abort();
		this.#running.delete(id);
	}

	stopAll(): void {
		for (const id of this.#running.keys()) this.stop(id);
	}
}
