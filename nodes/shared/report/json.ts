import { isObject } from '../json';
import { isSecretName, MASK } from './secrets';
import type { Excerpt, Pen } from './text';

/** Deeper values are not followed. */
const DEEPEST = 40;

/**
 * The beginning of a value as JSON with its secrets masked, at most so long; what lies behind it is
 * counted and not written.
 */
export function jsonExcerpt(value: unknown, pen: Pen, limit: number, indent = '  '): Excerpt {
	const pieces: string[] = [];
	let room = Math.max(0, limit);
	let left = 0;

	const add = (text: string) => {
		const fits = Math.min(text.length, room);
		if (fits > 0) pieces.push(text.slice(0, fits));
		room -= fits;
		left += text.length - fits;
	};
	const addText = (text: string) => {
		const excerpt = pen.excerpt(text, room);
		const rest = excerpt.left;
		add(JSON.stringify(excerpt.text).slice(0, rest > 0 ? -1 : undefined));
		left += rest;
	};
	const addAll = (entries: Array<[name: string | undefined, value: unknown]>, depth: number) => {
		const inner = indent ? `\n${indent.repeat(depth + 1)}` : '';
		entries.forEach(([name, entry], index) => {
			add(`${index > 0 ? ',' : ''}${indent ? inner : index > 0 ? ' ' : ''}`);
			if (name !== undefined) {
				addText(name);
				add(': ');
			}
			addValue(name !== undefined && isSecretName(name) ? masked(entry) : entry, depth + 1);
		});
		if (entries.length > 0 && indent) add(`\n${indent.repeat(depth)}`);
	};
	const addValue = (entry: unknown, depth: number) => {
		if (typeof entry === 'string') return addText(entry);
		if (Array.isArray(entry) || isObject(entry)) {
			const [open, close] = Array.isArray(entry) ? '[]' : '{}';
			add(open);
			if (depth >= DEEPEST) add('…');
			else if (Array.isArray(entry)) {
				addAll(
					entry.map((inner: unknown) => [undefined, inner]),
					depth,
				);
			} else addAll(Object.entries(entry), depth);
			return add(close);
		}
		add(pen.mask(String(entry)));
	};
	addValue(value, 0);
	return { text: pieces.join(''), left };
}

/** What stands for a secret; that there is none may be told. */
export const masked = (value: unknown): unknown =>
	value === null || value === undefined || value === '' || typeof value === 'boolean'
		? value
		: MASK;
