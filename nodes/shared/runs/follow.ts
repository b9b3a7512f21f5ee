import type { Logger } from 'n8n-workflow';
import { TOOL_MAX_WAIT } from '../asTool';
import { excerptOf, hasStatus, PlatformError } from '../errors';
import type { Ending } from '../operation';
import { settle } from '../settle';
import { field, fields, type Values } from '../form/parameters';
import { sleep, timerMs } from '../timer';
import type { LiveStart, RunLifecycle } from './lifecycle';
import { RunWatcher, type Waited, type WaitOptions } from './wait';

/** The options of every operation that waits for something to end. */
export const waitFields = fields([
	{
		displayName: 'Max Wait (Seconds)',
		name: 'maxWait',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 3600,
		description:
			'How long to wait for the run to end. 0 waits without end. As a tool of an AI agent the node waits 100 seconds unless this is set.',
	},
	{
		displayName: 'On Max Wait',
		name: 'onMaxWait',
		type: 'options',
		options: [
			{
				name: 'Fail the Item',
				value: 'fail',
				description: 'The error names the run, which goes on',
			},
			{
				name: 'Return the Run as It Stands',
				value: 'return',
				description: 'The item holds the run with its current status',
			},
		],
		default: 'fail',
		description: 'What to do when the run has not ended within Max Wait',
	},
	{
		displayName: 'On Run Failure',
		name: 'onRunFailure',
		type: 'options',
		options: [
			{
				name: 'Fail the Item',
				value: 'fail',
				description: "The error holds the platform's own reason",
			},
			{
				name: 'Return the Run',
				value: 'return',
				description: 'The item holds the run with its status and error',
			},
		],
		default: 'fail',
		description: 'What to do when the run ends as failed or cancelled',
	},
	{
		displayName: 'Parallel Runs',
		name: 'parallelRuns',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 5,
		description: 'How many runs may be in flight at once when the node gets several items',
	},
	{
		displayName: 'Poll Interval (Seconds)',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 5,
		description:
			'The longest pause between two looks at a run. It is looked at more often while it is young and when runs like it are known to end.',
	},
]);

/** The same for operations that also started it, and so may end it. */
export const startFields = fields([
	{
		displayName: 'Cancel Run on Stop',
		name: 'cancelOnStop',
		type: 'boolean',
		default: true,
		description:
			'Whether to cancel the run when you stop the execution, so that it costs nothing more',
	},
	...waitFields,
]);

/** The same for platforms whose runs can pause. */
export const pauseField = field({
	displayName: 'On Pause',
	name: 'onPause',
	type: 'options',
	options: [
		{
			name: 'Fail the Item',
			value: 'fail',
			description: 'The error names the run, which may go on',
		},
		{
			name: 'Keep Waiting',
			value: 'wait',
			description: 'Wait until it has gone on and ended, or until Max Wait is over',
		},
		{
			name: 'Return the Paused Run',
			value: 'return',
			description: "The item holds the run with its status 'paused'",
		},
	],
	default: 'return',
	description: 'What to do when the run pauses, for example until somebody approves it',
});

export type FollowOptions = Partial<Values<[...typeof startFields, typeof pauseField]>>;

export const PARALLEL_RUNS = 5;

/** A response may not stay open for longer than this, even where Max Wait has no end. */
const LONGEST_RESPONSE_MS = 24 * 3600_000;
/** How much later than Max Wait the limit of the response itself ends it, in milliseconds. */
const GRACE_MS = 5000;

/** Resolves when the signal aborts. */
const aborted = async (signal: AbortSignal): Promise<undefined> =>
	await new Promise((resolve) => {
		if (signal.aborted) resolve(undefined);
		signal.addEventListener('abort', () => resolve(undefined), { once: true });
	});

/** How long, and how often, a run that the user has named is looked for, in milliseconds. */
const NAMED_PATIENCE_MS = 5_000;
const PAUSE_IF_NOT_FOUND_MS = 1_000;

/**
 * Waits for runs of one lifecycle and judges how they ended: one for a node execution, shared by
 * all of its items.
 */
export class Follower<Run> {
	private readonly watcher: RunWatcher<Run>;
	/** The user stopped the execution, or another item has failed. */
	private readonly signal: AbortSignal;

	constructor(
		private readonly lifecycle: RunLifecycle<Run>,
		private readonly ending: Ending,
		private readonly logger: Logger,
	) {
		const signals = [ending.stop, ending.abandon].filter((signal) => signal !== undefined);
		this.signal = AbortSignal.any(signals);
		this.watcher = new RunWatcher(lifecycle, this.signal);
	}

