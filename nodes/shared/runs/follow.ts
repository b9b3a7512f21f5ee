import type { Logger } from 'n8n-workflow';
import { TOOL_MAX_WAIT } from '../asTool';
import { PlatformError } from '../errors';
import type { Ending } from '../operation';
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
		const { asTool, hints } = this.ending;
		const { maxWait = asTool ? TOOL_MAX_WAIT : 3600, pollInterval = 5 } = options;
		const waited = await this.watcher.wait(run, {
			maxWait: maxWait * 1000,
			pollInterval: pollInterval * 1000,
			untilPause: options.onPause !== 'wait',
			onLook,
		});
		const id = this.lifecycle.idOf(run);
		if (waited.because === 'stopped') return await this.leave(id, options.cancelOnStop ?? true);
		if (waited.because === 'max wait') {
			if ((options.onMaxWait ?? (asTool ? 'return' : 'fail')) === 'fail') {
				throw this.stillGoing(id, waited.run, maxWait);
			}
			hints.add(`Still going after ${maxWait} s (Max Wait); look at each later by its ID`, id);
		}
		if (waited.because === 'paused' && options.onPause === 'fail') throw this.pausing(id);
		const reason = this.lifecycle.failureOf(waited.run);
		if (reason !== undefined && options.onRunFailure !== 'return') {
			const status = this.lifecycle.statusOf(waited.run);
			throw new PlatformError(`The ${this.lifecycle.noun} ${id} ended as ${status}: ${reason}`, {
				runId: id,
				type: this.lifecycle.typeOf?.(waited.run),
				fix: `Look at its events or messages to see what it did. To go on with such an item, set On Run Failure to 'Return the Run'.`,
			});
		}
		return this.letGo(waited.run);
	}

	/** Hands on a run that nobody waits for: should another item fail, its error names the run. */
	letGo(run: Run): Run {
		if (!this.lifecycle.isTerminal(run)) this.ending.goingOn.add(this.lifecycle.idOf(run));
		return run;
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
