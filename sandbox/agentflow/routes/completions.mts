import { z } from 'zod/v4';
import { completeItem, modelFields, operationFields, Task } from '../completion.mts';
import type { OperationName } from '../completion.mts';
import { jsonObject } from '../fields.mts';
import type { JsonObject } from '../records.mts';
import type { Router } from '../router.mts';
import { DEFAULT_MODEL } from '../store.mts';
import type { Store } from '../store.mts';

const items = z.array(jsonObject).min(1).max(50);
const common = { items, ...modelFields };

const bodies = {
	label: z.object({ ...common, ...operationFields.label }).meta({ id: 'LabelRequest' }),
	extract: z.object({ ...common, ...operationFields.extract }).meta({ id: 'ExtractRequest' }),
	summarize: z.object({ ...common, ...operationFields.summarize }).meta({ id: 'SummarizeRequest' }),
	enrich: z.object({ ...common, ...operationFields.enrich }).meta({ id: 'EnrichRequest' }),
	run: z.object({ ...common, ...operationFields.run }).meta({ id: 'RunRequest' }),
};

export function completionRoutes(router: Router, store: Store): void {
	const complete = (
		operation: OperationName,
		body: { items: JsonObject[]; model?: string | null; user_prompt_template?: string | null },
	) => {
		store.checkModel(body.model);
		const task = Task.parse({ ...body, operation });
		const rows = body.items.map((item, index) =>
			completeItem(task, body.user_prompt_template, item, index),
		);
		const results = store.settings.older
			? rows.map(({ result, error }) => result ?? { error })
			: rows;
		return { results, model: body.model ?? DEFAULT_MODEL };
	};
	const tag = 'completions';

	router.add({
		method: 'POST',
		path: '/api/v1/completions/label',
		name: 'label_items',
		tag,
		body: bodies.label,
		handle: ({ body }) => complete('label', body),
	});
	router.add({
		method: 'POST',
		path: '/api/v1/completions/extract',
		name: 'extract_from_items',
		tag,
		body: bodies.extract,
		handle: ({ body }) => complete('extract', body),
	});
	router.add({
		method: 'POST',
		path: '/api/v1/completions/summarize',
		name: 'summarize_items',
		tag,
		body: bodies.summarize,
		handle: ({ body }) => complete('summarize', body),
	});
	router.add({
		method: 'POST',
		path: '/api/v1/completions/enrich',
		name: 'enrich_items',
		tag,
		body: bodies.enrich,
		handle: ({ body }) => complete('enrich', body),
	});
	router.add({
		method: 'POST',
		path: '/api/v1/completions/run',
		name: 'run_items',
		tag,
		body: bodies.run,
		handle: ({ body }) => complete('run', body),
	});
}
