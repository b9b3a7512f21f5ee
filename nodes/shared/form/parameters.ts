import {
	tryToParseDateTime,
	validateFieldType,
	type AssignmentValue,
	type FieldType,
	type IDataObject,
	type IExecuteFunctions,
	type IHookFunctions,
	type INodeProperties,
	type INodePropertyCollection,
	type IPollFunctions,
	type IWebhookFunctions,
	type NodeParameterValueType,
} from 'n8n-workflow';
import type { DateTime } from 'luxon';
import { isObject, parseJson, type Json } from '../json';
import { PlatformError } from '../errors';

type FieldValue<P extends INodeProperties> = P['type'] extends 'number'
	? number
	: P['type'] extends 'boolean'
		? boolean
		: P['type'] extends 'options'
			? OptionValue<P>
			: P['type'] extends 'multiOptions'
				? Array<OptionValue<P>>
				: P['type'] extends 'json'
					? Json | undefined
					: P['type'] extends 'resourceMapper' | 'assignmentCollection'
						? IDataObject
						: P['type'] extends 'collection'
							? Partial<Values<NestedFields<P>>>
							: P['type'] extends 'fixedCollection'
								? Groups<P>
								: string;

type OptionValue<P extends INodeProperties> =
	P['options'] extends Array<infer O> ? (O extends { value: infer V } ? V : never) : string;

type NestedFields<P extends INodeProperties> = P['options'] extends INodeProperties[]
	? P['options']
	: [];

type Groups<P extends INodeProperties> =
	P['options'] extends Array<infer G>
		? {
				[K in G as K extends { name: infer N extends string } ? N : never]: K extends {
					values: infer V extends INodeProperties[];
				}
					? Array<Values<V>>
					: never;
			}
		: never;

/** What the user filled in, typed by the form that asked for it. */
export type Values<P extends INodeProperties[]> = {
	[F in P[number] as F['type'] extends 'notice' ? never : F['name']]: F extends {
		displayOptions: { show: object };
	}
		? FieldValue<F> | undefined
		: FieldValue<F>;
};

/** Keeps a form field's literal types, so that `Values` can name its options. */
export const field = <const P extends INodeProperties>(property: P): P => property;

/** The same for a list of fields that several operations share. */
export const fields = <const P extends INodeProperties[]>(properties: P): P => properties;

function refuse(label: string, what: string): never {
	throw new PlatformError(`'${label}' ${what}`, {
		fix: `Open the node and correct '${label}', or the expression that fills it.`,
	});
}

const isEmpty = (value: unknown): boolean =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

const describe = (value: unknown): string =>
	Array.isArray(value)
		? 'a list'
		: value === null
			? 'null'
			: isObject(value)
				? 'an object'
				: `${typeof value}`;

/** n8n's own luxon: n8n exports no class of it, but a function that makes instances. */
const luxon = () => tryToParseDateTime(new Date(0)).constructor as typeof DateTime;

function toText(value: unknown, label: string): string {
	if (isEmpty(value)) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	// `{{ $now }}` alone gives no text but a time.
	const time = value instanceof Date ? luxon().fromJSDate(value) : value;
	if (isObject(time) && typeof time.toISO === 'function') return String(time.toISO() ?? value);
	return refuse(label, `must be text, not ${describe(value)}`);
}

/** A time without a zone is meant in the workflow's. */
function toDateTime(value: unknown, label: string, zone: string): string {
	if (isEmpty(value)) return '';
	const text = toText(typeof value === 'number' ? new Date(value) : value, label);
	const iso = luxon().fromISO(text, { zone });
	// "2026-05-23 12:00", as spreadsheets and databases write it.
	const time = iso.isValid ? iso : luxon().fromSQL(text, { zone });
	return time.toUTC().toISO() ?? refuse(label, `must be a date and time, not '${text}'`);
}

function toNumber(value: unknown, property: INodeProperties): number {
	const label = property.displayName;
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number !== 'number' || !Number.isFinite(number))
		return refuse(label, `must be a number, not ${JSON.stringify(value) ?? 'empty'}`);
	const { minValue, maxValue, numberPrecision } = property.typeOptions ?? {};
	if (numberPrecision === 0 && !Number.isInteger(number)) refuse(label, 'must be a whole number');
	if (minValue !== undefined && number < minValue) refuse(label, `must be at least ${minValue}`);
	if (maxValue !== undefined && number > maxValue) refuse(label, `must be at most ${maxValue}`);
	return number;
}

function toBoolean(value: unknown, label: string): boolean {
	if (typeof value === 'boolean') return value;
	if (value === 'true') return true;
	if (value === 'false') return false;
	return refuse(label, `must be true or false, not ${JSON.stringify(value) ?? 'empty'}`);
}

