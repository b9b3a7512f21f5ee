import { TypedError } from '../errors.mts';
import type { JsonObject } from '../records.mts';

export function malformed(details: string): TypedError {
	return new TypedError({
		type: 'invalid_request',
		message: 'Request is malformed.',
		details,
		status: 400,
	});
}

export function notFound(type: string, message: string, details: string, dev?: string): TypedError {
	return new TypedError({ type, message, details, status: 404, dev });
}

export function list(names: string[]): string {
	return names.map((name) => JSON.stringify(name)).join(', ') || '(none)';
}

/** The 400 of a query parameter, with the validator's issue. */
export function invalidQuery(
	query: URLSearchParams,
	key: string,
	issue: { kind: string; type: string; expected: string; message: string } & JsonObject,
): TypedError {
	const value = query.get(key);
	const { kind, type, expected, message, input = value, ...rest } = issue;
	const received = typeof input === 'number' ? String(input) : JSON.stringify(input);
	const path = [{ type: 'object', origin: 'value', input: Object.fromEntries(query), key, value }];
	const described = { kind, type, input, expected, received, message, ...rest, path };
	return new TypedError({
		type: 'validation_failed',
		message: 'Request validation failed.',
		details: 'Invalid query parameters.',
		status: 400,
		meta: { issues: [described] },
	});
}

/** One of a list of literals; absent: `undefined`. */
export function readChoice<T extends string>(
	query: URLSearchParams,
	key: string,
	choices: readonly T[],
): T | undefined {
	const value = query.get(key);
	if (value === null) return undefined;
	const found = choices.find((choice) => choice === value);
	if (found) return found;
	const literals = choices.map((choice) => JSON.stringify(choice));
	const expected = choices.length === 1 ? literals.join('') : `(${literals.join(' | ')})`;
	throw invalidQuery(query, key, {
		kind: 'schema',
		type: choices.length === 1 ? 'literal' : 'picklist',
		expected,
		message: `Invalid type: Expected ${expected} but received ${JSON.stringify(value)}`,
	});
}

/** An integer from `min` to `max`. */
export function readNumber(
	query: URLSearchParams,
	key: string,
	{ otherwise, min, max = Infinity }: { otherwise: number; min: number; max?: number },
): number {
	const text = query.get(key);
	if (text === null) return otherwise;
	const input = Number(text);
	if (text === '' || !Number.isInteger(input)) {
		throw invalidQuery(query, key, {
			kind: 'validation',
			type: 'integer',
			expected: 'integer',
			message: `${key} must be an integer.`,
		});
	}
	if (input > max) {
		throw invalidQuery(query, key, {
			kind: 'validation',
			type: 'max_value',
			input,
			expected: `<=${max}`,
			message: `${key} must be at most ${max}.`,
			requirement: max,
		});
	}
	if (input < min) {
		throw invalidQuery(query, key, {
			kind: 'validation',
			type: 'min_value',
			input,
			expected: `>=${min}`,
			message: `${key} must be at least ${min}.`,
			requirement: min,
		});
	}
	return input;
}
