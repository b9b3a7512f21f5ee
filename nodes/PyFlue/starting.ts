import type { FollowOptions } from '../shared/runs/follow';
import { ACCEPTED } from './lifecycle';
import { inOneRequest } from './oneRequest';
import type { Run, StartedRun } from './schemas';
import type { Session } from './session';

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
): Promise<StartedRun> {
	if (mode === 'request') return await inOneRequest(session, work, options);
	const { name: agentName, instanceId } = work;
	const runId = await work.accept();
	const accepted = { runId, status: ACCEPTED, agentName, instanceId: instanceId ?? runId };
	return mode === 'accept'
		? session.runs.letGo(accepted)
		: await session.runs.follow(accepted, options);
}
