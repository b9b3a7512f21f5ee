import type { IExecuteFunctions, ResourceMapperFields } from 'n8n-workflow';
import { PlatformError } from '../errors';
import type { Hints } from '../hints';
import type { Http } from '../http/http';
import { parseAnswer } from '../http/notNumbers';
import { inputFile } from '../files';
import { isObject, type Json } from '../json';
import { BinaryItem } from '../operation';
import { fromList } from '../form/locator';
import { fields, objectOf, type Values } from '../form/parameters';
import { parseEvents } from '../http/sse';
import { bodyFields, type ApiDocument, type ApiOperation } from './document';
import { withUndrawn, type Current } from '../form/mapper';
import { bodyFormFields, parameterFields, WHOLE_BODY } from './form';
import { findOperation } from './instance';
import { requestOf, type OperationValues } from './request';

const mapper = (
	resourceMapperMethod: string,
	valuesLabel: string,
	singular: string,
	plural: string,
) => ({
	loadOptionsDependsOn: ['apiOperation.value'],
	resourceMapper: {
		resourceMapperMethod,
		// Says which fields are required, and keeps them in the form.
		mode: 'add' as const,
		valuesLabel,
		fieldWords: { singular, plural },
		addAllFields: true,
		supportAutoMap: false,
		hideNoDataError: true,
		showTypeConversionOptions: false,
	},
});

/**
 * The form of a call of any operation that an instance's OpenAPI document shows. The node's
 * methods are `searchOperations`, `getOperationParameters` and `getOperationBody`.
 */
export const callFields = fields([
	{
		displayName: 'API Operation',
		name: 'apiOperation',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'What to call, from the list that your own instance gives of itself',
		modes: [
			fromList('searchOperations'),
			{
				displayName: 'By Method and Path',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. GET /api/v1/agents',
			},
		],
	},
	{
		displayName: 'Specify Request',
		name: 'specifyRequest',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Using Fields Below',
				value: 'fields',
				description: "Fill in the operation's own fields",
			},
			{
				name: 'Using JSON',
				value: 'json',
				description: 'Give parameters and body as JSON, for example from an expression',
			},
		],
		default: 'fields',
		description: 'How to give what the operation takes',
	},
	{
		displayName: 'Parameters',
		name: 'parameters',
		type: 'resourceMapper',
		displayOptions: { show: { specifyRequest: ['fields'] } },
		default: { mappingMode: 'defineBelow', value: null },
		description: 'The parts of the path and the query',
		typeOptions: mapper('getOperationParameters', 'Parameters', 'parameter', 'parameters'),
	},
	{
		displayName: 'Body',
		name: 'body',
		type: 'resourceMapper',
		displayOptions: { show: { specifyRequest: ['fields'] } },
		default: { mappingMode: 'defineBelow', value: null },
		description: 'What is sent with the request',
		typeOptions: mapper('getOperationBody', 'Body', 'body field', 'body fields'),
	},
	{
		displayName: 'Parameters (JSON)',
		name: 'parametersJson',
		type: 'json',
		displayOptions: { show: { specifyRequest: ['json'] } },
		default: '{}',
		description: 'The parts of the path and the query by name, as a JSON object',
	},
	{
		displayName: 'Body (JSON)',
		name: 'bodyJson',
		type: 'json',
		displayOptions: { show: { specifyRequest: ['json'] } },
		default: '{}',
		description:
			'The body as JSON. For a file, give the name of the input binary field that holds it.',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'outputField',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the output binary field to put the file in',
		description: 'Where the answer goes when it is a file',
	},
]);

/**
 * Calls an operation of the instance behind a credential, and of no other host.
 *
 * @returns the rows of a list, an object, the events of a stream, or a file
 */
export async function callOperation(
	http: Http,
	values: Values<typeof callFields>,
	{ context, itemIndex, hints }: { context: IExecuteFunctions; itemIndex: number; hints: Hints },
): Promise<unknown> {
	const { document, operation } = await findOperation(http, values.apiOperation);
	const request = await requestOf(document, operation, {
		...(values.specifyRequest === 'fields'
			? await mappedValues(document, operation, values, hints)
			: {
					parameters: objectOf(values.parametersJson, 'Parameters (JSON)'),
					body: values.bodyJson,
				}),
		fileOf: async (field) => await inputFile(context, itemIndex, field),
	});
	const { bytes, headers } = await http.download(request);
	const type = (headers['content-type'] ?? '').toLowerCase();
	if (bytes.length === 0) return { success: true };
	if (type.includes('json')) return jsonAnswer(http, bytes.toString('utf8'), operation.key);
	if (type.startsWith('text/event-stream'))
		return { events: await eventsOf(http, bytes, operation.key) };
	const file = await context.helpers.prepareBinaryData(
		bytes,
		fileNameOf(headers['content-disposition']),
		type.split(';')[0] || undefined,
	);
	return new BinaryItem({ operation: operation.key }, { [values.outputField]: file });
}

async function mappedValues(
	document: ApiDocument,
	operation: ApiOperation,
	{ parameters, body }: Values<typeof callFields>,
	hints: Hints,
): Promise<Pick<OperationValues, 'parameters' | 'body'>> {
	const takes = (what: string, { fields: taken }: ResourceMapperFields): Current => ({
		otherwise: `'${operation.key}' takes no such ${what}`,
		fields: async () => await Promise.resolve(taken),
	});
	const mapped = await withUndrawn(
		body,
		takes('body fields', bodyFormFields(document, operation)),
		hints,
	);
	// A body that is one field as a whole, or the fields as they are.
	const isWhole = bodyFields(document, operation).length === 0;
	return {
		parameters: await withUndrawn(
			parameters,
			takes('parameters', parameterFields(document, operation)),
			hints,
		),
		body: isWhole && WHOLE_BODY in mapped ? mapped[WHOLE_BODY] : mapped,
	};
}

function jsonAnswer(http: Http, text: string, key: string): unknown {
	const parsed = parseAnswer(text);
	if (!parsed.ok) {
		throw new PlatformError(`Unexpected answer to ${key}: it is not JSON (${parsed.reason})`, {
			status: 200,
		});
	}
	http.noteNulls(parsed.nulled, key);
	// A list of objects becomes items; any other answer is one item.
	const { value } = parsed;
	const isRows = Array.isArray(value) && value.length > 0 && value.every(isObject);
	return isObject(value) || isRows ? value : { result: value };
}

async function eventsOf(http: Http, bytes: Buffer, key: string): Promise<Json[]> {
	const events: Json[] = [];
	const whole = async function* () {
		yield bytes;
	};
	for await (const { data } of parseEvents(whole())) {
		const parsed = parseAnswer(data);
		if (parsed.ok) http.noteNulls(parsed.nulled, `${key}, event ${events.length + 1}`);
		events.push(parsed.ok ? parsed.value : data);
	}
	return events;
}

/** The name in a `Content-Disposition` header, encoded (RFC 5987) or plain. */
function fileNameOf(header: string | undefined): string | undefined {
	const encoded = /filename\*=(?:UTF-8'[^']*')?([^;]+)/i.exec(header ?? '')?.[1];
	// Unlike decodeURIComponent, this takes anything; "+" and "&" mean themselves here.
	const name = encoded?.trim().replaceAll('+', '%2B').replaceAll('&', '%26');
	if (name) return new URLSearchParams(`name=${name}`).get('name') ?? undefined;
	return /filename="?([^";]+)"?/i.exec(header ?? '')?.[1];
}
