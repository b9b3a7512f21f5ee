import { hasStatus, PlatformError } from '../errors';
import type { RunLifecycle } from './lifecycle';
import { pauseBeforeLook } from './schedule';
import { sleep } from '../timer';

export interface WaitOptions<Run> {
	/** Longest pause between two looks at the run, in milliseconds. */
	pollInterval: number;
	/** When to stop waiting, in milliseconds from now; 0 waits without end. */
	maxWait: number;
	/** Whether a pause of the run ends the wait, too. */
	untilPause?: boolean;
	/** Whether the run may have ended since it was seen last, so that it is polled at once. */
	pollNow?: boolean;
	/** Is told how the run stands at each single look, of which there are none more for it. */
	onLook?(run: Run): void;
}

/** The run as it stood last, and why the wait is over. */
export interface Waited<Run> {
	run: Run;
	because: 'ended' | 'paused' | 'max wait' | 'stopped';
	/** Set after Max Wait where the last looks did not show the run. */
	unseen?: PlatformError;
}

interface Watch<Run> {
	id: string;
	since: number;
	group: string;
	latest: Run;
	options: WaitOptions<Run>;
	deadline: number;
	nextLook: number;
	failedLooks: number;
	/** Why the last look failed, where it did. */
	trouble?: unknown;
	/** Looks in a row that the platform answered with 404, and the last of these answers. */
	looksInVain: number;
	missing?: PlatformError;
	/** When a run that is not found is given up. */
	lookedForUntil: number;
	/** A look has found the run. */
	seen: boolean;
	/** The platform will say when the run has ended, so that looking is only the fallback. */
	listening: boolean;
	over: AbortController;
	settle(waited: Waited<Run>): void;
	fail(error: unknown): void;
}

/** From this many runs in flight on, a look at the list may be cheaper than one at each run. */
const WORTH_A_LIST = 3;
/** What a request costs beside its own time, in milliseconds: rate limits and the platform's work. */
const PRICE_OF_A_REQUEST_MS = 100;
/** When a run is looked at after the platform has stopped telling about it, in milliseconds. */
const SHORT_PAUSE_MS = 500;
/** How far looks at different runs may be moved together, in milliseconds. */
const TOGETHER_MS = 250;
/** A list that takes longer than this is given up, and the runs are looked at one by one. */
const LIST_PATIENCE_MS = 3_000;
/** A list that was too dear is tried again after this many rounds of single looks. */
const ROUNDS_BEFORE_LIST_AGAIN = 20;
const KNOWN_DURATIONS = 50;
/**
 * Looks in a row that the platform itself may answer with an error, each with its own retries. One that
 * cannot be reached is waited for as long as Max Wait says.
 */
const FAILED_LOOKS = 5;
/** Pauses get longer while the platform is out of order, up to this, in milliseconds. */
const LONGEST_PAUSE_IN_TROUBLE_MS = 30_000;
/**
 * How long a run that is not found is looked for, in milliseconds: the replica or the worker that
 * answers may not know it yet.
 */
const NOT_FOUND_PATIENCE_MS = 15_000;
const FIRST_PAUSE_IF_NOT_FOUND_MS = 200;
const LONGEST_PAUSE_IF_NOT_FOUND_MS = 1_000;

/**
 * Waits for many runs at once. One loop looks at all of them: by one list answer where that costs
 * less than single looks, and at the time when runs like them are known to end.
 */
export class RunWatcher<Run> {
	private readonly watches = new Set<Watch<Run>>();
	private readonly durations = new Map<string, number[]>();
	private readonly learnt = new Set<string>();
	private looping = false;
	private listCostMs = 0;
	private singleCostMs = 0;
	private roundsWithoutList = 0;

	constructor(
		private readonly lifecycle: RunLifecycle<Run>,
		private readonly signal: AbortSignal | undefined,
	) {}

