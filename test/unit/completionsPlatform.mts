// A platform in memory whose runs go any way, and the book-keeping of what a trigger owes.
import fc from 'fast-check';
import { UNDATED, type Cursor, type Sighting } from '../../nodes/shared/runs/completions.ts';

/** Handled completions after which an older one may be forgotten, as `completions.ts` documents. */
const FORGOTTEN_AFTER = 500;
const OUTCOMES = ['completed', 'failed', 'cancelled'];

export interface ModelRun {
	id: string;
	round: number;
	/** `running`, or how it ended. */
	status: string;
	/** As the platform shows it. */
	at: number;
	/** The time that is shown from a later poll on. */
	later?: { poll: number; at: number };
	listedFrom: number;
	hiddenUntil: number;
	/** While it is hidden, its detail is not found either. */
	gone: boolean;
}

export type Action =
	| { do: 'start'; count: number; delay: number; dated: boolean }
	| { do: 'end'; pick: number; outcome: number; lag: number }
	| { do: 'burst'; count: number; delay: number }
	| { do: 'restart'; pick: number }
	| { do: 'touch'; pick: number }
	| { do: 'hide'; pick: number; polls: number; gone: boolean }
	| { do: 'wait'; ms: number }
	| { do: 'clock'; ms: number }
	| { do: 'poll'; plan: PollPlan };

/** What becomes of one tick. */
export interface PollPlan {
	fate: 'kept' | 'unreadable' | 'crash before emitting' | 'crash after emitting' | 'twice';
	/** One completion in so many cannot be fetched; 0: none. */
	failing: number;
	/** Most completions that this tick gets done. */
	most: number;
}

export const HEALTHY: PollPlan = { fate: 'kept', failing: 0, most: Infinity };

export const keyOf = ({ id, round, status }: ModelRun): string => `${id} ${round} ${status}`;
const isEnded = ({ status }: ModelRun): boolean => status !== 'running';

export const sightingOf = (run: ModelRun): Sighting => ({
	id: run.id,
	key: keyOf(run),
	at: run.at,
	ended: isEnded(run),
});

/** The platform's side: runs, a clock that may be wrong, and a listing that may be incomplete. */
export class Platform {
	readonly runs = new Map<string, ModelRun>();
	/** Completions that a follow-up replaced, in the platform's own memory. */
	readonly replaced = new Set<string>();
	polls = 0;
	private time = 1_700_000_000_000;

	constructor(private readonly cut = Infinity) {}

	/** Everything but a poll. */
	play(action: Exclude<Action, { do: 'poll' }>): void {
		switch (action.do) {
			case 'start':
				for (let n = 0; n < action.count; n++) {
					this.add('running', action.delay, action.dated ? this.time : UNDATED);
				}
				break;
			case 'burst':
				for (let n = 0; n < action.count; n++) {
					this.time += n % 3;
					this.add('completed', action.delay);
				}
				break;
			case 'end':
				this.pick(
					action.pick,
					(run) => !isEnded(run),
					(run) => {
						run.status = OUTCOMES[action.outcome % OUTCOMES.length];
						this.date(run, action.lag);
					},
				);
				break;
			case 'restart':
				this.pick(action.pick, isEnded, (run) => this.restart(run));
				break;
			case 'touch':
				this.pick(action.pick, isEnded, (run) => this.date(run, 0));
				break;
			case 'hide':
				this.pick(
					action.pick,
					() => true,
					(run) => {
						run.hiddenUntil = this.polls + action.polls;
						run.gone = action.gone;
					},
				);
				break;
			case 'wait':
			case 'clock':
				this.time += action.ms;
		}
	}

	restart(run: ModelRun): void {
		this.replaced.add(keyOf(run));
		run.round++;
		run.status = 'running';
		this.date(run, 0);
	}

	/** One answer of the listing, newest first. */
	list(): ModelRun[] {
		this.polls++;
		for (const run of this.runs.values()) {
			if (run.later && run.later.poll <= this.polls) {
				run.at = run.later.at;
				run.later = undefined;
			}
		}
		return [...this.runs.values()]
			.reverse()
			.slice(0, this.cut)
			.filter((run) => run.listedFrom <= this.polls && run.hiddenUntil < this.polls);
	}

	/** A run's detail; undefined: not found. */
	get(id: string): ModelRun | undefined {
		const run = this.runs.get(id);
		return run && run.gone && run.hiddenUntil >= this.polls ? undefined : run;
	}

