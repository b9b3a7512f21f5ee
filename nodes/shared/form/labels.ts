/**
 * Longest description in a field's label. The form cuts a label to its width, but the title of a
 * field's edit window shows all of it.
 */
const LABEL_LENGTH = 300;

/** So much of a label is in the key that the editor makes of it for an AI agent's model. */
const KEY_LENGTH = 63;

/** "max_sources" and "maxSources" read as "Max Sources". */
export const humanise = (name: string): string =>
	name
		.replace(/([a-z\d])([A-Z])/g, '$1 $2')
		.split(/[\s_-]+/)
		.filter(Boolean)
		.map((word) => word[0].toUpperCase() + word.slice(1))
		.join(' ');

/** A field's name, and what its schema says of it, as far as it says it with text. */
export interface Described {
	name: string;
	title?: unknown;
	description?: unknown;
}

// A mapper field has no description of its own, so its label carries it.
function worded(title: string, { description }: Described): string {
	const text = typeof description === 'string' ? description.trim() : '';
	if (!text) return title;
	return `${title}: ${text.length > LABEL_LENGTH ? `${text.slice(0, LABEL_LENGTH - 1)}…` : text}`;
}

const titleOf = ({ name, title }: Described): string =>
	typeof title === 'string' && title ? title : humanise(name) || name;

/** The `$fromAI` key that the editor makes of a label. */
const keyOf = (label: string): string => label.slice(0, KEY_LENGTH).replace(/[^a-zA-Z0-9-]/g, '_');

/** Labels for a field whose own words are another's, too: with its name, else with its place. */
function* distinctLabels(field: Described, index: number, count: number): Generator<string, never> {
	const title = titleOf(field);
	if (/[a-zA-Z0-9]/.test(field.name)) yield worded(`${title} (${field.name})`, field);
	for (let place = index + 1; ; place += count) yield worded(`${place}. ${title}`, field);
}

/**
 * A label for each field of a form. No two make the same `$fromAI` key: a model could give only one
 * value for both.
 */
export function labelsOf(fields: Described[]): string[] {
	const plain = fields.map((field) => worded(titleOf(field), field));
	const keys = plain.map(keyOf);
	const isClear = (key: string) => key !== '' && keys.indexOf(key) === keys.lastIndexOf(key);
	const taken = new Set(keys.filter(isClear));
	return fields.map((field, index) => {
		if (isClear(keys[index])) return plain[index];
		const candidates = distinctLabels(field, index, fields.length);
		let label = candidates.next().value;
		while (taken.has(keyOf(label))) label = candidates.next().value;
		taken.add(keyOf(label));
		return label;
	});
}
