import type { INodeListSearchItems, ResourceMapperFields } from 'n8n-workflow';
import { isObject } from '../json';
import { mapperFields } from '../form/jsonSchema';
import {
	dereference,
	propertiesOf,
	requiredOf,
	type ApiDocument,
	type ApiOperation,
} from './document';

/** The name of the only field of a body that is no object with known properties. */
export const WHOLE_BODY = 'body';

/** An operation as an entry of a list: what it does, where it belongs, its method and path. */
export const operationItem = (operation: ApiOperation): INodeListSearchItems => {
	const { key, summary, operationId, tags, description } = operation;
	const about = tags.length > 0 ? `${tags.join(', ')}: ` : '';
	return {
		name: `${about}${summary ?? operationId ?? key} (${key})`,
		value: key,
		description: description ?? operationId,
	};
};

/** The form of an operation's path, query and header parameters. */
export function parameterFields(
	{ components }: ApiDocument,
	{ parameters }: ApiOperation,
): ResourceMapperFields {
	return {
		fields: mapperFields({
			components,
			properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
			required: parameters.filter(({ required }) => required).map(({ name }) => name),
		}),
		emptyFieldsNotice: 'This operation takes no parameters.',
	};
}

/** The form of an operation's body: one field a property, or one for the whole of it. */
export function bodyFormFields(
	{ components }: ApiDocument,
	{ body, foreignBody }: ApiOperation,
): ResourceMapperFields {
	if (foreignBody) {
		return { fields: [], emptyFieldsNotice: `This operation takes ${foreignBody.join(', ')}.` };
	}
	if (!body) return { fields: [], emptyFieldsNotice: 'This operation takes no body.' };
	const properties = propertiesOf(body.schema, components);
	if (Object.keys(properties).length === 0) {
		const whole = dereference(body.schema, { components });
		return {
			fields: mapperFields({
				components,
				properties: { [WHOLE_BODY]: { type: 'object', ...(isObject(whole) ? whole : {}) } },
				required: body.required ? [WHOLE_BODY] : [],
			}),
		};
	}
	const described = Object.entries(properties).map(([name, schema]) => [
		name,
		isFile(schema, components) ? fileField(schema, components) : schema,
	]);
	return {
		fields: mapperFields({
			components,
			properties: Object.fromEntries(described),
			required: requiredOf(body.schema, components),
		}),
	};
}

/** Whether a property holds one file or several: as OpenAPI 3.0 writes it, or as 3.1 does. */
export function isFile(
	schema: unknown,
	components: Record<string, unknown>,
	seen = new Set<unknown>(),
): boolean {
	const resolved = dereference(schema, { components });
	if (!isObject(resolved) || seen.has(resolved)) return false;
	seen.add(resolved);
	const choices = [resolved.anyOf, resolved.oneOf, resolved.allOf, resolved.items].flat();
	return (
		resolved.format === 'binary' ||
		typeof resolved.contentMediaType === 'string' ||
		choices.some((choice) => isObject(choice) && isFile(choice, components, seen))
	);
}

const fileField = (schema: unknown, components: Record<string, unknown>) => {
	const resolved = dereference(schema, { components });
	const many = isObject(resolved) && resolved.type === 'array';
	return {
		type: 'string',
		description: many
			? 'names of the input binary fields that hold the files, separated by commas'
			: 'name of the input binary field that holds the file',
	};
};
