import { sleep, type Logger } from 'n8n-workflow';
import { TOOL_MAX_WAIT } from '../asTool';
import { excerptOf, hasStatus, PlatformError } from '../errors';
import type { Ending } from '../operation';
import { settle } from '../settle';
import { field, fields, type Values } from '../form/parameters';
import type { RunLifecycle } from './lifecycle';
import { RunWatcher } from './wait';

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

/** How long, and how often, a run that the user has named is looked for, in milliseconds. */
const NAMED_PATIENCE_MS = 5_000;
const PAUSE_IF_NOT_FOUND_MS = 1_000;

/**
 * Waits for runs of one lifecycle and judges how they ended: one for a node execution, shared by
 * all of its items.
 */
export class Follower<Run> {
	private readonly watcher: RunWatcher<Run>;

	constructor(
		private readonly lifecycle: RunLifecycle<Run>,
		private readonly ending: Ending,
		private readonly logger: Logger,
	) {
		const signals = [ending.stop, ending.abandon].filter((signal) => signal !== undefined);
		this.watcher = new RunWatcher(lifecycle, AbortSignal.any(signals));
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
		const { pollInterval = 5 } = options;
		const maxWait = this.maxWaitOf(options);
		const waited = await this.watcher.wait(run, {
			maxWait: maxWait * 1000,
			pollInterval: pollInterval * 1000,
			untilPause: options.onPause !== 'wait',
			onLook,
		});
		const id = this.lifecycle.idOf(run);
		if (waited.because === 'stopped') return await this.leave(id, options.cancelOnStop ?? true);
		if (waited.because === 'max wait') {
			const error = waited.notFound ?? this.stillGoing(id, waited.run, maxWait);
			this.overdue(error, options, 'look at each later by its ID', id);
		}
		if (waited.because === 'paused' && options.onPause === 'fail') throw this.pausing(id);
		const reason = this.lifecycle.failureOf(waited.run);
		if (reason !== undefined) this.failed(this.endedAs(id, waited.run, reason), options);
		return this.letGo(waited.run);
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
		const { noun, seeWhatItDid, statusOf, typeOf } = this.lifecycle;
		return new PlatformError(`The ${noun} ${id} ended as ${statusOf(run)}: ${excerptOf(reason)}`, {
			runId: id,
			type: typeOf?.(run),
			fix: [seeWhatItDid, "To go on with such an item, set On Run Failure to 'Return the Run'."]
				.filter(Boolean)
				.join(' '),
		});
	}

	private stillGoing(id: string, run: Run, maxWait: number): PlatformError {
		const { noun } = this.lifecycle;
		return new PlatformError(
			`The ${noun} ${id} is still ${this.lifecycle.statusOf(run)} after ${maxWait} s`,
			{
				runId: id,
				fix: [
					`It goes on, nothing is lost: wait for ${id} later, raise Max Wait, or set On Max Wait to 'Return the Run as It Stands'.`,
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
			fix: `It goes on when somebody lets it on the platform: wait for ${id} then, or choose another way for On Pause.`,
		});
	}

	private async leave(id: string, cancel: boolean): Promise<never> {
		const { noun } = this.lifecycle;
		if (!this.ending.stop?.aborted) {
			throw new PlatformError(`The ${noun} ${id} goes on by itself`, { runId: id });
		}
		let fate = 'it goes on';
		if (cancel && this.lifecycle.cancel) {
			fate = await this.lifecycle.cancel(id).then(
				() => 'it was cancelled',
				(error: Error) => `cancelling it did not work (${error.message})`,
			);
		}
		// The execution is over: the log is where this can still be read.
		this.logger.info(`Execution stopped while ${noun} ${id} was in flight: ${fate}`);
		throw new PlatformError(`The execution was stopped; ${noun} ${id}: ${fate}`, { runId: id });
	}
}
