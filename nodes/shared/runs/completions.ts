/*
 * Which runs have ended since last time? Pure: a cursor and a listing in, completions and the next
 * cursor out. What is kept between two polls is small and says three things:
 *
 * - `seen`: the completions handled lately, by key. A completion is a run, its round and its
 *   outcome, so a run that is restarted completes again under another key.
 * - `floor`: completions that the platform dates before this time are older than anything in
 *   `seen`, and so handled. It is only ever the platform's own time, compared with itself, and it
 *   rises only when `seen` overflows, with at least 500 handled completions above it.
 * - `awaited`: runs seen unfinished, and runs whose completion is seen but not handled yet. However
 *   long they take and however they are dated in the end, their completion is new.
 *
 * A pause is handled like a completion, but its run stays awaited, and when the run is seen to go on
 * its pause is forgotten, so that the next one is new.
 *
 * So each completion that a listing shows is handled, and handled once. What no small state can
 * tell apart:
 *
 * - A completion gets lost when a follow-up restarts its run before it could be fetched: the
 *   platform itself keeps only the last round.
 * - A completion gets lost when its run was never seen unfinished and it appears behind 500
 *   (where lists take turns: 5 000) completions that are handled and dated later: it was withheld
 *   for so long, or the platform's clock went back so far.
 * - A completion comes again when the platform dates it anew after 500 that were dated later.
 */

/** One row of a listing. */
export interface Sighting {
	id: string;
	/** What makes two completions the same one. */
	key: string;
	/** When the platform says it changed last, in epoch milliseconds; see `UNDATED`. */
	at: number;
	ended: boolean;
	/** It has not ended, but its standing still is told of like an end. */
	paused?: boolean;
}

/** The cursor as it is stored: JSON, about 50 bytes a remembered completion. */
export interface Cursor {
	/** Changes when the credential does: another account has other runs. */
	source: string;
	floor: number;
	/** Key, time and generation of each completion, oldest generation first. */
	seen: Array<[key: string, at: number, generation: number]>;
	/** Run id, and how often its completion could not be fetched. */
	awaited: Array<[id: string, failures: number]>;
	/** Counts the polls that found something. */
	generation: number;
	/** Runs may have gone by unseen since the last item. */
	gap?: true;
	/** When the first poll was, where lists may be of several servers in turn. */
	begun?: Begun;
}

/** The first poll by the platform's clock, in epoch milliseconds. */
export interface Begun {
	at: number;
	/** How far that clock was ahead of this machine's. */
	ahead: number;
	/** Servers were seen to show different lists. */
	several?: boolean;
	/** The newest run that was listed: another server's list may lack it. */
	newest?: string;
}

/** What a poll did with the completions that `Survey.fresh` gave it. */
export interface Outcome {
	/** Handled for good: emitted, or not wanted. */
	handled: Sighting[];
	/** Could not be fetched this time. */
	failed: Sighting[];
	/** Awaited runs that the platform did not find this time. */
	notFound?: string[];
	/** Awaited runs that are given up: the platform has not found them for too long. */
	gone: string[];
	/** A gap is still to be told. */
	gap?: boolean;
	/** Completions dated later than this may be in a list that was not read, in epoch milliseconds. */
	readUpTo?: number;
	/** When this poll was; kept of the first one. */
	begun?: Begun;
	/**
	 * The first poll has not read every list: what is dated before this counts as handled, in epoch
	 * milliseconds.
	 */
	oldBefore?: number;
}

/** The time of a row without one: it is never taken for old. */
export const UNDATED = Number.MAX_SAFE_INTEGER;
/** Completions remembered by key; older ones are told by their time. */
export const REMEMBERED = 1000;
/** Completions of so many last generations are never told by their time, which may lag. */
const PROTECTED_GENERATIONS = 3;
/** Most completions remembered where many have the same time, or none, once all are handled. */
const MOST_REMEMBERED = 5000;
/** Awaited runs beyond this many are told by the time of their completion alone. */
const MOST_AWAITED = 5000;

/** A clock that tells seconds cannot be compared more closely. */
const CLOCK_NOISE_MS = 2000;

/** Walks one listing with what the last poll left. */
export class Survey {
	/** Key and latest time of the completions handled before. */
	private readonly seen: Map<string, number>;
	private readonly awaited: Map<string, number>;
	private readonly listed = new Set<string>();
	private readonly unfinished = new Set<string>();
	/** Keys of pauses that are over. */
	private readonly resumed = new Set<string>();
	private readonly found = new Map<string, Sighting>();
	/** A row was met that the last polls have seen. */
	private met = false;
	/** The first row. */
	private newest: string | undefined;
	/** A row was met that was the newest of the first poll. */
	private metNewest = false;
	private readonly baseline: Sighting[] = [];
	private rows = 0;

