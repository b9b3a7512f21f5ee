import { PlatformError } from '../../../shared/errors';
import type { Http } from '../../../shared/http/http';
import type { HttpRequest } from '../../../shared/http/request';
import type { ApiDocument } from '../../../shared/openApi/document';
import { outputRequest } from '../../batchRoutes';
import { outputPageSchema } from '../../schemas';

/** Rows asked for at a time: a number that a server hardly refuses. */
const ROWS_A_PAGE = 100;

/** A batch's results in order, read no further than they are taken. */
export async function* outputRows(
	http: Http,
	document: ApiDocument,
	id: string,
): AsyncGenerator<unknown> {
	let last = '';
	for (let offset = 0; ;) {
		const query = { format: 'json', offset, limit: ROWS_A_PAGE };
		const page = await http.json(outputRequest(document, id, query), outputPageSchema);
		const { rows } = page;
		// A server that knows no pages would give the first one for ever. Rows without an index may
		// be alike, where the server says that they are those that were asked for.
		const text = JSON.stringify(rows);
		if (text === last && page.offset !== offset) return;
		yield* rows;
		last = text;
		offset += rows.length;
		// Where the server does not name the size of its pages, only an empty one is known to be the last.
		const whole = Math.min(page.limit ?? 1, ROWS_A_PAGE);
		// More than asked for is everything there is.
		if (rows.length < whole || rows.length > ROWS_A_PAGE) return;
	}
}

/** With which some servers begin each page, as characters of one byte. */
const BYTE_ORDER_MARK = '\xEF\xBB\xBF';

/**
 * A batch's results as the server writes them in one of its text formats, all pages in one.
 *
 * @throws PlatformError when the pages of a CSV have different columns
 */
export async function outputFile(
	http: Http,
	document: ApiDocument,
	id: string,
	format: 'csv' | 'jsonl',
): Promise<Buffer> {
	const pages: string[] = [];
	let mark = '';
	let header: string | undefined;
	let last = '';
	for (let offset = 0; ;) {
		const query: HttpRequest['query'] = { format, offset, limit: ROWS_A_PAGE };
		const { bytes } = await http.download(outputRequest(document, id, query));
		// A character for each byte: what the server's encoding is makes no difference.
		const page = bytes.toString('latin1');
		if (page === last) break;
		last = page;
		const isMarked = page.startsWith(BYTE_ORDER_MARK);
		if (isMarked && offset === 0) mark = BYTE_ORDER_MARK;
		const lines = recordsOf(isMarked ? page.slice(BYTE_ORDER_MARK.length) : page, format);
		const [first] = lines;
		const body = format === 'csv' ? lines.slice(1) : lines;
		if (format === 'csv' && body.length > 0 && header !== undefined && first !== header) {
			throw new PlatformError('The CSV of this batch changes its columns on the way', {
				fix: "Set Output As to 'JSONL File' or 'Items'.",
			});
		}
		if (format === 'csv' && header === undefined && first !== undefined) {
			header = first;
			pages.push(first);
		}
		pages.push(...body);
		offset += body.length;
		// The server's pages may be smaller than asked for; more than that is everything there is.
		if (body.length === 0 || body.length > ROWS_A_PAGE) break;
	}
	return Buffer.from(mark + pages.map((line) => `${line}\n`).join(''), 'latin1');
}

/** The records of a text without their line ends; in a CSV a quoted field may hold line ends. */
function recordsOf(text: string, format: 'csv' | 'jsonl'): string[] {
	if (format === 'jsonl') return text.split(/\r?\n/).filter((line) => line.trim() !== '');
	const records: string[] = [];
	let start = 0;
	let inQuotes = false;
	for (let at = 0; at <= text.length; at++) {
		if (text[at] === '"') inQuotes = !inQuotes;
		if (at < text.length && (inQuotes || text[at] !== '\n')) continue;
		const record = text.slice(start, at).replace(/\r$/, '');
		if (record !== '') records.push(record);
		start = at + 1;
	}
	return records;
}
