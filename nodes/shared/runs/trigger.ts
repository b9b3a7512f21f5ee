import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import pLimit from 'p-limit';
import { hasStatus, PlatformError } from '../errors';
import { noteOf } from '../http/notNumbers';
import { BinaryItem } from '../operation';
import { withoutReport } from '../report/item';
import { settle, type Settled } from '../settle';
import { Survey, UNDATED, type Begun, type Cursor, type Sighting } from './completions';
import type { RunLifecycle } from './lifecycle';
import { pollerOf } from './poller';
import { sleep } from '../timer';

/** What a platform's trigger adds to the shared one. */
export interface TriggerSource<Run> {
	lifecycle: Pick<
		RunLifecycle<Run>,
		'noun' | 'idOf' | 'isTerminal' | 'isPaused' | 'listIsWhole' | 'get'
	>;
	/**
	 * Every run, or at least every one that may have changed since the last poll. Awaited runs that
	 * it leaves out are looked at one by one.
	 */
	list(rowError: (error: PlatformError) => void, known: Known<Run>): AsyncIterable<Run>;
	/**
	 * What makes two completions the same one. Of a run that has not ended: what makes two of its
	 * pauses the same one, while it stands still and while it goes on.
	 */
	completionKey(run: Run): string;
	/** When the platform says the run changed last; undefined where it does not. */
	changedAt(run: Run): string | null | undefined;
	/** Whether the user's filters want this completion, as far as a listed row tells. */
	wants(run: Run): boolean | Promise<boolean>;
	/** What a row needs to keep until its detail is fetched, without what makes it large. */
	slim(run: Run): Run;
	/** The item's JSON; `note` says why it is made from the listed row and not from the detail. */
	output(run: Run, note?: string): IDataObject | Promise<IDataObject>;
	/** The item with a report of the run, where the user wants one. */
	withReport?(run: Run, json: IDataObject): Promise<BinaryItem | IDataObject>;
	/** Whether the detail of the row is so large that it is fetched alone. */
	isLarge?(run: Run): boolean;
	/** How many bytes of details were fetched so far. */
	received?(): number;
	/**
	 * Where the first poll did not read every list: the platform's time of that poll. What ended before
	 * it is old, whichever list shows it.
	 */
	oldBefore?(): number | undefined;
	/** The platform's clock when the list was asked for, where servers may show different lists in turn. */
	clock?(): Begun | undefined;
	/** Whether another server does not know the run, so that it may be new in this list alone. */
	isElsewhere?(id: string): Promise<boolean>;
	/** What an item says when a list that forgets old runs holds none of those that were seen last. */
	gapNote?: string;
	/** How many runs such a list holds before it forgets any. */
	mostListed?: number;
	/** With nothing for a test event: what there is none of, and what to do, where no end is waited for. */
	ifNone?: [what: string, how: string];
	/**
	 * Where lists take turns: a time up to which all completions were listed, by this poll or an earlier
	 * one, in epoch milliseconds.
	 */
	readUpTo?(): number;
	/** Which account the cursor belongs to. */
	account: string;
	/** With no cursor yet: completions from this time on are emitted, as an ISO time. */
	includeSince?: string;
}

/** What the last polls left, for a listing that need not go on to its end. */
export interface Known<Run> {
	/** There was no poll before: what is listed is the baseline. */
	nothing: boolean;
	/** Whether the run adds nothing new. */
	has(run: Run): boolean;
	/** Whether an earlier poll saw the run, as it stands or while it had not ended. */
	saw(run: Run): boolean;
	/** Awaited runs that were not listed so far. */
	missing(): string[];
	/** Whether these are more than one tick looks at one by one. */
	lacksMany(): boolean;
}

/** Details fetched at the same time. */
const AT_ONCE = 5;
/** Completions of one tick; the rest comes with the next ones. */
const MOST_A_TICK = 500;
/** No more details are begun in a tick behind so many bytes: its items are in memory together. */
const BYTES_A_TICK = 8_000_000;
/** The poll's time budget, where n8n does not tell it. */
const BUDGET_MS = 60_000;
/**
 * When a tick begins no more details, in milliseconds and as part of the budget. Items come out at
 * the end of the tick: a long one would keep them waiting, and a crash would undo much.
 */
const BEGIN_MS = 15_000;
const BEGIN_PART = 0.5;
/** The longest that one detail may hold up the others, in milliseconds and as part of the budget. */
const PATIENCE_MS = 15_000;
const PATIENCE_PART = 0.4;
/** How long an item may wait for its report, in milliseconds. */
const REPORT_PATIENCE_MS = 10_000;
/** Polls that try to fetch a completion's detail before it goes out as the list shows it. */
const MOST_TRIES = 5;
/** Awaited runs that the listing does not show and that are looked at in one tick. */
const MOST_MISSING = 20;
/**
 * So many looks have to find none of such a run, each in a tick of its own, before it is forgotten: a
 * replica may lag, and a teammate's execution is hidden from the key that asks.
 */
