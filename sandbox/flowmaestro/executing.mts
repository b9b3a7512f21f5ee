// An execution's way from pending to its end, in real time.
import { randomUUID } from 'node:crypto';
import type { Pause } from './background.mts';
import { announceExecution } from './deliveries.mts';
import type { Course, Execution, JsonObject, Workflow } from './records.mts';
import { timestamp } from './store.mts';
import type { Store } from './store.mts';

/** Adds a pending row. Throws when its inputs poison it (contract, finding 6), and keeps it. */
export function addExecution(store: Store, workflowId: string, inputs: unknown): Execution {
	const execution: Execution = {
		id: randomUUID(),
		workflow_id: workflowId,
		status: 'pending',
		inputs,
		outputs: null,
		error: null,
		started_at: null,
		completed_at: null,
		created_at: timestamp(),
	};
	store.executions.set(execution.id, execution);
	readInputs(execution);
	return execution;
}

/** Hands a row to the workers; without them it stays pending and the caller waits or fails. */
export async function begin(store: Store, execution: Execution, workflow: Workflow): Promise<void> {
	if (store.settings.temporal === 'hang') await new Promise<never>(() => {});
	if (store.settings.temporal === 'error') throw new Error('Failed to connect to Temporal');
	store.background.start(execution.id, async (pause) => {
		await play(store, execution, workflow, pause);
	});
}

/** The inputs as the backend reads them back: a text is parsed as JSON, and most texts are none. */
export function readInputs({ inputs }: Execution): unknown {
	// An empty text counts as none.
	if (inputs === '') return {};
	return typeof inputs === 'string' ? JSON.parse(inputs) : inputs;
}

export function isTerminal({ status }: Execution): boolean {
	return status === 'completed' || status === 'failed' || status === 'cancelled';
}

async function play(
	store: Store,
	execution: Execution,
	workflow: Workflow,
	pause: Pause,
): Promise<void> {
	// Arrays come through, too, and nothing at all becomes an empty object.
	const inputs: JsonObject = Object(readInputs(execution));
	const course: Course = { ...workflow.perform(inputs), ...workflow.behaviour };
	await pause(course.pendingMs ?? 100);
	Object.assign(execution, { status: 'running', started_at: timestamp() });
	announceExecution(store, execution, workflow);

	if (course.outcome === 'never') return;
	await pause(course.durationMs ?? 1500);
	Object.assign(execution, ending(course));
	if (isTerminal(execution)) announceExecution(store, execution, workflow);
}

function ending({ outcome, outputs = {}, error = 'Execution failed' }: Course): Partial<Execution> {
	if (outcome === 'completed') return { status: outcome, outputs, completed_at: timestamp() };
	if (outcome === 'failed') return { status: outcome, error, completed_at: timestamp() };
	if (outcome === 'never') return {};
	return { status: outcome };
}
