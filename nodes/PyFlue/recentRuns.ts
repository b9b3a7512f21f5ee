import { hasStatus, type PlatformError } from '../shared/errors';
import { take } from '../shared/list';
import { settle } from '../shared/settle';
import type { Known } from '../shared/runs/trigger';
import type { PyFlueApi } from './api';
import type { Run } from './schemas';

/** So many known rows in a row, or so many bytes of them: behind them all is known. */
const ENOUGH_KNOWN = { rows: 50, bytes: 2_000_000 };
/** A longer result or error is not kept of a listed run: it is fetched when the run is emitted. */
const LEFT_OUT = { fields: ['result', 'error'], beyond: 64 * 1024 };
/** Of listed runs so much is kept as it is, in the bytes of their rows. */
const KEPT_BYTES = 8_000_000;

/** Requests that look for a worker with another list: each may answer any of them. */
const MOST_ASKED = 6;

/** How large a row was, and whether something is missing in it. */
interface Size {
	bytes: number;
	isCut: boolean;
}

/** Completions that were listed and are not emitted yet. */
type Waiting = ReadonlyMap<string, { run: Run; size: Size }>;

/** By trigger. In memory only: after a restart the list is read down to what is known. */
const waiting = new Map<string, Waiting>();

/** What one poll reads of the list of runs, whose rows hold whatever workflows return. */
export class RecentRuns {
	private readonly earlier: Waiting;
	private readonly found: Map<string, { run: Run; size: Size }> = new Map();
	private readonly sizes = new Map<string, Size>();
	private kept = 0;
	/** The first poll saw that several workers have lists of their own. */
	several = false;

	constructor(
		private readonly api: PyFlueApi,
		/** Tells the trigger and its account from any other. */
		private readonly poller: string,
	) {
		this.earlier = waiting.get(poller) ?? new Map();
	}

	/** Newest first, down to what is known; then what was listed before and is not emitted yet. */
	async *list(rowError: (error: PlatformError) => void, known: Known<Run>): AsyncGenerator<Run> {
		const measured = ({ runId }: Run, bytes: number, isCut: boolean) =>
			this.sizes.set(runId, { bytes, isCut });
		const listed = new Set<string>();
		let inARow = { rows: 0, bytes: 0 };
		let hasAsked = false;
		// Unfiltered, so that another filter tomorrow does not make old runs new.
		for await (const run of this.api.admin.runs({}, rowError, { leaveOut: LEFT_OUT, measured })) {
			listed.add(run.runId);
			yield run;
			inARow = this.isKnown(run, known)
				? { rows: inARow.rows + 1, bytes: inARow.bytes + this.sizeOf(run).bytes }
				: { rows: 0, bytes: 0 };
			const enough = inARow.rows >= ENOUGH_KNOWN.rows || inARow.bytes >= ENOUGH_KNOWN.bytes;
			if (!enough || known.nothing) continue;
			if (!hasAsked) {
				hasAsked = true;
				for (const { run: left } of this.earlier.values()) {
					if (!listed.has(left.runId)) yield left;
				}
				// Runs that go on behind newer ones are told by one request, and not by one each.
				if (known.missing().length > 0) yield* this.api.admin.runs({ status: 'active' }, rowError);
			}
			if (!known.lacksMany()) return;
		}
		if (known.nothing) this.several = await this.showsOthers([...listed][0]);
	}

	/** Whether another worker shows another list. */
	private async showsOthers(newest: string | undefined): Promise<boolean> {
		for (let asked = 0; asked < MOST_ASKED; asked++) {
			const part = { limit: 1, leaveOut: { ...LEFT_OUT, beyond: 0 } };
			const look = async () =>
				await take(
					this.api.admin.runs({}, () => undefined, part),
					1,
				);
			const looked = await settle(look);
			if ('value' in looked && looked.value[0]?.runId !== newest) return true;
		}
		return false;
	}

	private isKnown(run: Run, known: Known<Run>): boolean {
		return known.has(run) || this.earlier.get(run.runId)?.run.status === run.status;
	}

	private sizeOf({ runId }: Run): Size {
		const size = this.sizes.get(runId) ?? this.earlier.get(runId)?.size;
		return size ?? { bytes: 0, isCut: false };
	}

	/** What is kept of a run until it is emitted: all of it, while there is room. */
	slim(run: Run): Run {
		const size = this.sizeOf(run);
		this.kept += size.isCut ? 0 : size.bytes;
		const kept = { ...run };
		if (this.kept > KEPT_BYTES) {
			delete kept.result;
			delete kept.error;
		}
		this.found.set(run.runId, { run: kept, size });
		return kept;
	}

	isLarge(run: Run): boolean {
		return this.sizeOf(run).isCut;
	}

	/** The run as it was listed, if that holds all that its record does; Flue's rows are shorter. */
	get(runId: string): Run | undefined {
		const run = this.found.get(runId)?.run;
		return run && 'result' in run && 'error' in run ? run : undefined;
	}

	/** The poll is over, and what it has not emitted waits for the next one. */
	keep(): void {
		waiting.set(this.poller, this.found);
	}
}

/** Whether one of several workers does not know the run: each has its own list. */
export async function isElsewhere(api: PyFlueApi, id: string): Promise<boolean> {
	for (let asked = 0; asked < MOST_ASKED; asked++) {
		const looked = await settle(async () => await api.runs.events(id, { limit: 1 }));
		if ('error' in looked) return hasStatus(looked.error, 404);
	}
	return false;
}
