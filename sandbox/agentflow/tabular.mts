import type { Row } from './completion.mts';
import { ApiError } from './errors.mts';
import { jsonObject } from './fields.mts';
import type { JsonObject } from './records.mts';

const readers: Record<string, (text: string) => JsonObject[]> = {
	csv: csvItems,
	json: (text) => valid('', () => jsonObject.array().parse(JSON.parse(text))),
	jsonl: (text) =>
		text.split(/\r?\n/).flatMap((line, index) => {
			if (line.trim() === '') return [];
			return [valid(` in line ${index + 1}`, () => jsonObject.parse(JSON.parse(line)))];
		}),
};

/**
 * The items of an uploaded CSV (with a header), JSON or JSONL file; a 422 for any other text, and
 * where there are none, about both of which the contract says nothing.
 */
export function readItems(filename: string, content: Buffer): JsonObject[] {
	const read = readers[filename.toLowerCase().split('.').at(-1) ?? ''];
	if (!read) throw refused('only CSV, JSON and JSONL files');
	try {
		const items = read(utf8(content));
		if (items.length === 0) throw new Unreadable('holds no items');
		return items;
	} catch (error) {
		if (error instanceof Unreadable) throw refused(`${filename} ${error.message}`);
		throw error;
	}
}

class Unreadable extends Error {}

/** What `parse` makes of a part of a file; throws an `Unreadable` that says which part it is. */
function valid<T>(where: string, parse: () => T): T {
	try {
		return parse();
	} catch {
		throw new Unreadable(`is not valid${where}`);
	}
}

/** The text behind a byte order mark, if there is one. */
function utf8(content: Buffer): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(content);
	} catch {
		throw new Unreadable('is not UTF-8');
	}
}

/** Rows as CSV: the results' fields become columns. */
export function csvOf(rows: Row[]): string {
	const fields = [...new Set(rows.flatMap(({ result }) => Object.keys(result ?? {})))];
	const lines = [
		['index', 'success', ...fields, 'error'],
		...rows.map(({ index, success, result, error }) => [
			index,
			success,
			...fields.map((field) => result?.[field]),
			error,
		]),
	];
	return lines.map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(value: unknown): string {
	const text =
		typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvItems(text: string): JsonObject[] {
	const [header = [], ...lines] = csvLines(text);
	return lines.map((cells) =>
		Object.fromEntries(header.map((name, column) => [name, cells[column] ?? ''])),
	);
}

function csvLines(text: string): string[][] {
	const lines: string[][] = [];
	let line: string[] = [];
	let at = 0;
	// A cell, quoted or plain, and what ends it.
	for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
		if (match.index !== at) throw new Unreadable(`is not valid in row ${lines.length + 1}`);
		const [cell, quoted, plain = '', end] = match;
		at += cell.length;
		line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
		if (end === ',') continue;
		if (line.length > 1 || line[0] !== '') lines.push(line);
		line = [];
	}
	return lines;
}

function refused(reason: string): ApiError {
	const msg = `Value error, ${reason}`;
	return new ApiError(422, [{ loc: ['body', 'file'], msg, type: 'value_error' }]);
}
