import { z } from 'zod/v4';
import { cancelBatch, startBatch } from '../batch.mts';
import type { Batch } from '../batch.mts';
import { modelFields, operationFields, OPERATIONS, Task } from '../completion.mts';
import { found, unprocessable } from '../errors.mts';
import { file, formNumber, jsonObject, page, text } from '../fields.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';
import { csvOf, readItems } from '../tabular.mts';
import { read } from '../validation.mts';

const tag = 'batches';

/** The fields of every operation, each of them optional: which are needed depends on the operation. */
const BatchCreate = z
	.object({
		operation: z.enum(OPERATIONS),
		items: z.array(jsonObject).min(1),
		...modelFields,
		...z
			.object({
				...operationFields.label,
				...operationFields.extract,
				...operationFields.summarize,
				...operationFields.enrich,
				...operationFields.run,
			})
			.partial().shape,
	})
	.meta({ id: 'BatchCreate' });

const FileBatchCreate = z
	.object({
		file,
		operation: z.enum(OPERATIONS).default('run'),
		system_prompt: text.optional(),
		user_prompt_template: text.optional(),
		template: text.optional(),
		response_format: text.optional(),
		model: text.optional(),
		temperature: formNumber.min(0).max(2).optional(),
		max_tokens: formNumber.int().min(1).optional(),
	})
	.meta({ id: 'FileBatchCreate' });

const OutputFormat = z.object({
	format: z.enum(['json', 'jsonl', 'csv']).default('json'),
	...page(100, 10_000),
});

export function batchRoutes(router: Router, store: Store): void {
	router.add({
		method: 'POST',
		path: '/api/v1/batches',
		name: 'create_batch',
		tag,
		body: BatchCreate,
		handle: ({ body }) => {
			store.checkModel(body.model);
			const task = read(Task, body, 'body');
			return view(startBatch(store, task, body.user_prompt_template, body.items));
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/batches',
		name: 'list_batches',
		tag,
		query: z.object(page(20, 100)),
		handle: ({ query: { limit, offset } }) => {
			const batches = [...store.batches.values()].reverse();
			return { batches: batches.slice(offset, offset + limit).map(view), total: batches.length };
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/batches/{batch_id}',
		name: 'get_batch',
		tag,
		handle: ({ params }) => view(found(store.batches.get(params.batch_id), 'Batch')),
	});

	router.add({
		method: 'GET',
		path: '/api/v1/batches/{batch_id}/output',
		name: 'get_batch_output',
		tag,
		query: OutputFormat,
		handle: async ({ params, query: { format, offset, limit }, reply }) => {
			const { id, status, results } = found(store.batches.get(params.batch_id), 'Batch');
			const rows = results.slice(offset, offset + limit);
			if (format === 'csv') return await reply.type('text/csv').send(csvOf(rows));
			if (format === 'jsonl') {
				const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
				return await reply.type('application/x-ndjson').send(lines);
			}
			const shaped = store.settings.older
				? rows.map(({ result, error }) => result ?? { error })
				: rows;
			return { id, status, offset, limit, results: shaped };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/batches/{batch_id}/cancel',
		name: 'cancel_batch',
		tag,
		handle: ({ params }) => {
			const batch = found(store.batches.get(params.batch_id), 'Batch');
			cancelBatch(batch);
			return view(batch);
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/files',
		name: 'create_batch_from_file',
		tag,
		body: FileBatchCreate,
		encoding: 'multipart',
		handle: ({ body }) => {
			store.checkModel(body.model);
			const items = readItems(body.file.filename, body.file.content);
			const format = body.response_format === undefined ? null : jsonText(body.response_format);
			const task = read(Task, { operation: body.operation, response_format: format }, 'body');
			return view(startBatch(store, task, body.user_prompt_template, items));
		},
	});
}

function jsonText(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		throw unprocessable('response_format', 'Value error, not JSON');
	}
}

function view({ results, stop: _stop, ...batch }: Batch) {
	return {
		...batch,
		completed_items: results.filter(({ success }) => success).length,
		failed_items: results.filter(({ success }) => !success).length,
	};
}
