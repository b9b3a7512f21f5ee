/*
 * Which runs have ended since last time? Pure: a cursor and a listing in, completions and the next
 * cursor out. What is kept between two polls is small and says three things:
 *
 * - `seen`: the completions handled lately, by key. A completion is a run, its round and its
 *   outcome, so a run that is restarted completes again under another key.
 * - `floor`: completions that the platform dates before this time are older than anything in
 *   `seen`, and so handled. It is only ever the platform's own time, compared with itself, and it
 *   rises only when `seen` overflows: no clock can push it past a completion.
 * - `open`: runs seen unfinished. However long they take and however they are dated in the end,
 *   their completion is new.
 */

/** One row of a listing. */
export interface Sighting {
	id: string;
	/** What makes two completions the same one. */
	key: string;
	/** When the platform says it changed last, in epoch milliseconds; see `UNDATED`. */
	at: number;
	ended: boolean;
}

/** The cursor as it is stored: JSON, about 60 bytes a remembered completion. */
export interface Cursor {
	/** Changes when the credential does: another account has other runs. */
	source: string;
	floor: number;
	/** Key, time and generation of each completion. */
	seen: Array<[key: string, at: number, generation: number]>;
	open: string[];
	/** Completions that could not be fetched, and how often that was tried. */
	failed: Record<string, number>;
	/** Counts the polls that found something. */
	generation: number;
}

/** What a poll did with the completions that `Survey.fresh` gave it. */
export interface Outcome {
	/** Handled for good: emitted, or not wanted. */
	handled: Sighting[];
	/** Could not be fetched this time. */
	failed: Sighting[];
	/** Open runs that no longer exist. */
	gone: string[];
}

/** The time of a row without one: it is never taken for old. */
export const UNDATED = Number.MAX_SAFE_INTEGER;
/** Completions remembered by key; older ones are told by their time. */
export const REMEMBERED = 1000;
/** Completions of so many last generations are never told by their time, which may lag. */
const PROTECTED_GENERATIONS = 3;
/** Beyond this many the oldest are forgotten even so; they would come again, and none gets lost. */
const MOST_REMEMBERED = 5000;
/** Open runs beyond this many are told by the time of their completion alone. */
const MOST_OPEN = 5000;

/** Walks one listing with what the last poll left. */
export class Survey {
	private readonly seen: Set<string>;
	private readonly wasOpen: Set<string>;
	private readonly listed = new Set<string>();
	private readonly nowOpen = new Set<string>();
	private readonly found = new Map<string, Sighting>();
	private readonly baseline: Sighting[] = [];

	/**
	 * @param cursor what the last poll left; undefined takes what the listing holds as the baseline
	 * @param source what the cursor must belong to
	 * @param since with no cursor: completions from this time on are new, in epoch milliseconds
	 */
	constructor(
		private readonly cursor: Cursor | undefined,
		private readonly source: string,
		private readonly since = Infinity,
	) {
		this.seen = new Set(cursor?.seen.map(([key]) => key));
		this.wasOpen = new Set(cursor?.open);
	}

	/**
	 * Takes one row of the listing.
	 *
	 * @returns whether it is a completion that has to be handled
	 */
	see(sighting: Sighting): boolean {
		const { id, key, at, ended } = sighting;
		if (this.wasOpen.has(id)) this.listed.add(id);
		if (!ended) {
			this.nowOpen.add(id);
			return false;
		}
		const isNew = this.cursor
			? this.isNew(sighting, this.cursor)
			: at >= this.since && at !== UNDATED;
		if (isNew) this.found.set(key, sighting);
		else if (!this.cursor) this.baseline.push(sighting);
		return isNew;
	}

	private isNew({ id, key, at }: Sighting, { floor, failed }: Cursor): boolean {
		if (this.seen.has(key)) return false;
		return at >= floor || this.wasOpen.has(id) || key in failed;
	}

	/** The new completions, oldest first. */
	get fresh(): Sighting[] {
		return [...this.found.values()].sort((a, b) => a.at - b.at);
	}

	/** Open runs that the listing does not show: it may be cut, or they may be gone. */
	get missing(): string[] {
		return [...this.wasOpen].filter((id) => !this.listed.has(id));
	}

	/** How often a completion could not be fetched so far. */
	triesOf(key: string): number {
		return this.cursor?.failed[key] ?? 0;
	}

	/** The cursor to store: the old one itself where nothing has changed. */
	next({ handled, failed, gone }: Outcome): Cursor {
		const last = this.cursor ?? {
			source: this.source,
			floor: 0,
			seen: [],
			open: [],
			failed: {},
			generation: 0,
		};
		const done = new Set(handled.map(({ key }) => key));
		const left = this.fresh.filter(({ key }) => !done.has(key));
		const added = [...this.baseline, ...handled];
		const generation = added.length > 0 ? last.generation + 1 : last.generation;
		const entries = [
			...last.seen,
			...added.map(({ key, at }): Cursor['seen'][number] => [key, at, generation]),
		];
		const { seen, floor } = prune(entries, last.floor, generation, left);

		const finished = new Set(handled.map(({ id }) => id));
		const awaited = new Set([...this.missing, ...left.map(({ id }) => id)]);
		for (const id of gone) awaited.delete(id);
		for (const id of finished) awaited.delete(id);
		const open = [
			...last.open.filter((id) => awaited.has(id) || this.nowOpen.has(id)),
			...[...this.nowOpen].filter((id) => !this.wasOpen.has(id)),
		];
		const retried = new Set(failed.map(({ key }) => key));
		const next: Cursor = {
			source: this.source,
			floor,
			seen,
			open: open.slice(-MOST_OPEN),
			failed: Object.fromEntries([
				...Object.entries(last.failed).filter(([key]) => !done.has(key)),
				...[...retried].map((key) => [key, this.triesOf(key) + 1]),
			]),
			generation,
		};
		return this.cursor && JSON.stringify(next) === JSON.stringify(this.cursor) ? this.cursor : next;
	}
}

/** Forgets the oldest completions where there are too many, and raises the floor above them. */
function prune(
	entries: Cursor['seen'],
	floor: number,
	generation: number,
	/** Oldest first. */
	left: Sighting[],
): { seen: Cursor['seen']; floor: number } {
	if (entries.length <= REMEMBERED) return { seen: entries, floor };
	// The baseline was never emitted: nothing of it needs protection.
	const isRecent = ([, , of]: Cursor['seen'][number]) =>
		generation > 1 && of > generation - PROTECTED_GENERATIONS;
	const recent = entries.filter(isRecent).length;
	const times = entries.filter((entry) => !isRecent(entry)).map(([, at]) => at);
	const room = Math.max(REMEMBERED / 2, REMEMBERED - recent);
	const cut = times.length > room ? times.sort((a, b) => b - a)[room - 1] : floor;
	// What has not been handled yet must stay above the floor.
	const oldestLeft = left[0]?.at ?? Infinity;
	const raised = Math.max(floor, Math.min(cut, oldestLeft));
	const kept = entries
		.filter((entry) => entry[1] >= raised || isRecent(entry))
		.sort(([, , a], [, , b]) => a - b);
	return { seen: kept.slice(-MOST_REMEMBERED), floor: raised };
}