	/**
	 * Waits until the run has ended or Max Wait is over.
	 *
	 * @param run the run as its start, or a first look, answered it
	 * @param since when it began, as epoch milliseconds of this machine's clock
	 * @throws PlatformError with the run's id when it cannot be looked at any more
	 */
	async wait(run: Run, options: WaitOptions<Run>, since = Date.now()): Promise<Waited<Run>> {
		const over = this.overBecause(run, options.untilPause);
		if (over) return { run, because: over };
		if (this.signal?.aborted) return { run, because: 'stopped' };
		return await new Promise<Waited<Run>>((settle, fail) => {
			const watch: Watch<Run> = {
				id: this.lifecycle.idOf(run),
				group: this.lifecycle.groupOf?.(run) ?? '',
				latest: run,
				since,
				options,
				deadline: options.maxWait > 0 ? Date.now() + options.maxWait : Infinity,
				nextLook: 0,
				failedLooks: 0,
				looksInVain: 0,
				lookedForUntil: Infinity,
				seen: false,
				listening: false,
				over: new AbortController(),
				settle,
				fail,
			};
			if (!this.lifecycle.isUnseen?.(run)) {
				void this.listen(watch);
				if (!options.pollNow) this.plan(watch);
			}
			this.watches.add(watch);
			if (!this.looping) void this.loop();
		});
	}

	/** Why waiting for a run is over once it is seen so. */
	overBecause(run: Run, untilPause?: boolean): 'ended' | 'paused' | undefined {
		if (this.lifecycle.isTerminal(run)) return 'ended';
		return untilPause && this.lifecycle.isPaused?.(run) ? 'paused' : undefined;
	}

	/** Has the platform say when the run has ended, where it can. */
	private async listen(watch: Watch<Run>): Promise<void> {
		if (!this.lifecycle.untilEnd) return;
		watch.listening = true;
		await this.lifecycle.untilEnd(watch.id, watch.over.signal).then(
			() => (watch.nextLook = 0),
			// Looking goes on as if the platform could not say anything.
			() => (watch.nextLook = Math.min(watch.nextLook, Date.now() + SHORT_PAUSE_MS)),
		);
		watch.listening = false;
	}

	private plan(watch: Watch<Run>): void {
		const age = Date.now() - watch.since;
		const byList = this.listIsCheaper(this.watches.size);
		const sharedBy = byList ? this.watches.size : 1;
		const known = this.durations.get(watch.group) ?? [];
		const ceiling = watch.options.pollInterval;
		const told = watch.listening && !this.lifecycle.untilEndIsABonus;
		const wanted = told ? ceiling : pauseBeforeLook(age, known, sharedBy, ceiling);
		// All watches ask again before this one's next turn.
		const requests = byList ? this.requestsOfList() : Math.max(1, this.watches.size);
		const pause = Math.max(wanted, requests * (this.lifecycle.pace?.() ?? 0));
		// A spread, so that many executions do not ask in the same instant.
		const spread = pause * (0.9 + Math.random() * 0.2);
		// The last look comes just before the wait is over, so that it is not told from an old one.
		const lastLook = Math.max(Date.now() + SHORT_PAUSE_MS, watch.deadline - SHORT_PAUSE_MS);
		watch.nextLook = Math.min(Date.now() + spread, lastLook);
	}

	private async loop(): Promise<void> {
		this.looping = true;
		while (this.watches.size > 0) {
			const soonest = Math.min(
				...[...this.watches].flatMap(({ nextLook, deadline }) => [nextLook, deadline]),
			);
			const pause = Math.min(Math.max(soonest - Date.now(), 0), TOGETHER_MS);
			if (await this.stoppedWithin(pause)) break;
			this.endAll('max wait', (watch) => watch.deadline <= Date.now());
			const due = [...this.watches].filter((watch) => watch.nextLook <= Date.now());
			// Not waited for: a slow answer about one run must not keep the others waiting.
			if (due.length > 0) void this.look(due);
		}
		this.looping = false;
		this.endAll('stopped', () => true);
	}

	private endAll(because: 'max wait' | 'stopped', which: (watch: Watch<Run>) => boolean): void {
		for (const watch of [...this.watches].filter(which)) {
			const { latest: run } = watch;
			const unseen = because === 'max wait' ? this.whyUnseen(watch) : undefined;
			this.end(watch, () =>
				// Nothing but an ID is no run to return.
				unseen && this.lifecycle.isUnseen?.(run)
					? watch.fail(unseen)
					: watch.settle({ run, because, unseen }),
			);
		}
	}

	/** Why the last looks did not show the run, where they did not. */
	private whyUnseen(watch: Watch<Run>): PlatformError | undefined {
		const { missing, seen, trouble } = watch;
		if (missing && !seen) return this.notFound(watch, missing);
		const lost = trouble && this.lostSight(watch, trouble);
		return lost instanceof PlatformError ? lost : undefined;
	}