	/**
	 * Waits for a run as the user's options say.
	 *
	 * @param run the run as its start, or a first look, answered it
	 * @param onLook is told how the run stands at each single look that waiting takes anyway
	 * @throws PlatformError with the run's id when it failed, is not over after Max Wait, was
	 *   stopped by the user or cannot be looked at
	 */
	async follow(run: Run, options: FollowOptions, onLook?: (run: Run) => void): Promise<Run> {
		const waited = await this.watcher.wait(run, { ...this.waitOptions(options), onLook });
		return await this.judge(waited, options);
	}

	/**
	 * Starts a run whose response brings its news, and waits for it as the user's options say: when
	 * the response is cut off, by polling.
	 *
	 * @throws PlatformError as `follow` does, and when the run was not started
	 */
	async start(live: LiveStart<Run>, options: FollowOptions): Promise<Run> {
		if (this.signal.aborted) {
			const why = this.ending.stop?.aborted ? 'the execution was stopped' : 'another item failed';
			const id = this.lifecycle.idOf(live.run);
			throw new PlatformError(`The ${this.lifecycle.noun} ${id} was not sent: ${why}`);
		}
		return await this.judge(await this.readResponse(live, options), options);
	}

	private async readResponse(live: LiveStart<Run>, options: FollowOptions): Promise<Waited<Run>> {
		const waitOptions = this.waitOptions(options);
		const { maxWait } = waitOptions;
		const deadline = maxWait > 0 ? Date.now() + maxWait : Infinity;
		const limitMs = maxWait > 0 ? maxWait + GRACE_MS : LONGEST_RESPONSE_MS;
		const timeUp = maxWait > 0 ? [AbortSignal.timeout(maxWait)] : [];
		const over = AbortSignal.any([this.signal, ...timeUp]);
		let { run } = live;
		const endOf = () => this.watcher.overBecause(run, waitOptions.untilPause);
		const read = await settle(async () => {
			const news = live.open(over, limitMs)[Symbol.asyncIterator]();
			// What does not hear the signal must not keep the user waiting.
			const nobodyWaits = aborted(over);
			for (;;) {
				const step = await Promise.race([news.next(), nobodyWaits]);
				if (step && !step.done) run = step.value;
				if (step && !step.done && !endOf()) continue;
				void news.return?.();
				return;
			}
		});
		const because = endOf();
		if (because) return { run, because };
		if (this.signal.aborted) return { run, because: 'stopped' };
		if (over.aborted) return { run, because: 'max wait' };
		const cause = 'error' in read ? read.error : undefined;
		const known = await live.afterCut(cause);
		const left = maxWait > 0 ? Math.max(1, deadline - Date.now()) : 0;
		const polled = await settle(
			async () => await this.watcher.wait(known, { ...waitOptions, maxWait: left, pollNow: true }),
		);
		if ('value' in polled) return polled.value;
		// That the start itself got no answer says more than that there is none in the polls.
		throw cause instanceof PlatformError ? this.inSight(cause, known) : polled.error;
	}

	/** The error of a start that may have arrived all the same, naming its run. */
	private inSight(error: PlatformError, run: Run): PlatformError {
		if (error.details.runId) return error;
		const { noun, findLater = '' } = this.lifecycle;
		const id = this.lifecycle.idOf(run);
		const fix = `The ${noun} ${id} may have arrived all the same. ${findLater}`;
		return error.with({ runId: id, fix: `${error.details.fix ?? ''} ${fix}` });
	}

	private waitOptions(options: FollowOptions): WaitOptions<Run> {
		const { pollInterval = 5, onPause } = options;
		return {
			maxWait: timerMs(this.maxWaitOf(options)),
			pollInterval: pollInterval * 1000,
			untilPause: onPause !== 'wait',
		};
	}

	/** What a run that is not waited for any longer means for its item. */
	private async judge(waited: Waited<Run>, options: FollowOptions): Promise<Run> {
		const { run, because, unseen } = waited;
		const id = this.lifecycle.idOf(run);
		if (because === 'stopped') return await this.leave(run, options.cancelOnStop ?? true);
		if (because === 'max wait') {
			const error = unseen ?? this.stillGoing(id, run, this.maxWaitOf(options));
			this.overdue(error, options, 'look at each later by its ID', id);
		}
		if (because === 'paused' && options.onPause === 'fail') throw this.pausing(id);
		const reason = this.lifecycle.failureOf(run);
		if (reason !== undefined) this.failed(this.endedAs(id, run, reason), options);
		return this.letGo(run);
	}