	/**
	 * @param cursor what the last poll left; undefined takes what the listing holds as the baseline
	 * @param source what the cursor must belong to
	 * @param since with no cursor: completions from this time on are new, in epoch milliseconds
	 * @param mostListed how many rows the listing has when it is full, where older ones fall out of it
	 */
	constructor(
		private readonly cursor: Cursor | undefined,
		private readonly source: string,
		private readonly since = Infinity,
		private readonly mostListed?: number,
	) {
		this.seen = new Map(cursor?.seen.map(([key, at]) => [key, at]));
		this.awaited = new Map(cursor?.awaited.map(([id, failures]) => [id, failures]));
	}

	/**
	 * Takes one row of the listing.
	 *
	 * @returns whether it is a completion that has to be handled
	 */
	see(sighting: Sighting): boolean {
		const { id, key, at, ended, paused } = sighting;
		this.rows++;
		this.newest ??= id;
		this.metNewest ||= id === this.cursor?.begun?.newest;
		if (this.awaited.has(id)) this.listed.add(id);
		if (this.awaited.has(id) || this.knows(sighting)) this.met = true;
		if (!ended) this.unfinished.add(id);
		if (!ended && !paused) {
			if (this.seen.has(key)) this.resumed.add(key);
			return false;
		}
		const dated = this.seen.get(key);
		if (dated !== undefined) {
			// A run may be touched after its end: forgotten by its old time, it would be new by this one.
			this.seen.set(key, Math.max(dated, at));
			return false;
		}
		const isNew = this.isNew(sighting);
		if (isNew) this.found.set(key, sighting);
		else if (!this.cursor) this.baseline.push(sighting);
		return isNew;
	}

	/** Whether no poll came before. */
	get isFirst(): boolean {
		return this.cursor === undefined;
	}

	/** Whether the row adds nothing to what the cursor holds, or lies before all that is wanted. */
	knows(sighting: Sighting): boolean {
		const { id, key, ended, paused } = sighting;
		if (this.seen.has(key)) return true;
		return ended || paused || !this.cursor ? !this.isNew(sighting) : this.awaited.has(id);
	}

	/** Whether an earlier poll saw the run, as it stands or while it had not ended. */
	saw({ id, key, at, ended }: Sighting): boolean {
		if (!this.cursor) return false;
		return this.awaited.has(id) || this.seen.has(key) || (ended && at < this.cursor.floor);
	}

	private isNew({ id, at }: Sighting): boolean {
		return this.cursor
			? at >= this.cursor.floor || this.awaited.has(id)
			: at >= this.since && at !== UNDATED;
	}

	/**
	 * The listing shows none of the runs that the last polls saw: some may have gone by unseen. Where
	 * those saw none, a full listing says the same.
	 */
	get gap(): boolean {
		if (this.met || this.isFirst) return false;
		return this.seen.size + this.awaited.size > 0 || this.rows === this.mostListed;
	}

	/** The new completions, oldest first; those that could not be fetched before come last. */
	get fresh(): Sighting[] {
		// Listings are newest first, which is all there is to order completions of the same time by.
		return [...this.found.values()]
			.reverse()
			.sort((a, b) => this.failuresOf(a.id) - this.failuresOf(b.id) || a.at - b.at);
	}

	/**
	 * New completions that were over before the first poll, by the platform's clock, and whose runs no
	 * poll saw unfinished: another server may have shown them later.
	 *
	 * @param ahead how far that clock is ahead of this machine's now
	 */
	doubtful(ahead: number): Sighting[] {
		const { begun } = this.cursor ?? {};
		if (!begun) return [];
		const isOther = begun.newest !== undefined && !this.metNewest;
		if (!begun.several && !isOther) return [];
		// A clock that was set back dates what is new before the first poll.
		const setBack = begun.ahead - ahead;
		const before = begun.at - (setBack > CLOCK_NOISE_MS ? setBack + CLOCK_NOISE_MS : 0);
		return [...this.found.values()].filter(({ id, at }) => at < before && !this.awaited.has(id));
	}

	/** Whether the first poll saw several servers with lists of their own. */
	get ofSeveral(): boolean {
		return this.cursor?.begun?.several === true;
	}

	/** Takes them for known, as the first poll does what it finds. */
	passOver(sightings: Sighting[]): void {
		for (const { key } of sightings) this.found.delete(key);
		this.baseline.push(...sightings);
	}

	/** Awaited runs that the listing does not show: it may be cut, or they may be gone. */
	get missing(): string[] {
		return [...this.awaited.keys()].filter((id) => !this.listed.has(id));
	}

	/** How often a run's completion could not be fetched so far. */
	failuresOf(id: string): number {
		return this.awaited.get(id) ?? 0;
	}

