import { PlatformError } from '../shared/errors';
import type { FollowOptions } from '../shared/runs/follow';
import { settle } from '../shared/settle';
import { timerMs } from '../shared/timer';
import { hasFailed, readRun, RESULT_NOT_JSON } from './lifecycle';
import { ID_NOT_SENDABLE, isRefusal, UNSENDABLE_ID } from './platform';
import { nameOf, type Run, type StartedRun } from './schemas';
import type { Session } from './session';
import type { Work } from './starting';

/*
 * A run that is waited for in the request that starts it. When that brings no result, the server
 * mostly does not say which run it was (contract: Auth, errors, limits). A run counts as the item's
 * own only where something says so: its ID in the answer, or, in a history that shows no other, the
 * very error that the server answered. Any other one is at most named as a possibility.
 */

/** What became of a run whose request brought no result. */
type Fate = 'refused' | 'failed' | 'unknown';

/** The item's own run, or else the ids of those that it may be. */
interface Sighting {
	own?: Run;
	maybe: string[];
}

/** Which ids an error names at most. */
const MOST_NAMED = 20;
/** How long to look for a run in the history, which a blocked server does not answer. */
const LOOK_PATIENCE_MS = 5_000;
const NO_RESULT = { fields: ['result'], beyond: 1_000 };
/** How much earlier than asked a timer may go off, in milliseconds. */
const TIMER_SLACK_MS = 50;

/**
 * Runs that are known to be an item's own, of any execution: the server tells its time in seconds, so
 * that a run which began just before the request looks as if it began after it.
 */
const claimed = new Set<string>();
const MOST_CLAIMED = 1_000;

function claim(runId: string): void {
	claimed.add(runId);
	for (const oldest of claimed) {
		if (claimed.size <= MOST_CLAIMED) return;
		claimed.delete(oldest);
	}
}

/** Why the server cannot answer although the run has succeeded. */
interface Unsendable {
	/** What Python says then. */
	says: RegExp;
	/** Tells by the run's record whether this can be it; left out where it has none that can be sent. */
	fits?(run: Run): boolean;
	/** What stands for an error in the run. */
	error: { type: string; message: string };
}

const UNSENDABLE: Unsendable[] = [
	{
		says: /^Out of range float values are not JSON compliant/,
		// The record has null in place of NaN and Infinity.
		fits: ({ result }) => JSON.stringify(result ?? null).includes('null'),
		error: RESULT_NOT_JSON,
	},
	{ says: UNSENDABLE_ID, fits: () => true, error: ID_NOT_SENDABLE },
	{
		says: /must have __dict__|Unable to serialize|codec can't (en|de)code|Circular reference/,
		error: RESULT_NOT_JSON,
	},
];

/**
 * Starts work and waits for its end in the same request.
 *
 * @throws PlatformError with the run's id, where that is known, when it fails or lasts too long
 */
export async function inOneRequest(
	session: Session,
	work: Work,
	options: FollowOptions,
): Promise<StartedRun> {
	const maxWait = session.runs.maxWaitOf(options);
	const limitMs = timerMs(maxWait > 0 ? maxWait : Infinity);
	const sentAt = Date.now();
	const outcome = await settle(async () => await work.wait(limitMs));
	if ('value' in outcome) return outcome.value;
	const { error } = outcome;
	const isLate = Date.now() - sentAt >= limitMs - TIMER_SLACK_MS;
	if (!(error instanceof PlatformError) || session.api.signal?.aborted) throw error;
	const history = new History(session, work, sentAt);
	switch (fateOf(error)) {
		case 'refused': {
			// The code on the server can raise what the server says: then there is a run that failed.
			const { original } = error.details;
			const failed = original && !names(work, error) && (await history.failed(original));
			if (!failed || (!failed.own && failed.maybe.length === 0)) throw error;
			return failedRun(session, work, error, failed, options);
		}
		case 'failed':
			return await ended(session, work, error, history, options);
		case 'unknown': {
			const maybe = await history.all();
			// Something in front of the server has answered, or the connection was lost.
			if (!isLate || !error.details.unanswered) throw naming(error, { maybe }, GOES_ON);
			const named = naming(error, { maybe }, `${RETURN_IT} ${GOES_ON}`);
			const which = maybe.slice(0, MOST_NAMED).join(', ') || work.name;
			session.runs.overdue(named, options, LOOK_FOR, which);
			return unnamed(work, { status: 'running' });
		}
	}
}

