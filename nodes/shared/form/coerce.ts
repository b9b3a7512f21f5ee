import {
	tryToParseDateTime,
	validateFieldType,
	type AssignmentValue,
	type FieldType,
	type IDataObject,
	type INodeProperties,
	type INodePropertyCollection,
	type NodeParameterValueType,
} from 'n8n-workflow';
import type { DateTime } from 'luxon';
import { PlatformError } from '../errors';
import { isObject, parseJson, type Json } from '../json';

/* What a form, an expression or an AI agent gives, as the type of its field. */

/** Longest part of a value that an error quotes, in characters. */
const LONGEST_QUOTE = 100;
/** No ID is longer. The addresses of requests hold them, and servers refuse long ones. */
const LONGEST_ID = 2000;
/** Half of a character, such as an emoji that an expression has cut in two. */
const HALF_CHARACTER = /\p{Surrogate}/u;

/** Refuses a value by the name of its field. */
export function refuse(label: string, what: string): never {
	throw new PlatformError(`'${label}' ${what}`, {
		fix: `Open the node and correct '${label}', or the expression that fills it.`,
	});
}

/** Whether a value is none: an empty cell, spaces, or an expression that finds nothing. */
export const isEmpty = (value: unknown): boolean =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

const shortened = (text: string): string =>
	text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;

/** A value as an error quotes it. */
export const quoted = (value: unknown): string =>
	typeof value === 'string' ? `'${shortened(value)}'` : shortened(asJson(value) ?? 'empty');

/** As `JSON.stringify`, whose type says that there always is a text. */
const asJson = (value: unknown): string | undefined => JSON.stringify(value);

const describe = (value: unknown): string =>
	Array.isArray(value)
		? 'a list'
		: value === null
			? 'null'
			: isObject(value)
				? 'an object'
				: `${typeof value}`;

function refuseHalves(text: string, label: string): void {
	if (!HALF_CHARACTER.test(text)) return;
	refuse(
		label,
		'holds half of a character (a lone surrogate), as a text does that is cut off within an emoji',
	);
}

/** n8n's own luxon: n8n exports no class of it, but a function that makes instances. */
export const luxon = () => tryToParseDateTime(new Date(0)).constructor as typeof DateTime;

function toText(value: unknown, label: string): string {
	if (isEmpty(value)) return '';
	if (typeof value === 'string') {
		refuseHalves(value, label);
		return value;
	}
	if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
		return String(value);
	}
	if (typeof value === 'number') return refuse(label, `must be text, not ${value}`);
	// `{{ $now }}` alone gives no text but a time.
	const time = value instanceof Date ? luxon().fromJSDate(value) : value;
	if (isObject(time) && typeof time.toISO === 'function') return String(time.toISO() ?? value);
	return refuse(label, `must be text, not ${describe(value)}`);
}

/** A time without a zone is meant in the workflow's. */
function toDateTime(value: unknown, label: string, zone: string): string {
	if (isEmpty(value)) return '';
	const isNumber = typeof value === 'number' && Number.isFinite(value);
	const text = toText(isNumber ? new Date(value) : value, label).trim();
	const iso = luxon().fromISO(text, { zone });
	// "2026-05-23 12:00", as spreadsheets and databases write it.
	const time = iso.isValid ? iso : luxon().fromSQL(text, { zone });
	return time.toUTC().toISO() ?? refuse(label, `must be a date and time, not '${shortened(text)}'`);
}

function toNumber(value: unknown, property: INodeProperties): number {
	const label = property.displayName;
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number !== 'number' || !Number.isFinite(number))
		return refuse(label, `must be a number, not ${shortened(asJson(value) ?? 'empty')}`);
	const { minValue, maxValue, numberPrecision } = property.typeOptions ?? {};
	if (numberPrecision === 0 && !Number.isInteger(number)) refuse(label, 'must be a whole number');
	if (minValue !== undefined && number < minValue) refuse(label, `must be at least ${minValue}`);
	if (maxValue !== undefined && number > maxValue) refuse(label, `must be at most ${maxValue}`);
	return number;
}