function toJson(value: unknown, label: string): Json | undefined {
	// An expression that finds nothing must not start something with nothing.
	if (value === null || value === undefined) {
		return refuse(label, 'is empty: its expression gives nothing');
	}
	if (isEmpty(value)) return undefined;
	// An AI agent or an expression may hand over the object itself instead of its text.
	// As JSON, because a date of an expression looks like an object and is sent as text.
	if (typeof value !== 'string') return JSON.parse(JSON.stringify(value)) as Json;
	const parsed = parseJson(value);
	return parsed.ok ? parsed.value : refuse(label, `must be JSON: ${parsed.reason}`);
}

function toOption(value: unknown, property: INodeProperties): NodeParameterValueType {
	const choices = (property.options ?? []).flatMap((option) => ('value' in option ? [option] : []));
	// Options loaded from the platform are checked by the platform.
	if (choices.length === 0) return toText(value, property.displayName);
	const choice = choices.find((option) => option.value === value);
	if (choice) return choice.value;
	return refuse(
		property.displayName,
		`must be one of ${choices.map((option) => `'${String(option.value)}'`).join(', ')}, not '${String(value)}'`,
	);
}

function toList(value: unknown): unknown[] {
	if (Array.isArray(value)) return value;
	if (isEmpty(value)) return [];
	return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : [value];
}

function toLocated(value: unknown, label: string): string {
	const located = isObject(value) && 'mode' in value ? value.value : value;
	return toText(located, label).trim();
}

function readValue(value: unknown, property: INodeProperties, zone: string): unknown {
	const label = property.displayName;
	switch (property.type) {
		case 'number':
			return toNumber(value, property);
		case 'boolean':
			return toBoolean(value, label);
		case 'options':
			return toOption(value, property);
		case 'multiOptions':
			return toList(value).map((entry) => toOption(entry, property));
		case 'json':
			return toJson(value, label);
		case 'dateTime':
			return toDateTime(value, label, zone);
		case 'resourceLocator':
			return toLocated(value, label);
		case 'resourceMapper':
			return toMapped(value);
		case 'assignmentCollection':
			return toAssigned(value, label);
		case 'collection':
			return readCollection(value, property, zone);
		case 'fixedCollection':
			return readGroups(value, property, zone);
		default:
			return toText(value, label);
	}
}

/** A node may have several such collections, one for each of its events. */
const IS_FILTERS = /^filters$|Filters$/;

function readCollection(
	value: unknown,
	property: INodeProperties,
	zone: string,
): Record<string, unknown> {
	if (isEmpty(value)) return {};
	if (!isObject(value)) return refuse(property.displayName, 'must be an object');
	const known = (property.options ?? []).filter(
		(option): option is INodeProperties => 'type' in option,
	);
	const isGiven = (option: INodeProperties): boolean => {
		const entry = value[option.name];
		const isLocator = option.type === 'resourceLocator' && isObject(entry) && 'mode' in entry;
		const given = isLocator ? entry.value : entry;
		// A field that is added and left blank is not set; what is to be emptied has a field of its own.
		if (!(option.name in value)) return false;
		if (!isEmpty(given)) return true;
		if (typeof given === 'string') return false;
		// A filter that finds nothing to filter by would let everything through.
		return IS_FILTERS.test(property.name)
			? refuse(option.displayName, 'is empty: its expression gives nothing')
			: false;
	};
	return Object.fromEntries(
		known
			.filter(isGiven)
			.map((option) => [option.name, readRequired(value[option.name], option, zone)]),
	);
}

function readGroups(
	value: unknown,
	property: INodeProperties,
	zone: string,
): Record<string, unknown[]> {
	const groups = (property.options ?? []).filter(
		(option): option is INodePropertyCollection => 'values' in option,
	);
	const given = isObject(value) ? value : {};
	return Object.fromEntries(
		groups.map((group) => {
			const entries = given[group.name];
			return [
				group.name,
				(entries === undefined ? [] : toList(entries)).map((entry) =>
					Object.fromEntries(
						group.values.map((inner) => [
							inner.name,
							readRequired(
								isObject(entry) ? (entry[inner.name] ?? inner.default) : undefined,
								inner,
								zone,
							),
						]),
					),
				),
			];
		}),
	);
}

/** The fields that a resource mapper drew, without those the user left alone. */
function toMapped(value: unknown): IDataObject {
	const mapped = isObject(value) ? value : {};
	const filled = Object.entries(mapped).filter(
		([, entry]) => entry !== null && entry !== undefined,
	);
	// As JSON, because n8n makes an object of a date.
	return JSON.parse(JSON.stringify(Object.fromEntries(filled))) as IDataObject;
}

/** The fields that the user added by name and type, as in n8n's Edit Fields. */
function toAssigned(value: unknown, label: string): IDataObject {
	const entries = isObject(value) && Array.isArray(value.assignments) ? value.assignments : [];
	const assigned = (entries as AssignmentValue[]).map(({ name, type, value: given }) => {
		// Its expression may give anything for the name, too.
		const key = toText(name, `${label}: Name`).trim();
		if (key === '') return refuse(label, 'has a field without a name');
		const checked = validateFieldType(key, given, (type ?? 'string') as FieldType);
		if (!checked.valid) return refuse(label, `does not fit: ${checked.errorMessage}`);
		return [key, checked.newValue ?? null];
	});
	return Object.fromEntries(assigned) as IDataObject;
}