const RETURN_IT = "Or set On Max Wait to 'Return the Run as It Stands'.";
const GOES_ON =
	"If the server has got the request, the run goes on by itself. Set Wait to 'Accept and Follow', which does not depend on one long request.";
const LOOK_FOR =
	'PyFlue does not tell the ID of such a run. Look for them with Run: Get Many and the filter Name; they may be';

/** Infers what became of the run from the error of its request. */
function fateOf({ details }: PlatformError): Fate {
	const { status, unanswered, original, runId } = details;
	if (unanswered) return unanswered === 'never arrived' ? 'refused' : 'unknown';
	// Flue names the run as soon as it has taken the request on.
	if (original) return runId === undefined && isRefusal(original) ? 'refused' : 'failed';
	// Found out on this side, before or behind the request.
	if (status === undefined) return 'refused';
	// From something in front of the server, or, with 200, in place of it.
	return status === 200 || status === 408 || status >= 500 ? 'unknown' : 'refused';
}

/** Whether the server says that there is no such agent or workflow. */
const names = ({ name }: Work, { message }: PlatformError): boolean =>
	message.includes(`Unknown workflow: ${name}.`) || message.includes(`"${name}" is not`);

/** What the server answered with an error of its own: the run is over. */
async function ended(
	session: Session,
	work: Work,
	error: PlatformError,
	history: History,
	options: FollowOptions,
): Promise<StartedRun> {
	const { original = {}, runId } = error.details;
	if (runId) {
		const read = await settle(async () => await readRun(session.api, runId));
		const own = 'value' in read ? read.value : undefined;
		return failedRun(session, work, error, { own, maybe: [] }, options);
	}
	const failed = await history.failed(original);
	const dev = typeof original.dev === 'string' ? original.dev : '';
	const unsendable =
		original.type === 'internal_error' ? UNSENDABLE.find(({ says }) => says.test(dev)) : undefined;
	if (!unsendable || failed.own || failed.maybe.length > 0) {
		return failedRun(session, work, error, failed, options);
	}
	const { own, maybe } = await history.succeeded(unsendable.fits);
	if (own) return own;
	const fix = `The run itself succeeded: ${unsendable.error.message}`;
	const told = new PlatformError(error.message, { ...error.details, fix });
	session.runs.failed(naming(told, { maybe }), options);
	return unnamed(work, { status: 'succeeded', error: unsendable.error });
}

function failedRun(
	{ runs, hints }: Session,
	work: Work,
	error: PlatformError,
	sighting: Sighting,
	options: FollowOptions,
): StartedRun {
	const { own, maybe } = sighting;
	runs.failed(naming(error, sighting), options);
	if (own) return own;
	if (maybe.length > 0) {
		const ids = maybe.slice(0, MOST_NAMED).join(', ');
		hints.add('The server does not tell which of these runs failed for which item', ids);
	}
	const { original, runId } = error.details;
	// Flue's word where it has named the run, and PyFlue's.
	const status = runId ? 'errored' : 'failed';
	return { ...unnamed(work, { status, error: recorded(original) }), runId: runId ?? null };
}

const unnamed = (
	{ name: agentName, instanceId }: Work,
	{ status, error = null }: Pick<StartedRun, 'status' | 'error'>,
): StartedRun => ({ runId: null, status, agentName, instanceId, result: null, error });