function toBoolean(value: unknown, label: string): boolean {
	if (typeof value === 'boolean') return value;
	// Spreadsheets write TRUE.
	const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
	if (word === 'true') return true;
	if (word === 'false') return false;
	return refuse(label, `must be true or false, not ${shortened(asJson(value) ?? 'empty')}`);
}

/**
 * A value as JSON, such as a date of an expression as its text.
 *
 * @throws PlatformError naming the field when it holds what no JSON can, which would go out as null
 */
export function toSendable(value: unknown, label: string): Json {
	const text: string | undefined = JSON.stringify(
		value,
		function (this: Record<string, unknown>, key, inner: unknown) {
			const given = this[key];
			const isNumber = typeof given === 'number' || typeof given === 'bigint';
			if (isNumber && !Number.isFinite(given)) refuse(label, `holds ${given}, which is no number`);
			if (inner === null && given !== null) refuse(label, 'holds a date and time that is none');
			refuseHalves(key, label);
			if (typeof inner === 'string') refuseHalves(inner, label);
			return inner;
		},
	);
	return text === undefined ? null : (JSON.parse(text) as Json);
}

function toJson(value: unknown, label: string): Json | undefined {
	// An expression that finds nothing must not start something with nothing.
	if (value === null || value === undefined) {
		return refuse(label, 'is empty: its expression gives nothing');
	}
	if (isEmpty(value)) return undefined;
	// An AI agent or an expression may hand over the object itself instead of its text.
	if (typeof value !== 'string') return toSendable(value, label);
	const parsed = parseJson(value.trim());
	if (!parsed.ok) return refuse(label, `must be JSON: ${parsed.reason}`);
	return toSendable(parsed.value, label);
}

/** A text without the spaces and line breaks around it, anything else as it is. */
export const trimmed = (value: unknown): unknown =>
	typeof value === 'string' ? value.trim() : value;

function toOption(value: unknown, property: INodeProperties): NodeParameterValueType {
	const choices = (property.options ?? []).flatMap((option) => ('value' in option ? [option] : []));
	// Options loaded from the platform are checked by the platform.
	if (choices.length === 0) return toText(value, property.displayName).trim();
	const choice = choices.find((option) => option.value === trimmed(value));
	if (choice) return choice.value;
	const names = choices.map((option) => `'${String(option.value)}'`).join(', ');
	const given = typeof value === 'object' ? describe(value) : `'${shortened(String(value))}'`;
	return refuse(property.displayName, `must be one of ${names}, not ${given}`);
}

/** The list that a text holds as JSON, if it does. */
function jsonList(text: string): Json[] | undefined {
	const parsed = text.trim().startsWith('[') ? parseJson(text.trim()) : undefined;
	return parsed?.ok && Array.isArray(parsed.value) ? parsed.value : undefined;
}

/** Entries that stand in a text, as a JSON list or between commas. */
export const entriesIn = (text: string, separator = ','): string[] =>
	(jsonList(text)?.map((entry) => trimmed(entry)) ?? text.split(separator))
		.map((entry) => (typeof entry === 'object' ? JSON.stringify(entry) : String(entry)).trim())
		.filter(Boolean);

function toList(value: unknown): unknown[] {
	if (Array.isArray(value)) return value.filter((entry) => !isEmpty(entry));
	if (isEmpty(value)) return [];
	if (typeof value !== 'string') return [value];
	return toList(jsonList(value) ?? value.split(',').map((part) => part.trim()));
}

/** An object, or one that a text holds as JSON. */
function asObject(value: unknown): Record<string, unknown> | undefined {
	const parsed = typeof value === 'string' ? parseJson(value.trim()) : undefined;
	const given = parsed?.ok ? parsed.value : value;
	return isObject(given) ? given : undefined;
}

