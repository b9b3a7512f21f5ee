import { z } from 'zod';
import { isObject } from '../../../shared/json';
import { take } from '../../../shared/list';
import { openApiDocumentOf } from '../../../shared/openApi/instance';
import { BinaryItem } from '../../../shared/operation';
import { simplifyField } from '../../../shared/form/fields';
import { handedOn } from '../../schemas';
import { operation } from '../../session';
import { batchIdField } from './fields';
import { outputFile, outputRows } from './output';

const FILES = {
	csv: { mimeType: 'text/csv', ending: 'csv' },
	json: { mimeType: 'application/json', ending: 'json' },
	jsonl: { mimeType: 'application/x-ndjson', ending: 'jsonl' },
};

/** The result's own fields come on top; an older server has them alone, and a file none of all these. */
const simpleRowSchema = z
	.object({
		index: handedOn(z.number().nullish()),
		success: z.boolean().optional(),
		error: handedOn(z.string().nullish()),
	})
	.passthrough();

export const getOutput = operation({
	value: 'getOutput',
	name: 'Get Output',
	action: 'Get the output of a batch',
	description:
		'Retrieve the results of a batch as items or as a file, where your instance shows how',
	parameters: [
		batchIdField,
		{
			displayName: 'Output As',
			name: 'outputAs',
			type: 'options',
			options: [
				{ name: 'CSV File', value: 'csv' },
				{ name: 'Items', value: 'items' },
				{ name: 'JSON File', value: 'json' },
				{ name: 'JSONL File', value: 'jsonl' },
			],
			default: 'items',
			description: 'How the results come out',
		},
		{
			...simplifyField,
			displayOptions: { show: { outputAs: ['items'] } },
		},
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			displayOptions: { show: { outputAs: ['items'] } },
			default: true,
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			displayOptions: { show: { outputAs: ['items'], returnAll: [false] } },
			default: 50,
			description: 'Max number of results to return',
		},
		{
			displayName: 'Put Output File in Field',
			name: 'outputField',
			type: 'string',
			displayOptions: { hide: { outputAs: ['items'] } },
			default: 'data',
			required: true,
			hint: 'The name of the output binary field to put the file in',
			description: 'Where the file goes',
		},
	],
	output: simpleRowSchema,
	async execute(values, { session, context }) {
		const { batchId, outputAs, returnAll, limit, simplify, outputField = 'data' } = values;
		const { http } = session;
		const document = await openApiDocumentOf(http);
		if (outputAs === 'items') {
			const rows = await take(outputRows(http, document, batchId), returnAll ? Infinity : limit);
			return simplify ? rows.map(simplified) : rows;
		}
		const bytes =
			outputAs === 'json'
				? Buffer.from(JSON.stringify(await take(outputRows(http, document, batchId)), null, '\t'))
				: await outputFile(http, document, batchId, outputAs);
		const { mimeType, ending } = FILES[outputAs];
		const name = `${batchId}.${ending}`;
		const file = await context.helpers.prepareBinaryData(bytes, name, mimeType);
		return new BinaryItem({ id: batchId, format: outputAs }, { [outputField]: file });
	},
});

/** The result with its place; the raw row keeps both apart. */
function simplified(row: unknown): unknown {
	if (!isObject(row) || typeof row.success !== 'boolean') return row;
	const { index, success, result, error } = row;
	return {
		index,
		success,
		...(isObject(result) ? result : { result }),
		error: error ?? null,
	} satisfies z.infer<typeof simpleRowSchema>;
}