/** An error that was answered, as the record of the run holds it. */
function recorded(original: Record<string, unknown> = {}): Record<string, unknown> {
	const { type, message, details, dev } = original;
	return type === 'internal_error' ? { type, message, details: dev ?? details } : original;
}

function naming(error: PlatformError, { own, maybe }: Sighting, next = ''): PlatformError {
	const { details, message } = error;
	const runId = details.runId ?? own?.runId;
	const known = runId ? `Its run is ${runId}.` : '';
	const ids = maybe.slice(0, MOST_NAMED).join(', ');
	const more = maybe.length > MOST_NAMED ? ` and ${maybe.length - MOST_NAMED} more` : '';
	const possible =
		maybe.length === 1
			? `The server does not say which run this was; it may be ${ids}.`
			: `The server does not say which run this was; it may be one of these: ${ids}${more}.`;
	return new PlatformError(message, {
		...details,
		runId,
		fix: [details.fix, known || (maybe.length > 0 ? possible : ''), next].filter(Boolean).join(' '),
	});
}

/** The runs of some work that began since its request was sent, as the admin routes show them. */
class History {
	/** When the request was sent, by the clock of the server. */
	private begun?: number;
	/** From now on: a history is made when the request has failed. */
	private readonly patience = AbortSignal.timeout(LOOK_PATIENCE_MS);

	constructor(
		private readonly session: Session,
		private readonly work: Work,
		private readonly sentAt: number,
	) {}

	/** Those that failed with this error. */
	async failed(original: Record<string, unknown>): Promise<Sighting> {
		const error = keyOf(recorded(original));
		return await this.own('errored', (run) => hasFailed(run) && keyOf(run.error) === error);
	}

	/** @param fits tells the item's own; left out where it cannot be told */
	async succeeded(fits?: (run: Run) => boolean): Promise<Sighting> {
		if (fits) return await this.own('completed', fits);
		return { maybe: await this.all('completed') };
	}

	/** The ids of all. */
	async all(status?: string): Promise<string[]> {
		const looked = await settle(async () => await this.rows(status));
		return 'value' in looked ? looked.value.map(({ runId }) => runId) : [];
	}

	/**
	 * The only run that fits is the item's own. Of several workers each shows its own runs, in turn:
	 * two looks have to agree.
	 */
	private async own(status: string, fits: (run: Run) => boolean): Promise<Sighting> {
		const looked = await settle(async () => [
			...(await this.rows(status)),
			...(await this.rows(status)),
		]);
		// Without the admin routes nothing can be said.
		const rows = 'value' in looked ? looked.value : [];
		const found = rows.filter((run) => fits(run) && !claimed.has(run.runId));
		const maybe = [...new Set(found.map(({ runId }) => runId))];
		if (maybe.length !== 1 || found.length !== 2) return { maybe };
		claim(maybe[0]);
		return { own: found[1], maybe: [] };
	}

	private async rows(status?: string): Promise<Run[]> {
		const { api } = this.session;
		const { name, instanceId } = this.work;
		this.begun ??= this.sentAt + (await api.clockSkew(this.patience));
		const rows: Run[] = [];
		// A row that cannot be shown is none that could be named.
		// A result can be several MB.
		const leaveOut = status === 'completed' ? undefined : NO_RESULT;
		const part = { signal: this.patience, leaveOut };
		for await (const run of api.admin.runs({ name, status }, () => undefined, part)) {
			if (Date.parse(run.startedAt ?? '') < this.begun) break;
			const isOfWork = nameOf(run) === name && (!instanceId || run.instanceId === instanceId);
			if (isOfWork) rows.push(run);
		}
		return rows;
	}
}

/** What two errors have in common that are the same. */
function keyOf(error: unknown): string {
	const { type, message, details } = (error ?? {}) as Record<string, unknown>;
	return JSON.stringify([type, message, details]);
}
