import {
	validateFieldType,
	type FieldType,
	type IDataObject,
	type INodeProperties,
	type INodePropertyOptions,
	type ResourceMapperField,
} from 'n8n-workflow';
import { PlatformError } from '../errors';
import type { Hints } from '../hints';
import { isObject, type Json } from '../json';
import { settle } from '../settle';
import { isEmpty, luxon, quoted, refuse, toObject, toSendable, trimmed } from './coerce';

/* What was filled into a form that is drawn from what a platform tells. */

type Field = Partial<ResourceMapperField> & { id: string };

const TRUE = [true, 'true', 1, '1'];
const FALSE = [false, 'false', 0, '0'];
/** Dates begin with their year, or name their day: JavaScript takes many another text for a date, too. */
const YEAR_FIRST = /^\d{4}(-|$)|^\d{8}(T|$)/;
const DAY_NAMED = /\d\/\d|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b/i;
const WITH_YEAR = /\d{4}/;
/** Smaller numbers are seconds, or the days of a spreadsheet, and no milliseconds. */
const LEAST_MS = 1e11;

/**
 * From the choice of another agent, tool or operation until it has the new fields, the editor stores
 * null for them, at which n8n would fail without naming anything.
 *
 * @throws PlatformError when that is so
 */
export function refuseUndrawn(mapper: unknown, { displayName: label }: INodeProperties): void {
	if (!isObject(mapper) || mapper.value !== null || mapper.schema === undefined) return;
	throw new PlatformError(`'${label}' has not been drawn by the editor yet`, {
		fix: `Open the node, wait for '${label}' and fill it in.`,
	});
}

/** Values that the stored form has no field for, of what `readMapped` has given. */
const undrawn = new WeakMap<object, Record<string, unknown>>();

/**
 * What was mapped, by the types of the fields that were drawn. Whatever is blank is left out.
 *
 * @param schema the fields as the workflow stores them; where it stores none, all values are taken
 * @throws PlatformError naming the field when a value does not fit it, or is missing
 */
export function readMapped(
	value: unknown,
	schema: unknown,
	property: INodeProperties,
): IDataObject {
	const given = Object.entries(toObject(value, property.displayName));
	const drawn = fieldsIn(schema);
	const isDrawn = ([name]: [string, unknown]) => drawn.size === 0 || drawn.has(name);
	const mapped = Object.fromEntries(
		given.filter(isDrawn).flatMap(([name, entry]) => readEntry(name, entry, drawn.get(name))),
	) as IDataObject;
	undrawn.set(mapped, Object.fromEntries(given.filter((entry) => !isDrawn(entry))));
	return mapped;
}

const fieldsIn = (schema: unknown): Map<string, Field> =>
	new Map(
		(Array.isArray(schema) ? schema : [])
			.filter((field): field is Field => isObject(field) && typeof field.id === 'string')
			.map((field) => [field.id, field]),
	);

/** What the platform takes now, beside what the workflow has stored of it. */
export interface Current {
	/** Why a value is left out, e.g. "The agent takes no such inputs". */
	otherwise: string;
	/** Asks for the fields; undefined where any value is taken. */
	fields(): Promise<ResourceMapperField[] | undefined>;
}

/**
 * What was mapped, with the values that the stored form has no field for, as far as the platform
 * takes them: in a workflow that was not made in the editor, the form may be stored in part. What
 * is left from another form is left out, with a hint.
 *
 * @param current asked only where there are such values
 */
export async function withUndrawn(
	mapped: IDataObject | undefined,
	current: Current,
	hints: Hints,
): Promise<{ [key: string]: Json }> {
	const values = (mapped ?? {}) as { [key: string]: Json };
	const others = Object.entries((mapped && undrawn.get(mapped)) ?? {}).filter(
		([, entry]) => !isEmpty(entry),
	);
	if (others.length === 0) return values;
	const asked = await settle(async () => await current.fields());
	const fields = 'value' in asked ? asked.value && fieldsIn(asked.value) : new Map<string, Field>();
	const isTaken = (name: string) => fields === undefined || fields.has(name);
	for (const [name] of others) {
		if (!isTaken(name)) hints.add(`${current.otherwise}, so these values were left out`, name);
	}
	const taken = others
		.filter(([name]) => isTaken(name))
		.flatMap(([name, entry]) => readEntry(name, entry, fields?.get(name)));
	return { ...values, ...Object.fromEntries(taken) };
}

/** One value with its name, or none. */
function readEntry(name: string, value: unknown, field: Field | undefined): Array<[string, Json]> {
	const isBlank = field?.type ? isEmpty(value) : value === undefined || value === null;
	const read = isBlank ? undefined : typed(name, value, field);
	if (read !== undefined && read !== null) return [[name, read]];
	if (field?.required) refuse(name, 'is required');
	return [];
}

/** The value in the type of its field, or as it is where the field is one of text or unknown. */
function typed(name: string, value: unknown, { type, options }: Partial<Field> = {}): Json {
	const given = type === undefined || type === 'string' ? value : trimmed(value);
	const read = convert(given, type, options);
	if (read === undefined) misfit(name, value, type, options);
	return toSendable(read, name);
}

/** @returns undefined for what does not fit */
function convert(given: unknown, type?: FieldType, options: INodePropertyOptions[] = []): unknown {
	switch (type) {
		case 'boolean': {
			const word = typeof given === 'string' ? given.toLowerCase() : given;
			if (TRUE.some((entry) => entry === word)) return true;
			return FALSE.some((entry) => entry === word) ? false : undefined;
		}
		case 'number': {
			const isNumber = typeof given === 'number' || typeof given === 'string';
			return isNumber && Number.isFinite(Number(given)) ? Number(given) : undefined;
		}
		case 'options': {
			const isMeant = ({ value }: INodePropertyOptions) => value === given;
			// A cell or a model gives a number as its text.
			const isWritten = ({ value }: INodePropertyOptions) => String(value) === given;
			return (options.find(isMeant) ?? options.find(isWritten))?.value;
		}
		case 'dateTime':
			return toTime(given);
		case 'object': {
			const read = converted(given, type);
			return isTime(read) || !isObject(read) ? undefined : read;
		}
		case 'array':
			return Array.isArray(given) || typeof given === 'string' ? converted(given, type) : undefined;
		default:
			return given;
	}
}

/** What n8n makes of it; undefined where it does not fit. */
const converted = (value: unknown, type: FieldType): unknown => {
	const checked = validateFieldType('', value, type);
	return checked.valid ? (checked.newValue as unknown) : undefined;
};

const isTime = (value: unknown): boolean => value instanceof Date || luxon().isDateTime(value);

function toTime(given: unknown): unknown {
	if (isTime(given)) return given;
	if (typeof given === 'number' && given >= LEAST_MS) return luxon().fromMillis(given);
	const text = typeof given === 'string' || typeof given === 'number' ? String(given) : '';
	const isDate = YEAR_FIRST.test(text) || (DAY_NAMED.test(text) && WITH_YEAR.test(text));
	return isDate ? converted(text, 'dateTime') : undefined;
}

function misfit(
	name: string,
	value: unknown,
	type: FieldType = 'string',
	options: INodePropertyOptions[] = [],
): never {
	const choices = options.map(({ value: choice }) => `'${String(choice)}'`).join(', ');
	const wanted = type === 'options' ? `one of ${choices}` : `a ${type}`;
	throw new PlatformError(`Invalid input for '${name}'`, {
		fix: `'${name}' expects ${wanted} but we got ${quoted(value)}. Correct it, or the expression that fills it.`,
	});
}