const MOST_NOT_FOUND = 10;

/**
 * Baselines that n8n may not have stored: its durable cursors drop what the poll at activation
 * left unless it emitted something. Kept until a poll finds a stored cursor.
 */
const baselines = new Map<string, Cursor>();
/** What polls emitted last, until it must have been stored; see `isOutdated`. */
const emissions = new Map<string, Pick<Cursor, 'source' | 'generation'> & { at: number }>();
/** Triggers whose log has told of a gap that is still there. */
const gapsTold = new Set<string>();
/** How long n8n may take to store what a poll emitted. */
const STORED_AFTER_MS = 30_000;

/**
 * One tick of a polling trigger: emits the runs that ended since the last one.
 *
 * State is computed first and assigned last, at once, so that a poll that throws changes nothing.
 *
 * @returns one item a completion, or null when there is none
 * @throws PlatformError when the listing cannot be read; the next tick repeats the window
 */
export async function pollCompletions<Run>(
	context: IPollFunctions,
	source: TriggerSource<Run>,
): Promise<INodeExecutionData[][] | null> {
	if (context.getMode() === 'manual') return await latest(source);
	return await tick(context, source, pollerOf(context));
}

async function tick<Run>(
	context: IPollFunctions,
	source: TriggerSource<Run>,
	poller: string,
): Promise<INodeExecutionData[][] | null> {
	const begun = Date.now();
	const budget = 'getPollBudgetMs' in context ? context.getPollBudgetMs() : BUDGET_MS;
	const patience = Math.min(PATIENCE_MS, budget * PATIENCE_PART);
	const stored = context.getWorkflowStaticData('node');
	const ofAccount = (cursor: Cursor | undefined) =>
		cursor?.source === source.account ? cursor : undefined;
	const kept = ofAccount(stored.cursor as unknown as Cursor | undefined);
	const cursor = kept ?? ofAccount(baselines.get(poller));
	const since = source.includeSince ? Date.parse(source.includeSince) : undefined;
	if (isOutdated(poller, kept, source.account)) return null;
	const survey = new Survey(cursor, source.account, since, source.mostListed);
	const rows = await list(context, source, survey);
	const { gone, notFound } = await lookAtMissing(source, survey, rows, patience);
	if (gone.length > 0) {
		context.logger.warn(
			`${context.getNode().name}: no longer waiting for the end of ${gone.join(', ')}, which ${MOST_NOT_FOUND} polls have not found`,
		);
	}
	// A run that was seen unfinished and is forgotten has ended unseen.
	const isOther = await passOverOld(source, survey);
	const isNewGap = source.gapNote !== undefined && !isOther && (survey.gap || gone.length > 0);
	// Once: where nothing ends, every poll finds the same one.
	if (!isNewGap) gapsTold.delete(poller);
	else if (!gapsTold.has(poller)) {
		gapsTold.add(poller);
		context.logger.warn(`${context.getNode().name}: ${source.gapNote}`);
	}
	// Told with the next item, however late that one comes.
	const gap = isNewGap || cursor?.gap === true;

	const left = Math.max(0, budget - (Date.now() - begun));
	const beginUntil = Date.now() + Math.min(BEGIN_MS, left * BEGIN_PART);
	const handled: Sighting[] = [];
	const failed: Sighting[] = [];
	const items = new Map<string, INodeExecutionData>();
	const batch = survey.fresh.slice(0, MOST_A_TICK);
	const isLarge = ({ key }: Sighting) => source.isLarge?.(rows.get(key) as Run) ?? false;
	const limit = pLimit(batch.some(isLarge) ? 1 : AT_ONCE);
	const received = () => source.received?.() ?? 0;
	const before = received();
	let refusal: PlatformError | undefined;
	await Promise.all(
		batch.map(
			async (sighting, index) =>
				await limit(async () => {
					// The first are always tried: a slow listing must not hold them up for ever. What the
					// listing holds whole is not asked for again.
					const isFetched = !source.lifecycle.listIsWhole;
					const late = isFetched && index >= AT_ONCE && Date.now() > beginUntil;
					const full = received() - before >= BYTES_A_TICK;
					if (late || full || refusal) return;
					const row = rows.get(sighting.key) as Run;
					const failures = survey.failuresOf(sighting.id);
					const fetched = await fetchDetail(source, sighting, row, failures, patience);
					if (fetched.refusal) refusal = fetched.refusal;
					else if (fetched.item === undefined && fetched.failure) failed.push(sighting);
					else {
						handled.push(sighting);
						if (fetched.item) items.set(sighting.key, fetched.item);
					}
					if (fetched.failure) {
						context.logger.warn(
							`The ${source.lifecycle.noun} ${sighting.id} has ended, but its detail could not be fetched: ${fetched.failure}`,
						);
					}
				}),
		),
	);
	if (refusal && items.size === 0) throw refusal;

	const emitted = batch.map(({ key }) => items.get(key)).filter((item) => item !== undefined);
	if (gap && emitted.length > 0) emitted[0].json.gap = source.gapNote;

	const next = survey.next({
		handled,
		failed,
		notFound,
		gone,
		gap: gap && emitted.length === 0,
		readUpTo: source.readUpTo?.(),
		begun: source.clock?.(),
		oldBefore: source.oldBefore?.(),
	});
	if (kept) baselines.delete(poller);
	// With items the old one stays: should n8n fail to store them, they are found again.
	else if (items.size === 0) baselines.set(poller, next);
	if (next !== kept) stored.cursor = next as unknown as IDataObject;
	if (emitted.length > 0) {
		const { generation } = next;
		emissions.set(poller, { source: source.account, generation, at: Date.now() });
	}
	return emitted.length > 0 ? [emitted] : null;
}

