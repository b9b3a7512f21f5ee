import { TOOL_MAX_WAIT } from '../shared/asTool';
import { PlatformError } from '../shared/errors';
import { settle } from '../shared/settle';
import { timerMs } from '../shared/timer';
import type { FollowOptions } from '../shared/runs/follow';
import type { PyFlueApi } from './api';
import { PATIENCE_MS, hasFailed, lookFor, lost, neverRecorded, readRun } from './lifecycle';
import { isRefusal } from './platform';
import { isPassing } from '../shared/runs/wait';
import { nameOf, type Run } from './schemas';
import type { Session } from './session';

const ACCEPTED = 'accepted';

export type WaitMode = 'follow' | 'request' | 'accept';

/** A piece of work of the server, and the ways it can be started. */
export interface Work {
	/** The agent or workflow. */
	name: string;
	instanceId?: string;
	/** @returns the run's id, at once */
	accept(): Promise<string>;
	/** @returns the run when it is over */
	wait(timeoutMs: number): Promise<Run>;
}

/**
 * Starts work and waits for it as the user wants.
 *
 * @throws PlatformError with the run's id, where that is known, when it fails or lasts too long
 */
export async function start(
	session: Session,
	work: Work,
	mode: WaitMode,
	options: FollowOptions,
): Promise<Run> {
	if (mode === 'request') return await inOneRequest(session, work, options);
	const { name: agentName, instanceId } = work;
	const runId = await work.accept();
	const accepted = { runId, status: ACCEPTED, agentName, instanceId: instanceId ?? runId };
	return mode === 'accept'
		? session.runs.letGo(accepted)
		: await follow(session, accepted, options);
}

/** Waits for a run of which no more may be known than its id. */
export async function follow(
	{ api, runs }: Session,
	run: Run,
	options: FollowOptions,
): Promise<Run> {
	const { maxWait } = options;
	const begun = Date.now();
	const patience = maxWait ? Math.min(PATIENCE_MS, maxWait * 1000) : PATIENCE_MS;
	const looked = await settle(async () => await lookFor(api, run.runId, patience));
	// The run has been accepted: trouble on the way to its record is what waiting is made for.
	if ('error' in looked && !isPassing(looked.error)) throw withRun(looked.error, run.runId);
	const recorded = 'value' in looked ? looked.value : undefined;
	const isUnknown = 'value' in looked && !recorded && !api.signal?.aborted;
	if (isUnknown) throw run.status === ACCEPTED ? neverRecorded(run.runId) : lost(run.runId);
	const spent = Math.round((Date.now() - begun) / 1000);
	const left = maxWait ? Math.max(1, maxWait - spent) : maxWait;
	return await runs.follow(recorded ?? run, { ...options, maxWait: left });
}

/** The error, naming the run it is about. */
const withRun = (error: unknown, runId: string): unknown =>
	error instanceof PlatformError
		? new PlatformError(`${error.message} (while looking for run ${runId})`, {
				...error.details,
				runId,
			})
		: error;

async function inOneRequest(
	{ api, asTool }: Session,
	work: Work,
	options: FollowOptions,
): Promise<Run> {
	const { maxWait = asTool ? TOOL_MAX_WAIT : 3600, onRunFailure } = options;
	const onMaxWait = options.onMaxWait ?? (asTool ? 'return' : 'fail');
	const sentAt = Date.now();
	const limitMs = timerMs(maxWait > 0 ? maxWait : Infinity);
	const outcome = await settle(async () => await work.wait(limitMs));
	if ('value' in outcome) return outcome.value;
	const { error } = outcome;
	if (!(error instanceof PlatformError) || cameToNothing(error) || api.signal?.aborted) throw error;
	// Without a type it comes from the way to the server, and the run goes on.
	const failed = error.details.type !== undefined;
	const { runId } = error.details;
	const found = await settle(async () =>
		runId ? [await readRun(api, runId)] : await runsSince(api, work, sentAt, failed),
	);
	// Where there are no admin routes, the error itself is all that can be told.
	const runs = 'value' in found ? found.value : [];
	if (runs.length === 1 && (failed ? onRunFailure : onMaxWait) === 'return') return runs[0];
	if (failed && onRunFailure === 'return') {
		// Which record it has cannot be told; that it failed, and why, can.
		const { type, runId: known = '' } = error.details;
		const run = { runId: known, status: 'failed', agentName: work.name };
		return { ...run, error: { type, message: error.message } };
	}
	throw naming(error, runs, failed);
}

/** What the server itself adds when it knows no such agent or workflow. */
const NAMES_KNOWN =
	/Available (agents|workflows)|Unknown (agent|workflow)|[Nn]o (agents|workflows)/;

/** Whether the server has turned the request away, so that there is no run. */
function cameToNothing({ message, details }: PlatformError): boolean {
	const { status, type, unanswered } = details;
	if (unanswered) return unanswered === 'never arrived';
	if (status === undefined) return true;
	return type === undefined
		? status < 500
		: isRefusal(type) && (type !== 'not_found' || NAMES_KNOWN.test(message));
}

/**
 * The runs of this work that began since then: a failed wait does not tell its run (contract: Auth,
 * errors, limits), the admin routes do.
 */
async function runsSince(
	api: PyFlueApi,
	{ name, instanceId }: Work,
	since: number,
	failed: boolean,
): Promise<Run[]> {
	const begun = since + (await api.clockSkew());
	const runs: Run[] = [];
	// A row that cannot be shown is none that could be named.
	for await (const run of api.admin.runs({ name }, () => undefined)) {
		if (Date.parse(run.startedAt ?? '') < begun) break;
		const isOfWork = nameOf(run) === name && (!instanceId || run.instanceId === instanceId);
		if (isOfWork && (!failed || hasFailed(run))) runs.push(run);
	}
	return runs;
}

function naming(error: PlatformError, runs: Run[], failed: boolean): PlatformError {
	const { details, message } = error;
	const ids = runs.map(({ runId }) => runId);
	const runId = details.runId ?? (ids.length === 1 ? ids[0] : undefined);
	const known = runId ? `Its run is ${runId}.` : '';
	const maybe = ids.length > 1 ? `Its run is one of these: ${ids.join(', ')}.` : '';
	const goesOn = failed
		? ''
		: "The run goes on by itself. Set Wait to 'Accept and Follow', which does not depend on one long request.";
	return new PlatformError(message, {
		...details,
		runId,
		fix: [details.fix, known || maybe, goesOn].filter(Boolean).join(' '),
	});
}