	showEverything(): void {
		for (const run of this.runs.values()) run.hiddenUntil = 0;
	}

	private add(status: string, delay: number, at = this.time): void {
		const id = `run-${this.runs.size}`;
		const listedFrom = this.polls + 1 + delay;
		this.runs.set(id, { id, round: 1, status, at, listedFrom, hiddenUntil: 0, gone: false });
	}

	private date(run: ModelRun, lag: number): void {
		if (run.at === UNDATED) return;
		if (lag === 0) run.at = this.time;
		else run.later = { poll: this.polls + 1 + lag, at: this.time };
	}

	private pick(number: number, fits: (run: ModelRun) => boolean, act: (run: ModelRun) => void) {
		const fitting = [...this.runs.values()].filter(fits);
		// From the newest: the oldest of a long history are seldom what happens next.
		const run = fitting.at(-1 - (number % Math.max(1, fitting.length)));
		if (run) act(run);
	}
}

/** What the trigger knows at one time; a crash takes it back to what was saved. */
interface Knowledge {
	cursor?: Cursor;
	/** Completions that were over at the first poll. */
	baseline: Set<string>;
	/** Completions listed in a poll that went through. */
	visible: Set<string>;
	/** Rounds of runs seen unfinished. */
	unfinished: Set<string>;
	/** Completions handled, with the latest time at which they were shown. */
	handled: Map<string, number>;
}

const roundOf = ({ id, round }: ModelRun): string => `${id} ${round}`;

const copyOf = ({ cursor, baseline, visible, unfinished, handled }: Knowledge): Knowledge => ({
	cursor,
	baseline: new Set(baseline),
	visible: new Set(visible),
	unfinished: new Set(unfinished),
	handled: new Map(handled),
});

/** Keeps the books of what was shown and what came out. */
export class Ledger {
	readonly delivered = new Map<string, number>();
	stateWasLost = false;
	/** Shown too late, as `completions.ts` documents it. */
	private readonly tooLate = new Set<string>();
	private readonly forgettable = new Set<string>();
	private readonly datedAnew = new Set<string>();
	private now: Knowledge = {
		baseline: new Set(),
		visible: new Set(),
		unfinished: new Set(),
		handled: new Map(),
	};
	private saved = this.now;

	constructor(private readonly platform: Platform) {}

	get cursor(): Cursor | undefined {
		return this.now.cursor;
	}

	deliver(keys: string[]): void {
		for (const key of keys) this.delivered.set(key, (this.delivered.get(key) ?? 0) + 1);
	}

	/** A poll went through. `handled`: keys done with, by it or by one beside it. */
	keep(listed: ModelRun[], cursor: Cursor, handled: string[], save: boolean): void {
		const isBaseline = this.now.cursor === undefined;
		this.now = { ...copyOf(this.now), cursor };
		this.forgetHidden();
		const times = [...this.now.handled.values()].sort((a, b) => b - a);
		const limit = times[FORGOTTEN_AFTER - 1] ?? -Infinity;
		const handledNow = new Set(handled);
		for (const run of listed) {
			if (isEnded(run)) this.seeEnded(run, limit, isBaseline && !handledNow.has(keyOf(run)));
			else this.now.unfinished.add(roundOf(run));
		}
		for (const key of handledNow) {
			const run = this.platform.runs.get(key.split(' ')[0]);
			this.now.handled.set(key, run && keyOf(run) === key ? run.at : limit);
		}
		if (save) this.saved = this.now;
	}

	/** @param repeats whether what came out since the last saved state may come out again */
	crash({ repeats } = { repeats: true }): void {
		this.now = this.saved;
		if (repeats) this.stateWasLost = true;
	}

	/** Completions that are owed and have not come out. */
	get owed(): string[] {
		const ended = [...this.platform.runs.values()].filter(isEnded);
		const awaited = ended.filter((run) => this.now.unfinished.has(roundOf(run))).map(keyOf);
		return [...this.now.visible, ...awaited].filter(
			(key) =>
				!this.delivered.has(key) && !this.tooLate.has(key) && !this.platform.replaced.has(key),
		);
	}

	/** Completions that came out although they were old, or more than once without a reason. */
	get tooMany(): string[] {
		return [...this.delivered]
			.filter(([key, times]) => {
				if (this.forgettable.has(key) && this.datedAnew.has(key)) return false;
				return this.now.baseline.has(key) || (times > 1 && !this.stateWasLost);
			})
			.map(([key]) => key);
	}