	private async stoppedWithin(ms: number): Promise<boolean> {
		return await sleep(ms, this.signal).then(
			() => false,
			() => true,
		);
	}

	private listIsCheaper(due: number): boolean {
		if (!this.lifecycle.listRecent || due < WORTH_A_LIST) return false;
		if (this.requestsOfList() >= due) return false;
		if (this.roundsWithoutList >= ROUNDS_BEFORE_LIST_AGAIN) return true;
		return this.listCostMs <= due * Math.max(this.singleCostMs, PRICE_OF_A_REQUEST_MS);
	}

	private groups(): string[] {
		return [...new Set([...this.watches].map(({ group }) => group))];
	}

	private requestsOfList(): number {
		return this.lifecycle.listsByGroup ? this.groups().length : 1;
	}

	private async look(due: Array<Watch<Run>>): Promise<void> {
		if (this.listIsCheaper(this.watches.size) && (await this.lookAtList())) {
			this.roundsWithoutList = 0;
		} else {
			this.roundsWithoutList++;
			await Promise.all(due.map(async (watch) => await this.lookAtOne(watch)));
		}
	}

	/** @returns false when the list could not be read; single looks then tell why */
	private async lookAtList(): Promise<boolean> {
		const begun = Date.now();
		// Several items may wait for the same run.
		const watches = [...this.watches];
		for (const watch of watches) watch.nextLook = Infinity;
		const rows = await this.readList(new Set(watches.map(({ id }) => id)));
		this.listCostMs = rows ? Date.now() - begun + PRICE_OF_A_REQUEST_MS : Infinity;
		const alone: Array<Promise<void>> = [];
		for (const watch of watches) {
			const row = rows?.get(watch.id);
			if (row) this.found(watch, row);
			const over = row && this.overBecause(row, watch.options.untilPause);
			if (row && over && this.lifecycle.listIsWhole) {
				this.settle(watch, row, over);
			} else if (rows && (!row || over)) {
				// The list may be cut or late, and may leave out what the run itself answers.
				alone.push(this.lookAtOne(watch));
			} else {
				this.plan(watch);
			}
		}
		await Promise.all(alone);
		return rows !== undefined;
	}

	/** The listed rows of the runs in flight, or undefined where the list fails or takes too long. */
	private async readList(inFlight: Set<string>): Promise<Map<string, Run> | undefined> {
		const over = new AbortController();
		const tooLong = sleep(LIST_PATIENCE_MS, over.signal).catch(() => undefined);
		const rows = await Promise.race([this.walkList(inFlight, over.signal), tooLong]);
		over.abort();
		return rows ?? undefined;
	}

	private async walkList(
		inFlight: Set<string>,
		signal: AbortSignal,
	): Promise<Map<string, Run> | undefined> {
		const found = new Map<string, Run>();
		try {
			for await (const row of this.lifecycle.listRecent?.(this.groups(), signal) ?? []) {
				const id = this.lifecycle.idOf(row);
				if (inFlight.has(id)) found.set(id, row);
				else this.learn(row);
				// The list is newest first: what is left is older than every run in flight.
				if (found.size === inFlight.size) break;
			}
			return found;
		} catch {
			// The single looks that follow meet the same trouble and report it.
			return undefined;
		}
	}

	private async lookAtOne(watch: Watch<Run>): Promise<void> {
		watch.nextLook = Infinity;
		const begun = Date.now();
		try {
			const run = await this.lifecycle.get(watch.id, watch.latest);
			this.singleCostMs = Date.now() - begun + PRICE_OF_A_REQUEST_MS;
			const wasUnseen = this.lifecycle.isUnseen?.(watch.latest) ?? false;
			this.found(watch, run);
			watch.options.onLook?.(run);
			const over = this.overBecause(run, watch.options.untilPause);
			if (over) return this.settle(watch, run, over);
			if (wasUnseen) void this.listen(watch);
			this.plan(watch);
		} catch (error) {
			if (this.signal?.aborted) return;
			if (hasStatus(error, 404)) return this.lookAgainSoon(watch, error);
			watch.failedLooks++;
			watch.trouble = error;
			const isPatient = isOutage(error) || watch.failedLooks < FAILED_LOOKS;
			if (isPassing(error) && isPatient) this.lookAgainLater(watch);
			else this.end(watch, () => watch.fail(this.lostSight(watch, error)));
		}
	}

