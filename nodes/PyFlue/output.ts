import type { IDataObject } from 'n8n-workflow';
import { nameOf, type Run } from './schemas';

/** The fields of a run that a workflow goes on with, by the same names for PyFlue and Flue. */
export const simplifyRun = (run: Run): IDataObject => ({
	run_id: run.runId,
	name: nameOf(run) ?? null,
	instance_id: run.instanceId ?? run.owner?.instanceId ?? null,
	status: run.status,
	result: (run.result ?? null) as IDataObject | null,
	error: (run.error ?? null) as IDataObject | null,
	started_at: run.startedAt ?? null,
	ended_at: run.endedAt ?? null,
	duration_ms: run.durationMs ?? null,
});

/** A run as the Simplify switch asks for it. */
export const runOutput = (run: Run, simplify: boolean): IDataObject =>
	simplify ? simplifyRun(run) : (run as IDataObject);
