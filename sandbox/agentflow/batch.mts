import { completeItem } from './completion.mts';
import type { Row, Task } from './completion.mts';
import type { JsonObject } from './records.mts';
import { newId } from './store.mts';
import type { Store } from './store.mts';

/** An asynchronous job; those that bring documents into a knowledge base have no results. */
export interface Batch {
	id: string;
	operation: string;
	status: 'queued' | 'processing' | 'completed' | 'failed' | 'cancelled';
	/** 0..1 */
	progress: number;
	total_items: number;
	error: string | null;
	created_at: string;
	updated_at: string;
	results: Row[];
	stop: AbortController;
}

const STEPS = 20;

export function addBatch(store: Store, prefix: string, operation: string, total: number): Batch {
	const now = new Date().toISOString();
	const batch: Batch = {
		id: newId(prefix),
		operation,
		status: 'queued',
		progress: 0,
		total_items: total,
		error: null,
		created_at: now,
		updated_at: now,
		results: [],
		stop: new AbortController(),
	};
	store.batches.set(batch.id, batch);
	return batch;
}

/** Starts a job that works the items out in the background, some at a time. */
export function startBatch(
	store: Store,
	task: Task,
	template: string | null | undefined,
	items: JsonObject[],
): Batch {
	const batch = addBatch(store, 'batch', task.operation, items.length);
	const { batchQueuedMs, batchMs, batchOutcome } = store.settings;
	const { signal } = batch.stop;
	store.inBackground(async () => {
		await store.pause(batchQueuedMs, signal);
		changeBatch(batch, { status: 'processing' });
		if (batchOutcome === 'never') return;
		const step = Math.max(1, Math.ceil(items.length / STEPS));
		const steps = Math.ceil(items.length / step);
		for (let at = 0; at < items.length; at += step) {
			await store.pause(batchMs / steps, signal);
			if (batchOutcome === 'failed' && at >= items.length / 2) {
				changeBatch(batch, { status: 'failed', error: 'The batch failed midway' });
				return;
			}
			const rows = items
				.slice(at, at + step)
				.map((item, offset) => completeItem(task, template, item, at + offset));
			batch.results.push(...rows);
			changeBatch(batch, { progress: batch.results.length / items.length });
		}
		const failed = batchOutcome === 'failed';
		changeBatch(
			batch,
			failed
				? { status: 'failed', error: 'The batch failed' }
				: { status: 'completed', progress: 1 },
		);
	}, signal);
	return batch;
}

export function changeBatch(batch: Batch, change: Partial<Batch>): void {
	Object.assign(batch, change, { updated_at: new Date().toISOString() });
}

/** Stops a job that still goes on. */
export function cancelBatch(batch: Batch): void {
	if (batch.status !== 'queued' && batch.status !== 'processing') return;
	batch.stop.abort();
	changeBatch(batch, { status: 'cancelled' });
}
