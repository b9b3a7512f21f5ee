import { isObject, parseJson } from '../json';
import { parseInTurns } from './jsonInTurns';
import { walkRows, type ListedRow, type WalkOptions } from './jsonRows';
import type { Answer } from './notNumbers';

export interface PartOptions extends WalkOptions {
	/** Under which keys the list may stand. */
	listKeys: readonly string[];
	/** Behind the row that makes it so many bytes, nothing is read. */
	mostBytes: number;
}

/** What was left out of a row is missing in its value. */
export type PartRow = Answer & Pick<ListedRow, 'bytes' | 'leftOut'>;

/** A page of a list, as far as it was read. */
export interface ListPart {
	rows: PartRow[];
	/** As they arrived. */
	bytes: number;
	/** The list was read to its end. */
	isWhole: boolean;
	/** What stands beside the list, where that was read. */
	envelope?: { [key: string]: unknown };
}

/** @throws SyntaxError when the answer is no such list */
export async function readPart(
	body: AsyncIterable<Buffer>,
	{ listKeys, mostBytes, ...options }: PartOptions,
): Promise<ListPart> {
	const part: ListPart = { rows: [], bytes: 0, isWhole: false };
	const walk = walkRows(body, listKeys, options);
	try {
		while (part.bytes < mostBytes) {
			const { done, value } = await walk.next();
			if (done) {
				const whole = { ...part, isWhole: true };
				if (value === '') return whole;
				const envelope = parseJson(value);
				if (!envelope.ok) throw new SyntaxError(envelope.reason);
				return isObject(envelope.value) ? { ...whole, envelope: envelope.value } : whole;
			}
			const { text, bytes, leftOut } = value;
			part.bytes += bytes;
			const row = await parseInTurns(text);
			if (row.ok && isObject(row.value)) for (const field of leftOut) delete row.value[field];
			part.rows.push({ ...row, bytes, leftOut });
		}
		return part;
	} finally {
		await walk.return('');
	}
}
