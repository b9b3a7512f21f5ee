import { once, setMaxListeners } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { AgentBehaviour, WorkflowBehaviour } from './behaviour.mts';
import type { Duration, Run, Session } from './records.mts';
import { defaultSettings } from './settings.mts';
import type { Settings } from './settings.mts';

/** Everything the stand-in remembers, and the end of it. */
export class Store {
	/** In the order they were added. */
	readonly runs = new Map<string, Run>();
	/** By agent and session. */
	readonly sessions = new Map<string, Session>();
	/** Set over the control routes, by name. */
	readonly workflowBehaviours = new Map<string, WorkflowBehaviour>();
	readonly agentBehaviours = new Map<string, AgentBehaviour>();
	settings: Settings = defaultSettings();
	/** Makes the server refuse connections for as many milliseconds. */
	onEnd: (ms: number) => void = () => {};

	#requests = 0;
	#life = newLife();
	/** What blocks a process. */
	#blocking = new Map<number, Promise<unknown>>();

	/** Aborted by the next reset or restart: work and streams of before end with it. */
	get life(): AbortSignal {
		return this.#life.signal;
	}

	reset(): void {
		this.settings = defaultSettings();
		this.restart();
		this.workflowBehaviours.clear();
		this.agentBehaviours.clear();
		this.#requests = 0;
	}

	/** Its processes end and start again: they know what a file has kept, and nothing makes it go on. */
	restart(): void {
		this.#life.abort();
		this.#life = newLife();
		this.#blocking.clear();
		this.sessions.clear();
		if (this.settings.runStore === 'memory') this.runs.clear();
		for (const run of this.runs.values()) run.worker = null;
	}

	/** The process is gone for `downAfterThrowMs`, if that is set. */
	end(): void {
		const { downAfterThrowMs } = this.settings;
		if (downAfterThrowMs === null || this.life.aborted) return;
		this.restart();
		this.onEnd(downAfterThrowMs);
	}

	/** Work during which its process does nothing else. */
	async block(worker: number, work: () => Promise<void>): Promise<void> {
		await this.unblocked(worker);
		const blocking = work();
		this.#blocking.set(
			worker,
			blocking.catch(() => undefined),
		);
		await blocking.finally(() => this.#blocking.delete(worker));
	}

	isBlocked(worker: number): boolean {
		return this.#blocking.has(worker);
	}

	/** When the process does nothing else. */
	async unblocked(worker: number): Promise<void> {
		while (this.isBlocked(worker)) {
			await this.#blocking.get(worker);
			// What was blocked ends first.
			await nextTurn();
		}
	}

	/** The process that answers the next request. */
	nextWorker(): number {
		this.#requests += 1;
		return this.#requests % this.settings.workers;
	}

	/** The runs a process knows, oldest first. */
	runsOf(worker: number): Run[] {
		return [...this.runs.values()].filter((run) => this.#knows(worker, run));
	}

	runOf(worker: number, id: string): Run | undefined {
		const run = this.runs.get(id);
		return run && this.#knows(worker, run) ? run : undefined;
	}

	#knows(worker: number, run: Run): boolean {
		return run.worker === null || run.worker % this.settings.workers === worker;
	}

	/** Keeps a run; the oldest ones beyond the bound are forgotten, ended or not. */
	keep(run: Run): void {
		this.runs.set(run.id, run);
		this.evict();
	}

	evict(): void {
		for (const id of this.runs.keys()) {
			if (this.runs.size <= this.settings.maxRuns) return;
			this.runs.delete(id);
		}
	}
}

/** Seconds since the epoch, to the microsecond, as Python's `time.time()`. */
export function now(): number {
	return Math.round((performance.timeOrigin + performance.now()) * 1000) / 1_000_000;
}

export function draw(duration: Duration): number {
	if (typeof duration === 'number') return duration;
	const [min, max] = duration;
	return min + Math.random() * (max - min);
}

/** Waits; rejects when `signal` is aborted. A pending wait keeps no closed sandbox alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
	if (ms > 0) await sleep(ms, undefined, { signal, ref: false });
}

/** Never fulfilled; rejects when `signal` is aborted. */
export async function hang(signal: AbortSignal): Promise<never> {
	if (!signal.aborted) await once(signal, 'abort');
	throw signal.reason;
}

function newLife(): AbortController {
	const life = new AbortController();
	setMaxListeners(0, life.signal);
	return life;
}
