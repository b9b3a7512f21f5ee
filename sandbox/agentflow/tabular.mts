import type { Row } from './completion.mts';
import { ApiError } from './errors.mts';
import { jsonObject } from './fields.mts';
import type { JsonObject } from './records.mts';

/** The items of an uploaded CSV (with a header), JSON or JSONL file; a 422 for any other text. */
export function readItems(filename: string, text: string): JsonObject[] {
	const extension = filename.toLowerCase().split('.').at(-1);
	try {
		if (extension === 'csv') return csvItems(text);
		if (extension === 'jsonl') {
			const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
			return lines.map((line) => jsonObject.parse(JSON.parse(line)));
		}
		if (extension === 'json') return jsonObject.array().parse(JSON.parse(text));
	} catch {
		throw refused(`Value error, ${filename} is not valid`);
	}
	throw refused('Value error, only CSV, JSON and JSONL files');
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
	// A cell, quoted or plain, and what ends it.
	for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
		const [, quoted, plain = '', end] = match;
		line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
		if (end === ',') continue;
		if (line.length > 1 || line[0] !== '') lines.push(line);
		line = [];
	}
	return lines;
}

function refused(msg: string): ApiError {
	return new ApiError(422, [{ loc: ['body', 'file'], msg, type: 'value_error' }]);
}