	/** How many seconds to wait for a run; 0 is without end. */
	maxWaitOf({ maxWait }: FollowOptions): number {
		return maxWait ?? (this.ending.asTool ? TOOL_MAX_WAIT : 3600);
	}

	/**
	 * What On Max Wait says of a run that has not ended in time: says so and goes on, or fails.
	 *
	 * @param next what can be done about such runs, for a hint
	 * @param which of them this is, for the same hint
	 * @throws the error, unless the run is to be returned as it stands
	 */
	overdue(error: PlatformError, options: FollowOptions, next: string, which: string): void {
		const { asTool, hints } = this.ending;
		if ((options.onMaxWait ?? (asTool ? 'return' : 'fail')) === 'fail') throw error;
		hints.add(`Still going after ${this.maxWaitOf(options)} s (Max Wait); ${next}`, which);
	}

	/**
	 * What On Run Failure says of a run that did not succeed.
	 *
	 * @throws the error, unless the run is to be returned
	 */
	failed(error: PlatformError, { onRunFailure }: FollowOptions): void {
		if (onRunFailure !== 'return') throw error;
	}

	/**
	 * A run that the user has named. It may have been started only just now, so that whoever answers
	 * does not know it yet.
	 *
	 * @throws PlatformError when it is not found
	 */
	async find(id: string): Promise<Run> {
		for (const until = Date.now() + NAMED_PATIENCE_MS; ;) {
			const looked = await settle(async () => await this.lifecycle.get(id));
			if ('value' in looked) return looked.value;
			const isOver = Date.now() + PAUSE_IF_NOT_FOUND_MS > until;
			if (isOver || !hasStatus(looked.error, 404)) throw looked.error;
			const slept = await settle(async () => await sleep(PAUSE_IF_NOT_FOUND_MS, this.ending.stop));
			if ('error' in slept) throw looked.error;
		}
	}

	/** Hands on a run that nobody waits for: should another item fail, its error names the run. */
	letGo(run: Run): Run {
		if (!this.lifecycle.isTerminal(run)) this.ending.goingOn.add(this.lifecycle.idOf(run));
		return run;
	}

	private endedAs(id: string, run: Run, reason: string): PlatformError {
		const { noun, nounInForm = 'Run', seeWhatItDid, statusOf, typeOf } = this.lifecycle;
		return new PlatformError(`The ${noun} ${id} ended as ${statusOf(run)}: ${excerptOf(reason)}`, {
			runId: id,
			type: typeOf?.(run),
			fix: [
				seeWhatItDid,
				`To continue with such an item, set On ${nounInForm} Failure to 'Return the ${nounInForm}'.`,
			]
				.filter(Boolean)
				.join(' '),
		});
	}

	private stillGoing(id: string, run: Run, maxWait: number): PlatformError {
		const { noun, findLater = `Wait for ${id} later.` } = this.lifecycle;
		return new PlatformError(
			`The ${noun} ${id} is still ${this.lifecycle.statusOf(run)} after ${maxWait} s`,
			{
				runId: id,
				fix: [
					`It continues, nothing is lost. ${findLater} Or raise Max Wait, or set On Max Wait so that the run is returned as it stands.`,
					this.lifecycle.ifEndless,
				]
					.filter(Boolean)
					.join(' '),
			},
		);
	}

	private pausing(id: string): PlatformError {
		const { noun } = this.lifecycle;
		return new PlatformError(`The ${noun} ${id} has paused`, {
			runId: id,
			fix: `It continues when somebody lets it on the platform: wait for ${id} then, or choose another option for On Pause.`,
		});
	}

	private async leave(run: Run, cancel: boolean): Promise<never> {
		const { noun } = this.lifecycle;
		const id = this.lifecycle.idOf(run);
		if (!this.ending.stop?.aborted) {
			throw new PlatformError(`The ${noun} ${id} continues by itself`, { runId: id });
		}
		let fate = 'it continues';
		if (cancel && this.lifecycle.cancel) {
			fate = await this.lifecycle.cancel(id, run).then(
				() => 'it was cancelled',
				(error: Error) => `it may continue, because cancelling it did not work: ${error.message}`,
			);
		}
		// The execution is over: the log is where this can still be read.
		this.logger.info(`Execution stopped while ${noun} ${id} was in flight: ${fate}`);
		throw new PlatformError(`The execution was stopped; ${noun} ${id}: ${fate}`, { runId: id });
	}
}