	/** The cursor to store: the old one itself where nothing has changed. */
	next(outcome: Outcome): Cursor {
		const { handled, gap = false, readUpTo = Infinity, begun, oldBefore = 0 } = outcome;
		const first = { floor: Math.min(oldBefore, this.since), generation: 0 };
		const { floor, generation: last } = this.cursor ?? first;
		const added = [...this.baseline, ...handled];
		const generation = added.length > 0 ? last + 1 : last;
		const kept = (this.cursor?.seen ?? []).filter(([key]) => !this.resumed.has(key));
		const entries = [
			...kept.map(([key, at, of]): Cursor['seen'][number] => [key, this.seen.get(key) ?? at, of]),
			...added.map(({ key, at }): Cursor['seen'][number] => [key, at, generation]),
		];
		const awaited = this.stillAwaited(outcome);
		const next: Cursor = {
			source: this.source,
			...prune(entries, floor, generation, {
				left: this.earliestLeft(handled, awaited),
				readUpTo,
			}),
			awaited,
			generation,
			...(gap ? { gap } : {}),
			...this.begunWith(begun),
		};
		return this.cursor && JSON.stringify(next) === JSON.stringify(this.cursor) ? this.cursor : next;
	}

	private begunWith(begun: Begun | undefined): Pick<Cursor, 'begun'> {
		if (this.cursor) return this.cursor.begun ? { begun: this.cursor.begun } : {};
		if (!begun) return {};
		const { newest } = this;
		return { begun: { ...begun, at: Math.min(begun.at, this.since), ...(newest && { newest }) } };
	}

	private stillAwaited({ handled, failed, notFound = [], gone }: Outcome): Cursor['awaited'] {
		const failures = new Map<string, number>();
		for (const id of this.missing) failures.set(id, this.failuresOf(id));
		for (const id of notFound) failures.set(id, this.failuresOf(id) + 1);
		for (const id of gone) failures.delete(id);
		for (const { id } of failed) failures.set(id, this.failuresOf(id) + 1);
		const done = new Set(handled.map(({ key }) => key));
		for (const { id, key } of this.found.values()) {
			if (!done.has(key) && !failures.has(id)) failures.set(id, this.failuresOf(id));
		}
		for (const id of this.unfinished) failures.set(id, 0);
		// In the order in which they came, so that the same runs make the same cursor.
		const ids = new Set([...this.awaited.keys(), ...failures.keys()]);
		return (
			[...ids]
				.flatMap((id): Cursor['awaited'] => {
					const count = failures.get(id);
					return count === undefined ? [] : [[id, count]];
				})
				// What could not be fetched counts its failures, and is passed by those that could.
				.sort(([, a], [, b]) => b - a)
				.slice(0, MOST_AWAITED)
		);
	}

	/** The earliest time of the completions that are neither handled nor awaited by their run. */
	private earliestLeft(handled: Sighting[], awaited: Cursor['awaited']): number {
		const done = new Set(handled.map(({ key }) => key));
		const kept = new Set(awaited.map(([id]) => id));
		return [...this.found.values()]
			.filter(({ id, key }) => !done.has(key) && !kept.has(id))
			.reduce((earliest, { at }) => Math.min(earliest, at), Infinity);
	}
}

/**
 * Forgets the oldest completions where there are too many, and raises the floor above them.
 *
 * @param left where the floor ends: these completions will be told by their time
 * @param readUpTo where it waits: what is dated later may not be read yet
 */
function prune(
	entries: Cursor['seen'],
	floor: number,
	generation: number,
	{ left, readUpTo }: { left: number; readUpTo: number },
): Pick<Cursor, 'seen' | 'floor'> {
	if (entries.length <= REMEMBERED) return { floor, seen: entries };
	// The baseline was never emitted: nothing of it needs protection.
	const isRecent = ([, , of]: Cursor['seen'][number]) =>
		generation > 1 && of > generation - PROTECTED_GENERATIONS;
	const old = entries.filter((entry) => !isRecent(entry));
	const room = Math.max(REMEMBERED / 2, REMEMBERED - (entries.length - old.length));
	const times = old.map(([, at]) => at).filter((at) => at !== UNDATED);
	const cut = times.length > room ? times.sort((a, b) => b - a)[room - 1] : floor;
	const from = (time: number) => entries.filter((entry) => entry[1] >= time || isRecent(entry));
	const passed = Math.min(cut, left);
	const held = Math.max(floor, Math.min(passed, readUpTo));
	// What is not read yet holds the floor down only as long as there is room.
	const raised = from(held).length <= MOST_REMEMBERED ? held : Math.max(floor, passed);
	const kept = from(raised);
	if (kept.length <= MOST_REMEMBERED || raised >= left) return { floor: raised, seen: kept };
	// Thousands of the same time: forgetting some of them would bring those back at each poll.
	return { floor: raised + 1, seen: from(raised + 1).slice(-MOST_REMEMBERED) };
}
