import { queryError } from '../errors.mts';

/** An integer in the query; absent and empty: `otherwise`. Throws PyFlue's 400. */
export function readInteger(
	query: URLSearchParams,
	name: string,
	{ otherwise, min, max = Infinity, details }: IntegerRule,
): number {
	const text = query.get(name);
	if (!text) return otherwise;
	const value = integer(text);
	if (value === null || value < min || value > max) throw queryError(name, text, details);
	return value;
}

interface IntegerRule {
	otherwise: number;
	min: number;
	max?: number;
	details: string;
}

export const limitRule: Omit<IntegerRule, 'otherwise'> = {
	min: 1,
	max: 1000,
	details: 'Must be an integer in [1, 1000].',
};

export function integer(text: string): number | null {
	return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : null;
}