/**
 * Whether what a tick was given is older than what the last one emitted: n8n's durable cursors
 * read it some time before they call the node, while the last tick may still be on its way into
 * the database. Such a tick would emit the same again; the next one sees whatever it would have seen.
 */
function isOutdated(poller: string, kept: Cursor | undefined, account: string): boolean {
	const last = emissions.get(poller);
	if (!last || last.source !== account || Date.now() - last.at > STORED_AFTER_MS) return false;
	return (kept?.generation ?? 0) < last.generation;
}

/** Walks the listing once and keeps only the rows that may be emitted. */
async function list<Run>(
	context: IPollFunctions,
	source: TriggerSource<Run>,
	survey: Survey,
): Promise<Map<string, Run>> {
	const rows = new Map<string, Run>();
	const badRow = (error: PlatformError) => {
		context.logger.warn(`Passed over: ${error.message}`);
	};
	const known = {
		nothing: survey.isFirst,
		has: (run: Run) => survey.knows(sightingOf(source, run)),
		saw: (run: Run) => survey.saw(sightingOf(source, run)),
		missing: () => survey.missing,
		lacksMany: () => survey.missing.length > MOST_MISSING,
	};
	for await (const run of source.list(badRow, known)) {
		if (survey.see(sightingOf(source, run))) rows.set(source.completionKey(run), source.slim(run));
	}
	return rows;
}

function sightingOf<Run>(source: TriggerSource<Run>, run: Run): Sighting {
	const changed = Date.parse(source.changedAt(run) ?? '');
	return {
		id: source.lifecycle.idOf(run),
		key: source.completionKey(run),
		at: Number.isNaN(changed) ? UNDATED : changed,
		ended: source.lifecycle.isTerminal(run),
		paused: source.lifecycle.isPaused?.(run) ?? false,
	};
}

/**
 * Looks at awaited runs that the listing does not show, so that a listing that is cut loses none.
 *
 * @returns the ids of those that were not found, and of those that were not found too often
 */
async function lookAtMissing<Run>(
	source: TriggerSource<Run>,
	survey: Survey,
	rows: Map<string, Run>,
	patience: number,
): Promise<{ gone: string[]; notFound: string[] }> {
	const gone: string[] = [];
	const notFound: string[] = [];
	// Any of them, so that each has its turn without keeping count.
	const ids = survey.missing.sort(() => Math.random() - 0.5).slice(0, MOST_MISSING);
	const limit = pLimit(AT_ONCE);
	await Promise.all(
		ids.map(
			async (id) =>
				await limit(async () => {
					const found = await attempt(source.lifecycle.get(id), patience);
					if ('error' in found) {
						if (!hasStatus(found.error, 404)) return;
						const isGone = survey.failuresOf(id) + 1 >= MOST_NOT_FOUND;
						(isGone ? gone : notFound).push(id);
						return;
					}
					if (survey.see(sightingOf(source, found.value))) {
						rows.set(source.completionKey(found.value), source.slim(found.value));
					}
				}),
		),
	);
	return { gone, notFound };
}

/**
 * What was over before the first poll is not new because another server shows it.
 *
 * @returns whether another server has shown this listing
 */
