import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent, Compilation, Duration, Run, Tool, UploadedFile } from './records.mts';

/** Waits a duration; rejects when the work it belongs to is stopped. */
export type Pause = (duration: Duration) => Promise<void>;

/** Everything the stand-in remembers, its clock, and the work that goes on in real time. */
export class Store {
	readonly agents = new Map<string, Agent>();
	readonly runs = new Map<string, Run>();
	readonly tools = new Map<number, Tool>();
	readonly compilations = new Map<string, Compilation>();
	/** By the path they are served under. */
	readonly files = new Map<string, UploadedFile>();
	/** How far the server's clock is from the real one. */
	clockOffsetMs = 0;
	/** Lists as page objects of Django REST framework instead of plain arrays. */
	paged = false;

	#serial = 0;
	#work = new Map<string, AbortController>();

	clear(): void {
		for (const id of this.#work.keys()) this.stopWork(id);
		this.agents.clear();
		this.runs.clear();
		this.tools.clear();
		this.compilations.clear();
		this.files.clear();
		this.clockOffsetMs = 0;
		this.paged = false;
		this.#serial = 0;
	}

	/** Milliseconds since the epoch, by the server's clock. */
	now(): number {
		return Date.now() + this.clockOffsetMs;
	}

	timestamp(): string {
		return formatTime(this.now());
	}

	/** Counts up; for every int the wire calls an id. */
	nextSerial(): number {
		this.#serial += 1;
		return this.#serial;
	}

	/** Three groups of letters, as in `won-gsfr-mxp`. */
	newRunId(): string {
		return unused(this.runs, () => `${letters(3)}-${letters(4)}-${letters(3)}`);
	}

	newCompilationId(): string {
		return unused(this.compilations, () => `cmp-${letters(4)}-${letters(3)}`);
	}

	/** Replaces fields of a run; `updated_at` moves unless given. Answers the new record. */
	changeRun(id: string, change: Partial<Run>): Run {
		return replace(this.runs, id, { updated_at: this.timestamp(), ...change });
	}

	changeAgent(uuid: string, change: Partial<Agent>): Agent {
		return replace(this.agents, uuid, { updated_at: this.timestamp(), ...change });
	}

	changeTool(id: number, change: Partial<Tool>): Tool {
		return replace(this.tools, id, { updated_at: this.timestamp(), ...change });
	}

	changeCompilation(id: string, change: Partial<Compilation>): Compilation {
		return replace(this.compilations, id, { updated_at: this.timestamp(), ...change });
	}

	run(id: string): Run {
		return known(this.runs, id);
	}

	/** Every run and compilation of the store has its agent here: archived ones stay. */
	agentOf({ agentUuid }: { agentUuid: string }): Agent {
		return known(this.agents, agentUuid);
	}

	toolsOf(agent: Agent): Tool[] {
		return agent.available_tools.flatMap((id) => this.tools.get(id) ?? []);
	}

	/** Does `work` in the background; work of the same id that still goes on is stopped first. */
	startWork(id: string, work: (pause: Pause) => Promise<void>): void {
		this.stopWork(id);
		const controller = new AbortController();
		this.#work.set(id, controller);
		const pause: Pause = async (duration) =>
			// Pending work must not keep a closed sandbox alive.
			await sleep(draw(duration), undefined, { signal: controller.signal, ref: false });
		void work(pause)
			.catch((error: unknown) => {
				if (!controller.signal.aborted) throw error;
			})
			.finally(() => {
				if (this.#work.get(id) === controller) this.#work.delete(id);
			});
	}

	stopWork(id: string): void {
		this.#work.get(id)?.abort();
		this.#work.delete(id);
	}
}

/** Microseconds and `Z`, as Django REST framework writes a time. */
export function formatTime(ms: number): string {
	return new Date(ms).toISOString().replace('Z', '000Z');
}

/** A duration as a number of milliseconds. */
export function draw(duration: Duration): number {
	if (typeof duration === 'number') return duration;
	const [min, max] = duration;
	return min + Math.random() * (max - min);
}

function replace<K, T extends object>(records: Map<K, T>, key: K, change: Partial<T>): T {
	const changed = { ...known(records, key), ...change };
	records.set(key, changed);
	return changed;
}

function known<K, T>(records: Map<K, T>, key: K): T {
	const record = records.get(key);
	if (record === undefined) throw new Error(`The store has no record ${String(key)}`);
	return record;
}

function unused(taken: Map<string, unknown>, make: () => string): string {
	let id = make();
	while (taken.has(id)) id = make();
	return id;
}

function letters(count: number): string {
	return Array.from(randomBytes(count), (byte) => String.fromCharCode(97 + (byte % 26))).join('');
}