	private seeEnded(run: ModelRun, limit: number, isOld: boolean): void {
		const key = keyOf(run);
		const dated = this.now.handled.get(key);
		if (dated !== undefined) {
			if (dated < limit) this.forgettable.add(key);
			if (run.at > dated) this.datedAnew.add(key);
			this.now.handled.set(key, Math.max(dated, run.at));
		} else if (isOld) {
			this.now.baseline.add(key);
			this.now.handled.set(key, run.at);
		} else if (!this.now.visible.has(key)) {
			if (run.at < limit && !this.now.unfinished.has(roundOf(run))) this.tooLate.add(key);
			this.now.visible.add(key);
		}
	}

	/** A run that neither the listing nor its detail shows exists no more, until it comes back. */
	private forgetHidden(): void {
		for (const run of this.platform.runs.values()) {
			if (this.platform.get(run.id)) continue;
			this.now.unfinished.delete(roundOf(run));
			this.now.visible.delete(keyOf(run));
		}
	}
}

const natural = (max: number) => fc.nat({ max });

const plan: fc.Arbitrary<PollPlan> = fc.record({
	fate: fc.oneof(
		{ weight: 12, arbitrary: fc.constant('kept' as const) },
		{ weight: 2, arbitrary: fc.constant('unreadable' as const) },
		{ weight: 1, arbitrary: fc.constant('crash before emitting' as const) },
		{ weight: 1, arbitrary: fc.constant('crash after emitting' as const) },
		{ weight: 1, arbitrary: fc.constant('twice' as const) },
	),
	failing: fc.oneof(fc.constant(0), natural(4)),
	most: fc.oneof(fc.constant(Infinity), natural(5)),
});

/** Actions; `burst` is the most runs that start and end between two polls. */
const action = (burst: number): fc.Arbitrary<Action> => {
	const pick = natural(50);
	return fc.oneof(
		{
			weight: 4,
			arbitrary: fc.record({
				do: fc.constant('start' as const),
				count: fc.integer({ min: 1, max: 3 }),
				delay: fc.oneof(fc.constant(0), natural(3)),
				dated: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.boolean()),
			}),
		},
		{
			weight: 6,
			arbitrary: fc.record({
				do: fc.constant('end' as const),
				pick,
				outcome: natural(2),
				lag: fc.oneof(fc.constant(0), natural(3)),
			}),
		},
		{
			weight: burst > 10 ? 4 : 1,
			arbitrary: fc.record({
				do: fc.constant('burst' as const),
				count: fc.integer({ min: 1, max: burst }),
				delay: fc.oneof(fc.constant(0), natural(3)),
			}),
		},
		{ weight: 2, arbitrary: fc.record({ do: fc.constant('restart' as const), pick }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('touch' as const), pick: natural(2000) }) },
		{
			weight: 1,
			arbitrary: fc.record({
				do: fc.constant('hide' as const),
				pick,
				polls: fc.integer({ min: 1, max: 4 }),
				gone: fc.boolean(),
			}),
		},
		{ weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: natural(60_000) }) },
		{
			weight: 1,
			arbitrary: fc.record({
				do: fc.constant('clock' as const),
				ms: fc.integer({ min: -86_400_000, max: 86_400_000 }),
			}),
		},
		{ weight: 6, arbitrary: fc.record({ do: fc.constant('poll' as const), plan }) },
	);
};

export interface History {
	/** Runs over before the first poll. */
	old: number;
	/** Most rows of a listing. */
	cut: number;
	/** Whether what a poll stores is saved although it emitted nothing. */
	durable: boolean;
	actions: Action[];
}

/** Many short histories of few runs. */
export const shortHistory: fc.Arbitrary<History> = fc.record({
	old: natural(5),
	cut: fc.constantFrom(Infinity, Infinity, 5, 15),
	durable: fc.boolean(),
	actions: fc.array(action(3), { minLength: 1, maxLength: 60, size: 'max' }),
});

/** Histories of more completions than are remembered. */
export const longHistory: fc.Arbitrary<History> = fc.record({
	old: natural(2500),
	cut: fc.constantFrom(Infinity, Infinity, 1200),
	durable: fc.boolean(),
	actions: fc.array(action(450), { minLength: 10, maxLength: 70, size: 'max' }),
});
