import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type { JsonObject } from './records.mts';

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false, logger: false });
ajvFormats.default(ajv);

const compiled = new WeakMap<JsonObject, ValidateFunction>();

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What keeps `schema` from being a JSON Schema, or `null`. */
export function schemaProblem(schema: JsonObject): string | null {
	try {
		compile(schema);
		return null;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

/** How `value` misses `schema`, in the wording of Python's `jsonschema`; empty when it fits. */
export function misses(schema: JsonObject, value: unknown): string[] {
	const validate = compile(schema);
	if (validate(value)) return [];
	return mergeAdditional(withoutBranches(validate.errors ?? [])).map(wording);
}

/** As Python prints a value of JSON. */
export function repr(value: unknown): string {
	if (value === null || value === undefined) return 'None';
	if (value === true) return 'True';
	if (value === false) return 'False';
	if (typeof value === 'string') {
		const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
		const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"');
		return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
	}
	if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
	if (typeof value === 'object') {
		const entries = Object.entries(value).map(([key, item]) => `${repr(key)}: ${repr(item)}`);
		return `{${entries.join(', ')}}`;
	}
	return String(value);
}

function compile(schema: JsonObject): ValidateFunction {
	const known = compiled.get(schema);
	if (known) return known;
	// The stand-in knows one dialect, and must not register schemas under the names they bring.
	const { $schema: _dialect, $id: _id, ...rest } = schema;
	const validate = ajv.compile(rest);
	ajv.removeSchema(rest);
	compiled.set(schema, validate);
	return validate;
}

/** Python's `jsonschema` reports a failed choice once, not every branch of it as well. */
function withoutBranches(errors: ErrorObject[]): ErrorObject[] {
	const choices = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
	return errors.filter(
		({ keyword, schemaPath }) =>
			keyword !== 'if' && !choices.some((choice) => schemaPath.startsWith(`${choice.schemaPath}/`)),
	);
}

/** Python's `jsonschema` names all unexpected properties of an object in one message. */
function mergeAdditional(errors: ErrorObject[]): ErrorObject[] {
	const merged: ErrorObject[] = [];
	for (const error of errors) {
		const same = merged.find(
			({ keyword, instancePath }) =>
				keyword === 'additionalProperties' &&
				error.keyword === keyword &&
				error.instancePath === instancePath,
		);
		const names = [error.params.additionalProperty];
		if (same) same.params.names.push(...names);
		else merged.push({ ...error, params: { ...error.params, names } });
	}
	return merged;
}

const WORDINGS: Record<string, (value: string, error: ErrorObject) => string> = {
	required: (_value, { params }) => `${repr(params.missingProperty)} is a required property`,
	type: (value, { schema }) => `${value} is not of type ${list(schema)}`,
	enum: (value, { schema }) => `${value} is not one of ${repr(schema)}`,
	const: (_value, { schema }) => `${repr(schema)} was expected`,
	format: (value, { schema }) => `${value} is not a ${repr(schema)}`,
	pattern: (value, { schema }) => `${value} does not match ${repr(schema)}`,
	minimum: (value, { schema }) => `${value} is less than the minimum of ${repr(schema)}`,
	maximum: (value, { schema }) => `${value} is greater than the maximum of ${repr(schema)}`,
	exclusiveMinimum: (value, { schema }) =>
		`${value} is less than or equal to the minimum of ${repr(schema)}`,
	exclusiveMaximum: (value, { schema }) =>
		`${value} is greater than or equal to the maximum of ${repr(schema)}`,
	multipleOf: (value, { schema }) => `${value} is not a multiple of ${repr(schema)}`,
	minLength: (value) => `${value} is too short`,
	maxLength: (value) => `${value} is too long`,
	minItems: (value) => `${value} is too short`,
	maxItems: (value) => `${value} is too long`,
	uniqueItems: (value) => `${value} has non-unique elements`,
	minProperties: (value) => `${value} does not have enough properties`,
	maxProperties: (value) => `${value} has too many properties`,
	anyOf: (value) => `${value} is not valid under any of the given schemas`,
	oneOf: (value) => `${value} is not valid under any of the given schemas`,
	not: (value, { schema }) => `${value} should not be valid under ${repr(schema)}`,
	additionalProperties: (_value, { params: { names } }) =>
		`Additional properties are not allowed (${list(names)} ${
			names.length === 1 ? 'was' : 'were'
		} unexpected)`,
};

function wording(error: ErrorObject): string {
	const value = repr(error.data);
	return WORDINGS[error.keyword]?.(value, error) ?? `${value} ${error.message ?? error.keyword}`;
}

function list(names: unknown): string {
	return (Array.isArray(names) ? names : [names]).map(repr).join(', ');
}
