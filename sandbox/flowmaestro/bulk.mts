// Rows that nobody asked the API for.
import { randomUUID } from 'node:crypto';
import type { Execution } from './records.mts';
import { timestamp } from './store.mts';
import type { Store } from './store.mts';

const LASTED_MS = 1000;

/** Adds an execution that ran for a second, by default a completed one; nothing makes it go on. */
export function addEndedExecution(
	store: Store,
	createdMs: number,
	given: Pick<Execution, 'workflow_id'> & Partial<Execution>,
): Execution {
	const execution: Execution = {
		id: randomUUID(),
		status: 'completed',
		inputs: {},
		outputs: null,
		error: null,
		started_at: timestamp(createdMs),
		completed_at: timestamp(createdMs + LASTED_MS),
		created_at: timestamp(createdMs),
		...given,
	};
	store.executions.set(execution.id, execution);
	return execution;
}