function readRequired(value: unknown, property: INodeProperties, zone: string): unknown {
	const read = readValue(value, property, zone);
	const isMissing = read === undefined || read === '' || (Array.isArray(read) && !read.length);
	if (property.required && isMissing) refuse(property.displayName, 'is required');
	return read;
}

/** Stands for a field that the form hides. */
const HIDDEN = '\u0000hidden';

type Reader = (property: INodeProperties, fallback: NodeParameterValueType) => unknown;

function readFields<P extends INodeProperties[]>(
	properties: P,
	zone: string,
	read: Reader,
): Values<P> {
	const values: Record<string, unknown> = {};
	for (const property of properties) {
		if (property.type === 'notice') continue;
		// Without a `show`, as where a tool hides it, a field that is not there has its default.
		const conditional = property.displayOptions?.show !== undefined;
		// n8n leaves out what the form hides, and then gives the fallback.
		const raw = read(property, conditional ? HIDDEN : property.default);
		const hidden = raw === HIDDEN;
		values[property.name] = hidden ? undefined : readRequired(raw, property, zone);
	}
	return values as Values<P>;
}

/** Under `.value` n8n converts what was mapped to the types of the fields it was mapped to. */
const nameOf = ({ type, name }: INodeProperties): string =>
	type === 'resourceMapper' ? `${name}.value` : name;

/** n8n cannot extract the value of a field that the form hides. */
const optionsFor = ({ type, displayOptions }: INodeProperties) =>
	type === 'resourceLocator' && !displayOptions ? { extractValue: true } : undefined;

/**
 * Reads one item's values of the given form fields, checked and converted.
 * A field that the form hides reads as undefined.
 *
 * @throws PlatformError naming the field when a value does not fit its type
 */
export const readParameters = <P extends INodeProperties[]>(
	context: IExecuteFunctions,
	properties: P,
	itemIndex: number,
): Values<P> =>
	readFields(properties, context.getTimezone(), (property, fallback) => {
		const { type, name } = property;
		if (type === 'resourceMapper') refuseUndrawn(context.getNode().parameters[name], property);
		const options = optionsFor(property);
		const value = context.getNodeParameter(nameOf(property), itemIndex, fallback, options);
		if (type !== 'resourceMapper') return value;
		const schema = context.getNodeParameter(`${name}.schema`, itemIndex, []);
		const unconverted = { skipValidation: true };
		return withoutBlanks(stillDrawn(value, schema), () =>
			context.getNodeParameter(nameOf(property), itemIndex, fallback, unconverted),
		);
	});

/**
 * From the choice of another agent, tool or operation until it has the new fields, the editor stores
 * null for them, at which n8n would fail without naming anything.
 */
function refuseUndrawn(mapper: unknown, { displayName: label }: INodeProperties): void {
	if (!isObject(mapper) || mapper.value !== null || mapper.schema === undefined) return;
	throw new PlatformError(`'${label}' has not been drawn by the editor yet`, {
		fix: `Open the node, wait for '${label}' and fill it in.`,
	});
}

/** The editor keeps what was filled into fields that it has redrawn away since. */
function stillDrawn(value: unknown, schema: unknown): unknown {
	const drawn = Array.isArray(schema) ? schema.filter(isObject).map(({ id }) => id) : [];
	if (drawn.length === 0 || !isObject(value)) return value;
	return Object.fromEntries(Object.entries(value).filter(([name]) => drawn.includes(name)));
}

/**
 * An empty cell is no number, of which n8n makes a 0.
 *
 * @param unconverted evaluates the expressions once more, so only where there is a 0
 */
function withoutBlanks(value: unknown, unconverted: () => unknown): unknown {
	if (!isObject(value) || !Object.values(value).includes(0)) return value;
	const given = unconverted();
	if (!isObject(given)) return value;
	return Object.fromEntries(
		Object.entries(value).filter(([name, entry]) => entry !== 0 || !isEmpty(given[name])),
	);
}

/** The same for a node that has no items, such as a trigger. */
export const readNodeParameters = <P extends INodeProperties[]>(
	context: IHookFunctions | IPollFunctions | IWebhookFunctions,
	properties: P,
): Values<P> =>
	readFields(properties, context.getTimezone(), (property, fallback) =>
		context.getNodeParameter(nameOf(property), fallback, optionsFor(property)),
	);

/**
 * A JSON field's value as an object; an empty field is an empty object.
 *
 * @throws PlatformError naming the field when it holds anything else
 */
export function objectOf(value: Json | undefined, label: string): { [key: string]: Json } {
	if (value === undefined) return {};
	if (isObject(value)) return value as { [key: string]: Json };
	throw new PlatformError(`'${label}' must be a JSON object`, {
		fix: `Give '${label}' as an object such as { "topic": "Solar power" }.`,
	});
}
