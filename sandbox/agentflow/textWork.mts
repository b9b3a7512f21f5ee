import type { JsonObject } from './records.mts';
import { firstSentences, overlap } from './words.mts';

const PATTERNS: Array<[name: RegExp, value: RegExp]> = [
	[/mail|^to$|recipient/i, /[\w.+-]+@[\w-]+\.[\w.-]*\w/],
	[/url|link|website/i, /https?:\/\/\S+/],
	[/date|when|day/i, /\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}/],
	[/phone|tel/i, /\+?\d[\d\s()-]{6,}\d/],
	[/amount|price|total|cost/i, /[$€£]\s?\d[\d.,]*\d|\d[\d.,]*\s?(?:USD|EUR|GBP|dollars|euros)/i],
	[/number|id|order|invoice/i, /[#A-Z]*[A-Z#-]?\d[\w-]*/],
];

/** The category that shares most words with the text, and how sure that is (0 to 1). */
export function classify(
	text: string,
	categories: string[],
): { label: string; confidence: number } {
	const scored = categories
		.map((label) => ({ label, confidence: overlap(label, text) }))
		.sort((a, b) => b.confidence - a.confidence);
	return { label: scored[0].label, confidence: round(scored[0].confidence) };
}

/** Every category that shares a word with the text. */
export function classifyAll(text: string, categories: string[]): string[] {
	return categories.filter((label) => overlap(label, text) > 0);
}

/** A field's value: what stands behind its name, else what looks like one; `null` if nothing does. */
export function extractField(text: string, field: string): string | null {
	const spoken = field.replaceAll(/[_-]+/g, ' ').trim();
	const named = new RegExp(
		`\\b${escape(spoken)}\\b\\s*(?:is\\b|:|=)\\s*([^\\n,;]+?)(?=[.!?]?\\s*(?:[\\n,;]|$|[.!?]\\s))`,
		'i',
	);
	const value = named.exec(text)?.[1];
	if (value !== undefined) return value.trim();
	const pattern = PATTERNS.find(([name]) => name.test(field))?.[1];
	return pattern?.exec(text)?.[0] ?? null;
}

/** The fields that instructions such as "Extract the name, email and order number" speak of. */
export function askedFields(instructions: string): string[] {
	return instructions
		.replace(/^\s*(?:please\s+)?(?:extract|find|get|pull out|return)\b/i, '')
		.replace(/\bfrom\b.*$/is, '')
		.split(/,|;|\n|\band\b/i)
		.map((field) =>
			field
				.replace(/\b(?:the|all|any|every|an?)\b/gi, '')
				.replace(/[.:]/g, '')
				.trim(),
		)
		.filter((field) => field !== '')
		.map((field) => field.toLowerCase().replaceAll(/\s+/g, '_'));
}

export function extract(text: string, instructions: string): JsonObject {
	return Object.fromEntries(
		askedFields(instructions).map((field) => [field, extractField(text, field)]),
	);
}

export function summarize(text: string): string {
	return firstSentences(text, 2);
}

/** Arguments for a JSON Schema's properties, as far as the text has them. */
export function argumentsFrom(text: string, schema: JsonObject): JsonObject {
	const entries = Object.entries(properties(schema)).map(([name, property]) => {
		const value = extractField(text, name) ?? text;
		const wanted =
			typeof property === 'object' && property !== null ? Reflect.get(property, 'type') : '';
		if (wanted !== 'number' && wanted !== 'integer') return [name, value];
		return [name, Number(/-?\d+(?:\.\d+)?/.exec(value)?.[0] ?? 0)];
	});
	return Object.fromEntries(entries);
}

/** The properties a JSON Schema names. */
export function properties(schema: JsonObject): JsonObject {
	const named = schema.properties;
	return typeof named === 'object' && named !== null ? { ...named } : {};
}

function round(share: number): number {
	return Math.round(share * 100) / 100;
}

function escape(text: string): string {
	return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