/** An object; `{}` where nothing is given. */
export const toObject = (value: unknown, label: string): Record<string, unknown> =>
	isEmpty(value) ? {} : (asObject(value) ?? refuse(label, 'must be an object'));

function toLocated(value: unknown, label: string): string {
	const located = isObject(value) && 'mode' in value ? value.value : value;
	const id = toText(located, label).trim();
	if (id.length > LONGEST_ID) refuse(label, `is too long with ${id.length} characters`);
	return id;
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
	given: unknown,
	property: INodeProperties,
	zone: string,
): Record<string, unknown> {
	const value = toObject(given, property.displayName);
	const known = (property.options ?? []).filter(
		(option): option is INodeProperties => 'type' in option,
	);
	const isGiven = (option: INodeProperties): boolean => {
		const entry = value[option.name];
		const isLocator = option.type === 'resourceLocator' && isObject(entry) && 'mode' in entry;
		const filled = isLocator ? entry.value : entry;
		// A field that is added and left blank is not set; what is to be emptied has a field of its own.
		if (!(option.name in value)) return false;
		if (!isEmpty(filled)) return true;
		if (typeof filled === 'string') return false;
		// A filter that finds nothing to filter by would let everything through.
		return IS_FILTERS.test(property.name)
			? refuse(option.displayName, 'is empty: its expression gives nothing')
			: false;
	};
	return Object.fromEntries(
		known
			.filter(isGiven)
			.map((option) => [option.name, readField(value[option.name], option, zone)]),
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
	const given = toObject(value, property.displayName);
	return Object.fromEntries(
		groups.map((group) => {
			const entries = asObject(given[group.name]) ?? given[group.name];
			const rows = toList(entries).map((entry) => toObject(entry, group.displayName));
			return [group.name, rows.map((row) => readRow(row, group.values, zone))];
		}),
	);
}

const readRow = (row: Record<string, unknown>, values: INodeProperties[], zone: string) =>
	Object.fromEntries(
		values.map((inner) => {
			const given = row[inner.name];
			// A text may be empty; anything else that is blank was left as it is.
			const isSet = inner.type === 'string' ? (given ?? undefined) !== undefined : !isEmpty(given);
			return [inner.name, readField(isSet ? given : inner.default, inner, zone)];
		}),
	);

/** The fields that the user added by name and type, as in n8n's Edit Fields. */
function toAssigned(value: unknown, label: string): IDataObject {
	const { assignments } = toObject(value, label);
	const entries = Array.isArray(assignments) ? assignments : [];
	const assigned = (entries as AssignmentValue[]).flatMap(
		({ name, type = 'string', value: given }) => {
			// Its expression may give anything for the name, too.
			const key = toText(name, `${label}: Name`).trim();
			if (key === '') return refuse(label, 'has a field without a name');
			// A blank is a text, and no value of any other type.
			if (typeof given === 'string' && type !== 'string' && isEmpty(given)) return [];
			const checked = validateFieldType(key, trimmedFor(type, given), type as FieldType);
			if (!checked.valid) return refuse(label, `does not fit: ${shortened(checked.errorMessage)}`);
			return [[key, toSendable(checked.newValue ?? null, `${label}: ${key}`)]];
		},
	);
	return Object.fromEntries(assigned) as IDataObject;
}

const trimmedFor = (type: string, value: unknown): unknown =>
	type === 'string' ? value : trimmed(value);

/**
 * A value as its field takes it.
 *
 * @param zone the workflow's, in which times without one are meant
 * @throws PlatformError naming the field when the value does not fit it, or is missing
 */
export function readField(value: unknown, property: INodeProperties, zone: string): unknown {
	const read = readValue(value, property, zone);
	const isMissing = read === undefined || read === '' || (Array.isArray(read) && !read.length);
	if (property.required && isMissing) refuse(property.displayName, 'is required');
	return read;
}

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
