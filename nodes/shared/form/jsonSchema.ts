import {
	validateFieldType,
	type FieldType,
	type INodePropertyOptions,
	type ResourceMapperField,
} from 'n8n-workflow';
import { isObject } from '../json';
import { labelsOf } from './labels';

type Schema = Record<string, unknown>;

const isSchema = (value: unknown): value is Schema => isObject(value);

/** Follows `#/…` references inside the document; a loop or a foreign reference ends it. */
function resolve(schema: Schema, root: Schema, hops = 0): Schema {
	const reference = schema.$ref;
	if (typeof reference !== 'string' || !reference.startsWith('#/') || hops > 10) return schema;
	const target = reference
		.slice(2)
		.split('/')
		.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
		.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), root);
	const beside = Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$ref'));
	return isSchema(target) ? { ...resolve(target, root, hops + 1), ...beside } : beside;
}

/**
 * "T or null" means T for a form, and so does a T that only an `allOf` holds; any other choice
 * between types stays one field of text.
 */
function withoutNull(schema: Schema, root: Schema): Schema {
	for (const key of ['allOf', 'anyOf', 'oneOf']) {
		const choices = schema[key];
		if (!Array.isArray(choices)) continue;
		const real = choices.filter(isSchema).filter((choice) => choice.type !== 'null');
		const constants = real.map((choice) => choice.const);
		if (constants.length > 0 && constants.every((constant) => constant !== undefined)) {
			return { ...schema, enum: real };
		}
		if (real.length === 1) return { ...resolve(real[0], root), ...schema };
	}
	return schema;
}

function fieldType(schema: Schema): FieldType {
	const types = [schema.type].flat().filter((type) => type !== 'null');
	const type = types.length === 1 ? types[0] : undefined;
	if (type === 'integer' || type === 'number') return 'number';
	if (type === 'boolean') return 'boolean';
	if (type === 'array') return 'array';
	if (type === 'object' || (type === undefined && isObject(schema.properties))) return 'object';
	if (type === 'string' && schema.format === 'date-time') return 'dateTime';
	return 'string';
}

/** A dropdown is for plain values; anything else in an enum is typed in. */
function choicesOf(schema: Schema): INodePropertyOptions[] | undefined {
	const values = schema.const !== undefined ? [schema.const] : schema.enum;
	if (!Array.isArray(values)) return undefined;
	const choices = values.flatMap(choiceOf);
	return choices.length > 0 ? choices : undefined;
}

/** One choice of a dropdown, from a plain value or from a constant with a title and a description. */
function choiceOf(given: unknown): INodePropertyOptions[] {
	const { const: value, title, description } = isSchema(given) ? given : { const: given };
	if (!['string', 'number', 'boolean'].includes(typeof value)) return [];
	return [
		{
			name: typeof title === 'string' && title ? title : String(value),
			value: value as string | number | boolean,
			...(typeof description === 'string' ? { description } : {}),
		},
	];
}

function defaultOf(schema: Schema): string | number | boolean | undefined {
	const value = schema.default;
	if (['string', 'number', 'boolean'].includes(typeof value)) return value as string;
	return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
}

/** One form field a property of the schema; none when it does not describe an object. */
export function mapperFields(schema: unknown): ResourceMapperField[] {
	if (!isSchema(schema)) return [];
	const root = resolve(schema, schema);
	const properties = isObject(root.properties) ? root.properties : {};
	const required = Array.isArray(root.required) ? root.required : [];
	const drawn = Object.entries(properties).map(([name, given]) => ({
		name,
		property: isSchema(given) ? withoutNull(resolve(given, schema), schema) : {},
	}));
	const labels = labelsOf(drawn.map(({ name, property }) => ({ ...property, name })));
	return drawn.map(({ name, property }, index): ResourceMapperField => {
		const options = choicesOf(property);
		const type = options ? 'options' : fieldType(property);
		const defaultValue = defaultOf(property);
		// n8n would fill it in, and refuse it in every execution.
		const fits = validateFieldType(name, defaultValue, type, { valueOptions: options }).valid;
		return {
			id: name,
			displayName: labels[index],
			required: required.includes(name),
			defaultMatch: false,
			canBeUsedToMatch: false,
			display: true,
			type,
			...(options ? { options } : {}),
			...(defaultValue === undefined || !fits ? {} : { defaultValue }),
		};
	});
}

/** The `{{ names }}` of a prompt as fields of text, for an agent without an input schema. */
export function placeholderFields(prompt: string): ResourceMapperField[] {
	const names = [...prompt.matchAll(/\{\{\s*([\p{L}\p{M}\p{N}_.-]+)\s*\}\}/gu)].map(
		([, name]) => name,
	);
	return mapperFields({
		type: 'object',
		properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
		required: [...new Set(names)],
	});
}
