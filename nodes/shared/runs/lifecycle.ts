import type { PlatformError } from '../errors';

/** How work that starts now and ends later is looked at, on one platform. */
export interface RunLifecycle<Run> {
	/** What the platform calls it, in lower case, e.g. "run". */
	noun: string;
	/** What the options of the form call it, where that is not "Run". */
	nounInForm?: string;
	idOf(run: Run): string;
	/** The platform's word for where the run stands. */
	statusOf(run: Run): string;
	/** An unknown status is not terminal. */
	isTerminal(run: Run): boolean;
	/** Whether it stands still until somebody acts on the platform, and may go on then. */
	isPaused?(run: Run): boolean;
	/** Where the user can see what a run did, as an instruction; left out where there is nothing. */
	seeWhatItDid?: string;
	/** Why a terminal run did not succeed, in the platform's words; undefined when it succeeded. */
	failureOf(run: Run): string | undefined;
	/** The platform's own name for why it failed, where it has one. */
	typeOf?(run: Run): string | undefined;
	/** Nothing but its ID is known of the run: it is looked at before anything else. */
	isUnseen?(run: Run): boolean;
	/** @param latest the run as it was seen last, where it was */
	get(id: string, latest?: Run): Promise<Run>;
	/** What it means on this platform that a run, as it was seen last, is not found for a while. */
	notFound?(run: Run): PlatformError;
	/** Why a platform that was reached before may not be reached any more. */
	ifUnreachable?(id: string): string | undefined;
	/**
	 * The state of many runs at once, newest first, where the platform has such a list.
	 *
	 * @param groups what is looked for belongs to these
	 * @param signal aborted when nobody waits for the list any longer
	 */
	listRecent?(groups: string[], signal: AbortSignal): AsyncIterable<Run>;
	/** The platform has one list a group, so that `listRecent` costs a request for each. */
	listsByGroup?: boolean;
	/** A listed row says all that a look at the run does. */
	listIsWhole?: boolean;
	/** What makes runs last alike, e.g. the agent they belong to. */
	groupOf?(run: Run): string;
	/** How long a terminal run took, in milliseconds, as far as its answer tells. */
	durationOf?(run: Run): number | undefined;
	/**
	 * Resolves when the platform says by itself that the run has ended, where it can. The run is
	 * looked at then; while nothing comes, and when this rejects, it is looked at all the same.
	 */
	untilEnd?(id: string, signal: AbortSignal): Promise<void>;
	/** The platform may fail to say so, so that listening makes no look less. */
	untilEndIsABonus?: boolean;
	/** How far apart looks have to be to stay within a rate limit, in milliseconds a request. */
	pace?(): number;
	/** @throws PlatformError saying why it could not be cancelled */
	cancel?(id: string, run?: Run): Promise<void>;
	/** Where its outcome will be found, as a sentence, where its ID cannot be waited for. */
	findLater?: string;
	/** Why a run may never end on this platform: the user reads it when Max Wait is over. */
	ifEndless?: string;
}

/** A start whose own response brings the news of its run: as a stream, or as one long request. */
export interface LiveStart<Run> {
	/** The run before there is any news of it. */
	run: Run;
	/**
	 * Sends the start, and yields the run as it stands whenever the response has news of it.
	 *
	 * @param over aborted when nobody waits any longer
	 * @param limitMs how long the response may take, in milliseconds; it ends a little after Max Wait
	 */
	open(over: AbortSignal, limitMs: number): AsyncIterable<Run>;
	/**
	 * What polling can continue from when the response was cut off or said too little.
	 *
	 * @param cause why the response was cut off; undefined where it just ended
	 * @throws PlatformError when there is no run, or no way to poll it
	 */
	afterCut(cause: unknown): Run | Promise<Run>;
}