	private found(watch: Watch<Run>, run: Run): void {
		Object.assign(watch, { latest: run, seen: true, failedLooks: 0, looksInVain: 0 });
		watch.missing = watch.trouble = undefined;
	}

	/** Later each time: what is out of order is not mended by requests. */
	private lookAgainLater(watch: Watch<Run>): void {
		const pause = SHORT_PAUSE_MS * 2 ** watch.failedLooks * (0.9 + Math.random() * 0.2);
		watch.nextLook = Date.now() + Math.min(pause, LONGEST_PAUSE_IN_TROUBLE_MS);
	}

	/** Looks for a run that is not found again, and gives it up after a while. */
	private lookAgainSoon(watch: Watch<Run>, missing: PlatformError): void {
		if (watch.looksInVain === 0) watch.lookedForUntil = Date.now() + NOT_FOUND_PATIENCE_MS;
		watch.missing = missing;
		const wanted = FIRST_PAUSE_IF_NOT_FOUND_MS * 1.5 ** watch.looksInVain++;
		const pause = Math.max(
			Math.min(wanted, LONGEST_PAUSE_IF_NOT_FOUND_MS),
			this.watches.size * (this.lifecycle.pace?.() ?? 0),
		);
		watch.nextLook = Date.now() + pause;
		if (watch.nextLook < watch.lookedForUntil) return;
		this.end(watch, () => watch.fail(this.notFound(watch, missing)));
	}

	private notFound({ id, latest, seen }: Watch<Run>, { message, details }: PlatformError) {
		const { noun } = this.lifecycle;
		return (
			this.lifecycle.notFound?.(latest) ??
			new PlatformError(`${message} (while waiting for ${noun} ${id})`, {
				...details,
				runId: id,
				fix: `The platform does not know the ${noun}${seen ? ' any more: it may have been deleted' : ' yet'}. The ${noun} may be running all the same: look for ${id} before you start another.`,
			})
		);
	}

	private settle(watch: Watch<Run>, run: Run, because: 'ended' | 'paused'): void {
		this.learn(run, Date.now() - watch.since);
		this.end(watch, () => watch.settle({ run, because }));
	}

	private lostSight(watch: Watch<Run>, error: unknown): unknown {
		if (!(error instanceof PlatformError) || error.details.runId) return error;
		const { noun, findLater = `Then wait for ${watch.id} again.` } = this.lifecycle;
		return new PlatformError(`${error.message} (while waiting for ${noun} ${watch.id})`, {
			...error.details,
			runId: watch.id,
			fix: [
				`The ${noun} ${watch.id} may still be running.`,
				error.details.unanswered && this.lifecycle.ifUnreachable?.(watch.id),
				error.details.fix,
				findLater,
			]
				.filter(Boolean)
				.join(' '),
		});
	}

	/** Keeps how long a finished run took, for the others of its group. */
	private learn(run: Run, seen?: number): void {
		if (!this.lifecycle.isTerminal(run) || this.learnt.has(this.lifecycle.idOf(run))) return;
		const duration = this.lifecycle.durationOf?.(run) ?? seen;
		if (duration === undefined) return;
		this.learnt.add(this.lifecycle.idOf(run));
		const group = this.lifecycle.groupOf?.(run) ?? '';
		const known = this.durations.get(group) ?? [];
		this.durations.set(group, [...known, duration].slice(-KNOWN_DURATIONS));
	}

	private end(watch: Watch<Run>, answer: () => void): void {
		watch.over.abort();
		if (this.watches.delete(watch)) answer();
	}
}

/** Statuses of a proxy or of a server that is down, restarted or overloaded, and not of one run. */
const OUTAGES = [408, 429, 502, 503, 504, 520, 521, 522, 523, 524];

/** Whether the platform as a whole cannot be reached now. */
function isOutage(error: unknown): boolean {
	if (!(error instanceof PlatformError)) return false;
	const { status, unanswered } = error.details;
	return unanswered !== undefined || (status !== undefined && OUTAGES.includes(status));
}

/** Whether a later look may find the platform in order again. */
export function isPassing(error: unknown): boolean {
	if (!(error instanceof PlatformError)) return false;
	const { status, unanswered } = error.details;
	// 200 is an answer of the wrong form, such as a proxy's page.
	const isTrouble =
		status === 200 || status === 408 || status === 429 || (status !== undefined && status >= 500);
	return unanswered !== undefined || isTrouble;
}
