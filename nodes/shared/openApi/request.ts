import { entriesIn } from '../form/coerce';
import { PlatformError } from '../errors';
import { headerText } from '../http/headers';
import type { HttpRequest } from '../http/request';
import { encodeSegment } from '../http/paths';
import { isObject, type Json } from '../json';
import { propertiesOf, type ApiDocument, type ApiOperation } from './document';
import { isFile } from './form';

type JsonObject = { [key: string]: Json };

/** What the user gave for one operation. */
export interface OperationValues {
	/** Path, query and header parameters by name. */
	parameters: JsonObject;
	body: Json | undefined;
	/** The file in an input binary field, where there is an input. */
	fileOf?(binaryField: string): Promise<File>;
}

const asText = (value: Json): string =>
	typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

const isGiven = (value: Json | undefined): value is Json =>
	value !== undefined && value !== null && value !== '';

/**
 * The request that an operation makes of the user's values.
 *
 * @throws PlatformError naming the parameter that is missing, the one the operation does not have,
 *   or the header that cannot hold its value
 */
export async function requestOf(
	document: ApiDocument,
	operation: ApiOperation,
	values: OperationValues,
): Promise<HttpRequest> {
	const { method, parameters, foreignBody } = operation;
	if (foreignBody) {
		throw new PlatformError(`'${operation.key}' takes ${foreignBody.join(', ')}`, {
			fix: 'Only bodies of JSON, form fields and multipart can be sent from here.',
		});
	}
	refuseUnknown(operation, values.parameters);
	let path = operation.path;
	const query = new URLSearchParams();
	const headers: Record<string, string> = {};
	for (const parameter of parameters) {
		const value = values.parameters[parameter.name];
		if (!isGiven(value)) {
			if (parameter.required) throw missing(operation, parameter.name);
			continue;
		}
		if (parameter.in === 'path') {
			path = path.replaceAll(`{${parameter.name}}`, () => encodeSegment(asText(value)));
		} else if (parameter.in === 'header') {
			headers[parameter.name] = headerText(asText(value).trim(), `'${parameter.name}'`);
		} else for (const entry of [value].flat()) query.append(parameter.name, asText(entry));
	}
	return {
		method,
		path: query.size > 0 ? `${path}?${query.toString()}` : path,
		headers: { accept: '*/*', ...headers },
		...(await encodedBody(document, operation, values)),
		ifUnanswered: 'Look at the instance for what the operation does before you call it again.',
	};
}

function refuseUnknown({ key, parameters }: ApiOperation, given: JsonObject): void {
	const known = parameters.map(({ name }) => name);
	const unknown = Object.keys(given).find((name) => !known.includes(name));
	if (unknown === undefined) return;
	throw new PlatformError(`'${key}' has no parameter '${unknown}'`, {
		fix: `It has these: ${known.join(', ') || 'none'}. What belongs to the body goes into the body.`,
	});
}

const missing = ({ key }: ApiOperation, name: string): PlatformError =>
	new PlatformError(`'${key}' needs '${name}'`, { fix: `Fill in '${name}'.` });

async function encodedBody(
	{ components }: ApiDocument,
	operation: ApiOperation,
	{ body: given, fileOf }: OperationValues,
): Promise<Pick<HttpRequest, 'body' | 'form'>> {
	const { body } = operation;
	if (!body) return {};
	const isEmpty = !isGiven(given) || (isObject(given) && Object.keys(given).length === 0);
	if (isEmpty && !body.required) return {};
	if (body.encoding === 'json') return { body: given ?? {} };

	if (!isObject(given)) throw missing(operation, 'the body as an object of fields');
	const fields = Object.entries(given as JsonObject).filter(([, value]) => isGiven(value));
	if (body.encoding === 'form') {
		const form = new URLSearchParams();
		for (const [name, value] of fields) {
			for (const entry of [value].flat()) form.append(name, asText(entry));
		}
		return { form };
	}
	const form = new FormData();
	const properties = propertiesOf(body.schema, components);
	for (const [name, value] of fields) {
		if (fileOf && isFile(properties[name], components)) {
			for (const binaryField of namesIn(value)) form.append(name, await fileOf(binaryField));
		} else for (const entry of [value].flat()) form.append(name, asText(entry));
	}
	return { form };
}

const namesIn = (value: Json): string[] =>
	Array.isArray(value)
		? value.map(asText).flatMap((name) => entriesIn(name))
		: entriesIn(asText(value));
