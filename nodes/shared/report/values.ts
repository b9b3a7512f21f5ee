import { humanise } from '../form/labels';
import { isObject, parseJson } from '../json';
import { jsonExcerpt, masked } from './json';
import { isSecretName } from './secrets';
import { leftOut, sizeOf, type Pen } from './text';

/* A value as HTML: lists of objects as tables, texts as texts, the rest as JSON. */

/** More columns are no table that could be read. */
const MOST_COLUMNS = 10;
const MOST_FIELDS = 60;
const CELL_BYTES = 600;
/** In less room a value is JSON, however it could be laid out. */
const LAID_OUT_BYTES = 3_000;
const FIELD_BYTES = 400;
/** A text of this length may be JSON that a platform has written as text. */
const LONGEST_JSON_TEXT = 200_000;

const more = (left: number, what: string): string =>
	left > 0 ? `<p class="more">${leftOut(left, what)}</p>` : '';

const isShort = (value: unknown): boolean =>
	typeof value !== 'object' || value === null
		? String(value).length <= 300 && !String(value).includes('\n')
		: false;

/** Platforms write the arguments of a call as text, too. */
function unwrapped(value: unknown): unknown {
	if (typeof value !== 'string' || value.length > LONGEST_JSON_TEXT) return value;
	if (!/^\s*[[{]/.test(value)) return value;
	const parsed = parseJson(value);
	return parsed.ok ? parsed.value : value;
}

/** Whether there is nothing to show of it. */
export const isNothing = (value: unknown): boolean =>
	value === undefined ||
	value === null ||
	value === '' ||
	(typeof value === 'object' && Object.keys(value).length === 0);

/**
 * Draws a value within so many bytes.
 *
 * @param caption what the value is, for those who do not see its heading
 */
export function drawValue(given: unknown, caption: string, pen: Pen, bytes: number): string {
	const value = unwrapped(given);
	if (isNothing(value)) return '<p class="none">None</p>';
	if (typeof value === 'string') return drawText(value, pen, bytes);
	if (typeof value !== 'object') return `<p>${pen.line(String(value), bytes)}</p>`;
	if (bytes < LAID_OUT_BYTES) return drawJson(value, pen, bytes);
	if (Array.isArray(value)) {
		const columns = columnsOf(value);
		if (columns) return drawTable(value as Row[], columns, caption, pen, bytes);
		if (value.every(isShort)) return drawList(value, pen, bytes);
	}
	const fields = isObject(value) ? Object.keys(value).length : Infinity;
	if (isObject(value) && fields <= Math.min(MOST_FIELDS, bytes / FIELD_BYTES)) {
		return drawFields(value, caption, pen, bytes);
	}
	return drawJson(value, pen, bytes);
}

function drawText(text: string, pen: Pen, bytes: number): string {
	const { html, left } = pen.within(text, bytes - 80);
	return `<pre dir="auto">${html}</pre>${more(left, 'character')}`;
}

function drawJson(value: unknown, pen: Pen, bytes: number): string {
	const { text, left } = jsonExcerpt(value, pen, bytes - 100);
	const { html, left: behind } = pen.within(text, bytes - 100);
	return `<pre class="json">${html}</pre>${more(left + behind, 'character')}`;
}

function drawList(values: unknown[], pen: Pen, bytes: number): string {
	const items: string[] = [];
	let room = bytes - 80;
	for (const value of values) {
		const item = `<li dir="auto">${pen.line(String(value), 1_200)}</li>`;
		room -= sizeOf(item);
		if (room < 0) break;
		items.push(item);
	}
	return `<ul>${items.join('')}</ul>${more(values.length - items.length, 'value')}`;
}

type Row = Record<string, unknown>;

/** The columns of a list that is a table; undefined where it is none. */
function columnsOf(list: unknown[]): string[] | undefined {
	if (!list.every(isObject)) return undefined;
	const columns = new Set<string>();
	for (const row of list) {
		for (const name of Object.keys(row)) columns.add(name);
		if (columns.size > MOST_COLUMNS) return undefined;
	}
	return columns.size > 0 ? [...columns] : undefined;
}

function drawCell(name: string, given: unknown, pen: Pen): string {
	const value = isSecretName(name) ? masked(given) : given;
	if (value === null || value === undefined) return '';
	if (typeof value !== 'object') return pen.line(String(value), CELL_BYTES);
	const { text, left } = jsonExcerpt(value, pen, CELL_BYTES, '');
	return `<code>${pen.line(left > 0 ? `${text}…` : text, CELL_BYTES)}</code>`;
}

function drawTable(
	rows: Row[],
	columns: string[],
	caption: string,
	pen: Pen,
	bytes: number,
): string {
	const head = columns.map((name) => `<th scope="col">${pen.line(name)}</th>`).join('');
	const body: string[] = [];
	let room = bytes - sizeOf(head) - 300;
	for (const row of rows) {
		const cells = columns.map((name) => `<td dir="auto">${drawCell(name, row[name], pen)}</td>`);
		const html = `<tr>${cells.join('')}</tr>`;
		room -= sizeOf(html);
		if (room < 0) break;
		body.push(html);
	}
	const table = `<table><caption>${pen.line(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
	// Whoever has no pointer scrolls a wide one with the keyboard.
	return `<div class="wide" role="group" aria-label="${pen.line(caption)}" tabindex="0">${table}</div>${more(rows.length - body.length, 'row')}`;
}

/** An object field by field; what lies deeper in it is JSON. */
function drawFields(object: Row, caption: string, pen: Pen, bytes: number): string {
	const entries = Object.entries(object);
	let room = bytes - 40;
	const fields = entries.map(([name, given], index) => {
		const share = Math.max(0, Math.floor(room / (entries.length - index)));
		const title = pen.line(humanise(name) || name, Math.min(200, share / 2));
		const html = `<dt dir="auto">${title}</dt><dd>${drawField(name, given, caption, pen, share - 300)}</dd>`;
		room -= sizeOf(html);
		return html;
	});
	return `<dl>${fields.join('')}</dl>`;
}

function drawField(name: string, given: unknown, caption: string, pen: Pen, bytes: number): string {
	if (bytes < 100) return '<p class="more">… left out</p>';
	const value = isSecretName(name) ? masked(given) : unwrapped(given);
	if (isObject(value) && !isNothing(value)) return drawJson(value, pen, bytes);
	return drawValue(value, `${caption}: ${humanise(name)}`, pen, bytes);
}
