/** How work that starts now and ends later is looked at, on one platform. */
export interface RunLifecycle<Run> {
	/** What the platform calls it, in lower case, e.g. "run". */
	noun: string;
	idOf(run: Run): string;
	/** The platform's word for where the run stands. */
	statusOf(run: Run): string;
	/** An unknown status is not terminal. */
	isTerminal(run: Run): boolean;
	/** Why a terminal run did not succeed, in the platform's words; undefined when it succeeded. */
	failureOf(run: Run): string | undefined;
	get(id: string): Promise<Run>;
	/** The state of many runs at once, newest first, where the platform has such a list. */
	listRecent?(): AsyncIterable<Run>;
	/** What makes runs last alike, e.g. the agent they belong to. */
	groupOf?(run: Run): string;
	/** How long a terminal run took, in milliseconds, as far as its answer tells. */
	durationOf?(run: Run): number | undefined;
	/**
	 * Resolves when the platform says by itself that the run has ended, where it can. The run is
	 * looked at then; while nothing comes, and when this rejects, it is looked at all the same.
	 */
	untilEnd?(id: string, signal: AbortSignal): Promise<void>;
	cancel?(id: string): Promise<void>;
}