async function passOverOld<Run>(source: TriggerSource<Run>, survey: Survey): Promise<boolean> {
	const clock = source.clock?.();
	const doubtful = clock ? survey.doubtful(clock.ahead) : [];
	if (doubtful.length === 0) return false;
	if (!survey.ofSeveral && !(await source.isElsewhere?.(doubtful[0].id))) return false;
	survey.passOver(doubtful);
	return true;
}

interface Fetched {
	item?: INodeExecutionData;
	/** Why the detail could not be fetched. */
	failure?: string;
	/** The key is refused: no other detail would fare better. */
	refusal?: PlatformError;
}

async function fetchDetail<Run>(
	source: TriggerSource<Run>,
	sighting: Sighting,
	row: Run,
	failures: number,
	patience: number,
): Promise<Fetched> {
	const looked = await attempt(lookUp(source, sighting, row), patience);
	if ('error' in looked) {
		const { error } = looked;
		if (hasStatus(error, 401)) return { refusal: error };
		const failure = error instanceof Error ? error.message : String(error);
		if (failures + 1 < MOST_TRIES) return { failure };
		return {
			failure,
			item: await itemOf(source, row, `The detail could not be fetched: ${failure}`),
		};
	}
	const detail = looked.value;
	if (detail === undefined) return {};
	if (source.completionKey(detail) !== sighting.key) {
		const note = `The ${source.lifecycle.noun} went on before its detail could be fetched`;
		return { item: await itemOf(source, row, note) };
	}
	return { item: await itemOf(source, detail) };
}

/** The run's detail, or undefined where the filters do not want this completion. */
async function lookUp<Run>(
	source: TriggerSource<Run>,
	{ id, key }: Sighting,
	row: Run,
): Promise<Run | undefined> {
	const wanted = await attempt(Promise.resolve(source.wants(row)));
	if ('value' in wanted && !wanted.value) return undefined;
	if ('value' in wanted && source.lifecycle.listIsWhole) return row;
	const detail = await source.lifecycle.get(id);
	// What the row did not tell, such as the agent's id, the detail does.
	const undecided = 'error' in wanted && source.completionKey(detail) === key;
	return undecided && !(await source.wants(detail)) ? undefined : detail;
}

/** What came of some work, at the latest after `limitMs`. */
export async function attempt<T>(work: Promise<T>, limitMs?: number): Promise<Settled<T>> {
	const outcome = settle(async () => await work);
	if (limitMs === undefined) return await outcome;
	const settled = new AbortController();
	const timeUp = { error: new PlatformError('it did not answer in time') };
	const limit = sleep(limitMs, settled.signal).then(
		() => timeUp,
		() => timeUp,
	);
	const first = await Promise.race([outcome, limit]);
	settled.abort();
	return first;
}

/** The item, with all that is to be said about it. */
async function itemOf<Run>(
	source: TriggerSource<Run>,
	run: Run,
	note?: string,
): Promise<INodeExecutionData> {
	const said = [note, noteOf(run)].filter(Boolean).join('. ') || undefined;
	const json = await source.output(run, said);
	if (!source.withReport) return { json };
	const made = await attempt(source.withReport(run, json), REPORT_PATIENCE_MS);
	const item = 'value' in made ? made.value : withoutReport(json, made.error);
	return item instanceof BinaryItem ? { json: item.json, binary: item.binary } : { json: item };
}

/** The newest completion that the filters want, for the editor; touches no state. */
async function latest<Run>(source: TriggerSource<Run>): Promise<INodeExecutionData[][]> {
	const { lifecycle } = source;
	let newest: { run: Run; at: number } | undefined;
	const known = {
		nothing: true,
		has: () => true,
		saw: () => false,
		missing: () => [],
		lacksMany: () => false,
	};
	for await (const run of source.list(() => undefined, known)) {
		if (!lifecycle.isTerminal(run) && !lifecycle.isPaused?.(run)) continue;
		const { at } = sightingOf(source, run);
		if (newest && at <= newest.at) continue;
		// A filter that cannot be answered for one run must not hide the others.
		const wanted = await attempt(Promise.resolve(source.wants(run)));
		if ('value' in wanted && wanted.value) newest = { run: source.slim(run), at };
	}
	if (!newest) {
		const { noun } = lifecycle;
		const [what, how] = source.ifNone ?? [
			`No ${noun} that has ended`,
			`Let ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun} end on the platform`,
		];
		throw new PlatformError(`${what} fits the events and filters`, {
			fix: `${how}, or choose other events and filters, then fetch the test event again.`,
		});
	}
	const { run } = newest;
	const looked = lifecycle.listIsWhole
		? { value: run }
		: await attempt(lifecycle.get(lifecycle.idOf(run)));
	const isSame =
		'value' in looked && source.completionKey(looked.value) === source.completionKey(run);
	return [[await itemOf(source, isSame ? looked.value : run)]];
}
