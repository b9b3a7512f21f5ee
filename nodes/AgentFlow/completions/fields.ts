import { entriesIn } from '../../shared/form/coerce';
import { PlatformError } from '../../shared/errors';
import { defined, type Json } from '../../shared/json';
import { field, fields, objectOf, type Values } from '../../shared/form/parameters';
import { modelLocator } from '../fields';

type JsonObject = { [key: string]: Json };

/* The forms of the completions, alone and in a batch (contract: Completions). */

export const contentField = field({
	displayName: 'Content',
	name: 'content',
	type: 'string',
	typeOptions: { rows: 3 },
	default: '',
	placeholder: 'e.g. {{ $json.text }}',
	description: "The item's text that is worked on",
});

export const classifyFields = fields([
	{
		displayName: 'Categories',
		name: 'categories',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		placeholder: 'e.g. billing, delivery, other',
		description: 'What an item can be, separated by commas or one a line',
	},
	{
		displayName: 'Multiple Categories',
		name: 'multiLabel',
		type: 'boolean',
		default: false,
		description: 'Whether an item can belong to several categories',
	},
]);

export const extractFields = fields([
	{
		displayName: 'Extraction Instructions',
		name: 'extractionInstructions',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		required: true,
		placeholder: 'e.g. Extract the name, email and order number',
		description: 'What to find in each item',
	},
]);

export const summarizeFields = fields([
	{
		displayName: 'Summary Instructions',
		name: 'summaryInstructions',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. One sentence for a manager',
		description: 'How to sum up',
	},
]);

export const enrichFields = fields([
	{
		displayName: 'Fields to Add',
		name: 'fieldsToAdd',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Field',
		default: {},
		description: 'What to work out for each item',
		options: [
			{
				displayName: 'Field',
				name: 'field',
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						required: true,
						placeholder: 'e.g. sentiment',
						description: 'What the field is called',
					},
					{
						displayName: 'Type',
						name: 'type',
						type: 'string',
						default: 'categorical',
						required: true,
						description: "What it holds: 'categorical' has valid values",
					},
					{
						displayName: 'Valid Values',
						name: 'validValues',
						type: 'string',
						default: '',
						placeholder: 'e.g. positive, neutral, negative',
						description: 'What a categorical field can be, separated by commas',
					},
					{
						displayName: 'Description',
						name: 'description',
						type: 'string',
						default: '',
						description: 'What it means',
					},
				],
			},
		],
	},
	{
		displayName: 'Include Context',
		name: 'includeContext',
		type: 'boolean',
		default: false,
		description: 'Whether to return where each value comes from, as far as AgentFlow tells',
	},
	{
		displayName: 'Runtime Categories',
		name: 'runtimeCategories',
		type: 'json',
		default: '{}',
		description:
			'Valid values that are known only now: a JSON object with a list for the name of a field',
	},
]);

export const customFields = fields([
	{
		displayName: 'Prompt Template',
		name: 'promptTemplate',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '{content}',
		required: true,
		placeholder: 'e.g. Translate into German: {content}',
		description:
			'What the model is asked for each item. A name in braces stands for that field of the item.',
	},
	{
		displayName: 'Response Format',
		name: 'responseFormat',
		type: 'json',
		default: '{}',
		description: 'JSON Schema of the answer; text when it is left empty',
	},
]);

const promptOptions = fields([
	{
		displayName: 'Include Input Fields',
		name: 'includeInputFields',
		type: 'boolean',
		default: false,
		description:
			"Whether to send all fields of the input item along, so that a template can use them. They are sent as they are, beside 'content'.",
	},
	{
		displayName: 'Max Tokens',
		name: 'maxTokens',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1024,
		description: 'How long each result may become',
	},
	modelLocator,
]);

const modelOptions = fields([
	{
		displayName: 'System Prompt',
		name: 'systemPrompt',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		description: 'What the model is told before the items',
	},
	{
		displayName: 'Temperature',
		name: 'temperature',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 2, numberPrecision: 2 },
		default: 0,
		description: 'Lower values make results alike, higher ones make them varied',
	},
	{
		displayName: 'User Prompt Template',
		name: 'userPromptTemplate',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. {subject}: {content}',
		description:
			'How an item is put to the model. A name in braces stands for that field of the item. Custom work uses its Prompt Template instead.',
	},
]);

/** The options of a batch. */
export const batchOptions = fields([...promptOptions, ...modelOptions]);

/** The options of a completion. */
export const completionOptions = fields([
	promptOptions[0],
	{
		displayName: 'Keep Input Fields',
		name: 'keepInputFields',
		type: 'boolean',
		default: false,
		description: 'Whether the output holds the fields of the input item beside the result',
	},
	promptOptions[1],
	promptOptions[2],
	{
		displayName: 'Parallel Requests',
		name: 'parallelRequests',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 4,
		description: 'How many requests, of up to 50 items each, may be in flight at once',
	},
	...modelOptions,
]);

/** Entries of a JSON list, between commas, or one a line where there are several, with commas or without. */
const entriesOf = (text: string): string[] =>
	entriesIn(text, text.trim().includes('\n') ? '\n' : ',').map((entry) =>
		entry.replace(/\s*,$/, ''),
	);

const orUndefined = (object: JsonObject): JsonObject | undefined =>
	Object.keys(object).length > 0 ? object : undefined;

/* What each operation adds to the request. */

export function classifyTask({
	categories,
	multiLabel,
}: Values<typeof classifyFields>): JsonObject {
	return { categories: entriesOf(categories), multi_label: multiLabel };
}

export const extractTask = ({
	extractionInstructions,
}: Values<typeof extractFields>): JsonObject => ({
	extraction_instructions: extractionInstructions,
});

export const summarizeTask = ({
	summaryInstructions,
}: Values<typeof summarizeFields>): JsonObject =>
	summaryInstructions ? { summary_instructions: summaryInstructions } : {};

/** @throws PlatformError when no field is to be added */
export function enrichTask(values: Values<typeof enrichFields>): JsonObject {
	const { fieldsToAdd, includeContext, runtimeCategories } = values;
	if (fieldsToAdd.field.length === 0) {
		throw new PlatformError("'Fields to Add' is empty", { fix: 'Add at least one field.' });
	}
	const categories = orUndefined(objectOf(runtimeCategories, 'Runtime Categories'));
	return {
		fields: fieldsToAdd.field.map(({ name, type, validValues, description }) => ({
			name,
			type,
			...(validValues ? { valid_values: entriesOf(validValues) } : {}),
			...(description ? { description } : {}),
		})),
		...(includeContext ? { include_context: true } : {}),
		...(categories ? { runtime_categories: categories } : {}),
	};
}

export function customTask({
	promptTemplate,
	responseFormat,
}: Values<typeof customFields>): JsonObject {
	const format = orUndefined(objectOf(responseFormat, 'Response Format'));
	return {
		user_prompt_template: promptTemplate,
		...(format ? { response_format: format } : {}),
	};
}

/** What the options of a batch or a completion add to the request. */
export const modelTask = (options: Partial<Values<typeof batchOptions>>): JsonObject =>
	defined({
		model: options.model || undefined,
		temperature: options.temperature,
		max_tokens: options.maxTokens,
		system_prompt: options.systemPrompt || undefined,
		user_prompt_template: options.userPromptTemplate || undefined,
	}) as JsonObject;
