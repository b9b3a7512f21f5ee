import { z } from 'zod/v4';
import { jsonObject, text } from './fields.mts';
import type { JsonObject } from './records.mts';
import {
	classify,
	classifyAll,
	extract,
	extractField,
	properties,
	summarize,
} from './textWork.mts';

export const OPERATIONS = ['label', 'extract', 'summarize', 'enrich', 'run'] as const;
export type OperationName = (typeof OPERATIONS)[number];

export const modelFields = {
	model: text.nullish(),
	temperature: z.number().min(0).max(2).nullish(),
	max_tokens: z.number().int().min(1).nullish(),
	system_prompt: text.nullish(),
	user_prompt_template: text.nullish(),
};

const EnrichField = z
	.object({
		name: text,
		type: text.default('text'),
		valid_values: z.array(text).nullish(),
		description: text.nullish(),
	})
	.meta({ id: 'EnrichField' });

/** What each operation asks for beside the items and the model. */
export const operationFields = {
	label: {
		categories: z.array(text).min(1),
		multi_label: z.boolean().default(false),
	},
	extract: { extraction_instructions: text.min(1) },
	summarize: { summary_instructions: text.nullish() },
	enrich: {
		fields: z.array(EnrichField).min(1),
		include_context: z.boolean().default(false),
		runtime_categories: z.record(text, z.array(text)).nullish(),
	},
	run: { response_format: jsonObject.nullish() },
};

const tasks = {
	label: z.object({ operation: z.literal('label'), ...operationFields.label }),
	extract: z.object({ operation: z.literal('extract'), ...operationFields.extract }),
	summarize: z.object({ operation: z.literal('summarize'), ...operationFields.summarize }),
	enrich: z.object({ operation: z.literal('enrich'), ...operationFields.enrich }),
	run: z.object({ operation: z.literal('run'), ...operationFields.run }),
};

/** One operation with all it needs, but for the items. */
export const Task = z.discriminatedUnion('operation', [
	tasks.label,
	tasks.extract,
	tasks.summarize,
	tasks.enrich,
	tasks.run,
]);
export type Task = z.output<typeof Task>;

export interface Row {
	index: number;
	success: boolean;
	result: JsonObject | null;
	error: string | null;
}

/** Works one item out, without a model. An item that cannot be read is a row that failed. */
export function completeItem(
	task: Task,
	template: string | null | undefined,
	item: JsonObject,
	index: number,
): Row {
	try {
		return { index, success: true, result: work(task, prompt(item, template)), error: null };
	} catch (error) {
		if (!(error instanceof RowError)) throw error;
		return { index, success: false, result: null, error: error.message };
	}
}

class RowError extends Error {}

function prompt(item: JsonObject, template: string | null | undefined): string {
	if (template) {
		return template.replaceAll(/\{(\w+)\}/g, (_placeholder, field: string) => {
			if (item[field] === undefined) throw new RowError(`The item has no field "${field}"`);
			return String(item[field]);
		});
	}
	const { content } = item;
	if (typeof content !== 'string' || content.trim() === '') {
		throw new RowError('The item has no content');
	}
	return content;
}

function work(task: Task, content: string): JsonObject {
	switch (task.operation) {
		case 'label':
			if (task.multi_label) return { labels: classifyAll(content, task.categories) };
			return classify(content, task.categories);
		case 'extract':
			return extract(content, task.extraction_instructions);
		case 'summarize':
			return { summary: summarize(content) };
		case 'enrich':
			return Object.fromEntries(
				task.fields.map(({ name, valid_values }) => {
					const values = valid_values ?? task.runtime_categories?.[name];
					return [name, values ? classify(content, values).label : extractField(content, name)];
				}),
			);
		case 'run':
			return task.response_format
				? structured(content, task.response_format)
				: { text: `(local stand-in) ${summarize(content)}` };
	}
}

/** The properties of a response format, filled as far as the text has them. */
function structured(content: string, format: JsonObject): JsonObject {
	const Wrapped = z.object({ json_schema: z.object({ schema: jsonObject }) });
	const wrapped = Wrapped.safeParse(format);
	const schema = wrapped.success ? wrapped.data.json_schema.schema : format;
	return Object.fromEntries(
		Object.keys(properties(schema)).map((name) => [name, extractField(content, name)]),
	);
}
