import type { z } from 'zod/v4';
import { ApiError } from './errors.mts';
import type { ValidationProblem } from './errors.mts';

type Issue = z.core.$ZodIssue;

/** Reads a part of a request; throws FastAPI's 422 with every problem of that part. */
export function read<Schema extends z.ZodType>(
	schema: Schema,
	value: unknown,
	part: 'query' | 'body',
): z.output<Schema> {
	const result = schema.safeParse(value ?? (part === 'query' ? {} : undefined));
	if (result.success) return result.data;
	throw new ApiError(
		422,
		result.error.issues.map((issue) => problem(issue, value, part)),
	);
}

function problem(issue: Issue, value: unknown, part: string): ValidationProblem {
	const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
	const loc = [part, ...path];
	const given = path.reduce<unknown>(
		(object, key) =>
			typeof object === 'object' && object !== null ? Reflect.get(object, key) : undefined,
		value,
	);
	if (given === undefined || (path.length === 0 && given === null)) {
		return { loc, msg: 'Field required', type: 'missing' };
	}
	if (issue.code === 'invalid_type') {
		return {
			loc,
			msg: `Input should be a valid ${issue.expected}`,
			type: `${issue.expected}_type`,
		};
	}
	if (issue.code === 'invalid_value') {
		const values = issue.values.map((choice) => `'${String(choice)}'`).join(' or ');
		return { loc, msg: `Input should be ${values}`, type: 'literal_error' };
	}
	return { loc, msg: issue.message, type: 'value_error' };
}
