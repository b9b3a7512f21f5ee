import { z } from 'zod/v4';

export const text = z.string();
export const name = z.string().min(1).max(255);
export const jsonObject = z.record(z.string(), z.unknown());

/** A number in a query or a form, where everything is text. */
export const formNumber = z.coerce.number();

/** `limit` and `offset` of a list. */
export function page(defaultLimit: number, maximum: number) {
	return {
		limit: formNumber.int().min(1).max(maximum).default(defaultLimit),
		offset: formNumber.int().min(0).default(0),
	};
}

/** A boolean in a query, as FastAPI reads it. */
export const queryFlag = z.preprocess((value) => {
	if (value === 'true' || value === '1') return true;
	return value === 'false' || value === '0' ? false : value;
}, z.boolean().default(false));

/** One file of a multipart body. */
export const file = z
	.custom<{ filename: string; type: string; content: Buffer }>(
		(value) => typeof value === 'object' && value !== null && 'filename' in value,
		'Value error, expected a file',
	)
	.meta({ type: 'string', format: 'binary' });

/** One or more files under one name. */
export const files = z.preprocess(
	(value) => (value === undefined || Array.isArray(value) ? value : [value]),
	z.array(file).min(1),
);
