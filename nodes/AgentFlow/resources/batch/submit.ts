import type { IDataObject } from 'n8n-workflow';
import { PlatformError } from '../../../shared/errors';
import { inputFile } from '../../../shared/files';
import type { Json } from '../../../shared/json';
import { type CallOfAll, type Outcome } from '../../../shared/operation';
import { settle } from '../../../shared/settle';
import { field, fields, type Values } from '../../../shared/form/parameters';
import { itemOf } from '../../completions/complete';
import {
	batchOptions,
	classifyFields,
	classifyTask,
	contentField,
	customFields,
	customTask,
	enrichFields,
	enrichTask,
	extractFields,
	extractTask,
	modelTask,
	summarizeFields,
	summarizeTask,
} from '../../completions/fields';
import { batchSchema } from '../../schemas';
import { operation, type Session } from '../../session';

type JsonObject = { [key: string]: Json };

const ofItems = (...kind: string[]) => ({
	displayOptions: { show: { from: ['items'], kind } },
});

const submitFields = fields([
	{
		displayName: 'From',
		name: 'from',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'All Input Items', value: 'items', description: 'One batch of all input items' },
			{
				name: 'File',
				value: 'file',
				description: 'A CSV with a header, JSON or JSONL file: one batch for each input item',
			},
		],
		default: 'items',
		description: 'What the batch works on',
	},
	{
		displayName: 'Work',
		name: 'kind',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Classify', value: 'label', description: 'Say which category each item belongs to' },
			{ name: 'Custom', value: 'run', description: 'Ask a model with a prompt of your own' },
			{ name: 'Enrich', value: 'enrich', description: 'Work out more fields' },
			{ name: 'Extract', value: 'extract', description: 'Find data in the text' },
			{ name: 'Summarize', value: 'summarize', description: 'Sum up the text' },
		],
		default: 'label',
		description: 'What is done with each item',
	},
	field({ ...contentField, displayOptions: { show: { from: ['items'] } } }),
	{ ...classifyFields[0], ...ofItems('label') },
	{ ...classifyFields[1], ...ofItems('label') },
	{ ...extractFields[0], ...ofItems('extract') },
	{ ...summarizeFields[0], ...ofItems('summarize') },
	{ ...enrichFields[0], ...ofItems('enrich') },
	{ ...enrichFields[1], ...ofItems('enrich') },
	{ ...enrichFields[2], ...ofItems('enrich') },
	{ ...customFields[0], displayOptions: { show: { kind: ['run'] } } },
	{ ...customFields[1], displayOptions: { show: { kind: ['run'] } } },
	{
		displayName: 'Input Binary Field',
		name: 'binaryProperty',
		type: 'string',
		displayOptions: { show: { from: ['file'] } },
		default: 'data',
		required: true,
		hint: 'The name of the input binary field containing the file',
		description: 'The field of the input item that holds the file',
	},
	{
		displayName: 'Template',
		name: 'template',
		type: 'string',
		displayOptions: { show: { from: ['file'] } },
		default: '',
		description: 'The name of a template of your instance, if it has one for this work',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: batchOptions,
	},
]);

type SubmitValues = Values<typeof submitFields>;

export const submit = operation({
	value: 'submit',
	name: 'Submit',
	action: 'Submit a batch',
	description: 'Have many items worked on in the background; the output holds the ID of the batch',
	parameters: submitFields,
	output: batchSchema,
	async executeAll(valuesOf, call) {
		// It takes no expression, and the first item's other values concern no other file.
		const from = call.context.getNodeParameter('from', 0);
		return from === 'items' ? await submitItems(valuesOf, call) : await submitFiles(valuesOf, call);
	},
});

/** One batch of all items; the first item says what is to be done with them. */
async function submitItems(
	valuesOf: (itemIndex: number) => SubmitValues,
	{ session, context, itemCount }: CallOfAll<Session>,
): Promise<Outcome[]> {
	const indexes = [...Array(itemCount).keys()];
	const inputs = context.getInputData();
	const values: SubmitValues[] = [];
	for (const index of indexes) {
		const read = await settle(async () => valuesOf(index));
		if ('error' in read) return notSubmitted(read, index, indexes);
		values.push(read.value);
	}
	const [first] = values;
	const items = values.map(({ content, options }, index) =>
		itemOf({ content: content ?? '', options }, inputs[index].json),
	);
	const batch = await session.api.batches.create({
		operation: first.kind,
		items,
		...modelTask(first.options),
		...taskOf(first),
	});
	return [{ items: indexes, result: { value: batch } }];
}

/** The item that does not fit comes first: it is the one to correct. */
const notSubmitted = (result: Outcome['result'], unfit: number, indexes: number[]): Outcome[] => [
	{ items: [unfit], result },
	{
		items: indexes.filter((index) => index !== unfit),
		result: { error: new PlatformError(`The batch was not submitted because of item ${unfit}`) },
	},
];

/** One batch for the file of each item. */
async function submitFiles(
	valuesOf: (itemIndex: number) => SubmitValues,
	{ session, context, itemCount }: CallOfAll<Session>,
): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	for (let index = 0; index < itemCount; index++) {
		if (session.ending.stop?.aborted) break;
		const result = await settle(async () => {
			const values = valuesOf(index);
			const form = new FormData();
			form.set('file', await inputFile(context, index, values.binaryProperty ?? 'data'));
			form.set('operation', values.kind);
			if (values.template) form.set('template', values.template);
			const task: IDataObject = { ...modelTask(values.options), ...taskOf(values) };
			for (const [name, value] of Object.entries(task)) {
				form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
			}
			return session.batches.letGo(await session.api.batches.createFromFile(form));
		});
		outcomes.push({ items: [index], result });
		if ('error' in result && !context.continueOnFail()) break;
	}
	return outcomes;
}

/** What the fields of the chosen work add to the request; a file takes those of Custom alone. */
function taskOf(values: SubmitValues): JsonObject {
	const { kind, from } = values;
	if (kind === 'run') {
		const { promptTemplate = '', responseFormat } = values;
		return customTask({ promptTemplate, responseFormat });
	}
	if (from === 'file') return {};
	if (kind === 'label') {
		const { categories = '', multiLabel = false } = values;
		return classifyTask({ categories, multiLabel });
	}
	if (kind === 'extract') {
		return extractTask({ extractionInstructions: values.extractionInstructions ?? '' });
	}
	if (kind === 'summarize') {
		return summarizeTask({ summaryInstructions: values.summaryInstructions ?? '' });
	}
	const { fieldsToAdd = { field: [] }, includeContext = false, runtimeCategories } = values;
	return enrichTask({ fieldsToAdd, includeContext, runtimeCategories });
}
