import { ApiError } from './errors.mts';
import { isObject, repr, schemaProblem } from './jsonSchema.mts';
import type { JsonObject } from './records.mts';

/** Reads one field of a body; throws a `FieldError` with Django REST framework's wording. */
type Reader<T> = (value: unknown) => T;
type Readers = Record<string, Reader<unknown>>;

class FieldError extends Error {}

/**
 * Reads a JSON body field by field, as a serializer of Django REST framework does: unknown fields
 * are dropped, and all problems are answered at once as `{field: [message]}` with status 400.
 */
export function readFields<R extends Readers, Required extends keyof R = never>(
	body: unknown,
	readers: R,
	required: readonly Required[] = [],
): { [K in keyof R]?: ReturnType<R[K]> } & { [K in Required]: ReturnType<R[K]> } {
	const given = body ?? {};
	if (!isObject(given)) {
		const message = `Invalid data. Expected a dictionary, but got ${pythonType(given)}.`;
		throw new ApiError(400, { non_field_errors: [message] });
	}
	const problems: Record<string, string[]> = {};
	const entries: Array<[string, unknown]> = [];
	for (const [name, reader] of Object.entries(readers)) {
		if (given[name] === undefined) {
			if (required.some((key) => key === name)) problems[name] = ['This field is required.'];
			continue;
		}
		try {
			entries.push([name, reader(given[name])]);
		} catch (error) {
			if (!(error instanceof FieldError)) throw error;
			problems[name] = [error.message];
		}
	}
	if (Object.keys(problems).length > 0) throw new ApiError(400, problems);
	return Object.fromEntries(entries) as ReturnType<typeof readFields<R, Required>>;
}

export function text({ blank = false, maxLength = Infinity } = {}): Reader<string> {
	return (value) => {
		if (typeof value === 'number') return String(value);
		if (value === null) throw new FieldError('This field may not be null.');
		if (typeof value !== 'string') throw new FieldError('Not a valid string.');
		if (!blank && value.trim() === '') throw new FieldError('This field may not be blank.');
		if (value.length > maxLength) {
			throw new FieldError(`Ensure this field has no more than ${maxLength} characters.`);
		}
		return value;
	};
}

export function choice<T extends string>(choices: readonly T[]): Reader<T> {
	return (value) => {
		const chosen = choices.find((candidate) => candidate === value);
		if (chosen === undefined) throw new FieldError(`"${String(value)}" is not a valid choice.`);
		return chosen;
	};
}

export const flag: Reader<boolean> = (value) => {
	if (typeof value !== 'boolean') throw new FieldError('Must be a valid boolean.');
	return value;
};

export const anything: Reader<unknown> = (value) => value;

export const dictionary: Reader<JsonObject> = (value) => {
	if (isObject(value)) return value;
	throw new FieldError(`Expected a dictionary of items but got type "${pythonType(value)}".`);
};

/** A JSON Schema of an object's properties, or `null`. */
export const jsonSchema: Reader<JsonObject | null> = (value) => {
	if (value === null) return null;
	const schema = dictionary(value);
	const problem = schemaProblem(schema);
	if (problem !== null) throw new FieldError(`Invalid JSON Schema: ${problem}`);
	return schema;
};

/** Ids; `exists` says which ones there are. */
export function ids(exists: (id: number) => boolean): Reader<number[]> {
	return (value) => {
		if (!Array.isArray(value)) {
			throw new FieldError(`Expected a list of items but got type "${pythonType(value)}".`);
		}
		return value.map((id: unknown) => {
			if (typeof id !== 'number' || !Number.isInteger(id)) {
				throw new FieldError(`Incorrect type. Expected pk value, received ${pythonType(id)}.`);
			}
			if (!exists(id)) throw new FieldError(`Invalid pk "${id}" - object does not exist.`);
			return id;
		});
	};
}

/** Any other rule: `check` answers the problem or `null`. */
export function checkedText(check: (value: string) => string | null): Reader<string> {
	const read = text({ blank: true });
	return (value) => {
		const given = read(value);
		const problem = check(given);
		if (problem !== null) throw new FieldError(problem);
		return given;
	};
}

function pythonType(value: unknown): string {
	if (value === null) return 'NoneType';
	if (Array.isArray(value)) return 'list';
	if (typeof value === 'string') return 'str';
	if (typeof value === 'boolean') return 'bool';
	if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
	if (typeof value === 'object') return 'dict';
	return repr(value);
}
