const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** Where the walk stops deep in a row. */
const DEEP = new Uint8Array(256);
for (const byte of [QUOTE, OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY]) DEEP[byte] = 1;
const SPACE = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0a, 0x0d]) SPACE[byte] = 1;

/** The text stops before the JSON does: another try may bring the rest. */
export class CutOff extends SyntaxError {}

/** One row of a list answer. */
export interface ListedRow {
	text: string;
	/** Its length as it arrived. */
	bytes: number;
	/** Fields of which the text has null, because their values are too long. */
	leftOut: string[];
}

export interface WalkOptions {
	/** Values of these fields of a row are left out when they are longer than `beyond` bytes. */
	leaveOut?: { fields: readonly string[]; beyond: number };
	/** Lists behind which nothing is read. */
	nothingBehind?: readonly string[];
}

/** Bytes of one row or of the envelope, which may arrive in many chunks. */
class Text {
	private parts: Buffer[] = [];
	length = 0;

	add(part: Buffer): void {
		if (part.length === 0) return;
		// A copy, so that keeping a few bytes does not keep the whole chunk they came in.
		this.parts.push(Buffer.from(part));
		this.length += part.length;
	}

	/** Forgets what lies behind so many bytes. */
	cut(length: number): void {
		while (this.length > length) {
			const last = this.parts.pop() as Buffer;
			this.length -= last.length;
			if (this.length < length) this.add(last.subarray(0, length - this.length));
		}
	}

	take(): string {
		const text = Buffer.concat(this.parts).toString('utf8');
		this.parts = [];
		this.length = 0;
		return text;
	}
}

/** The row that is being read. */
class Row {
	private readonly text = new Text();
	private leftOut: string[] = [];
	private bytes = 0;
	/** The value that may be too long: its field, where it begins, its length so far. */
	private value: { field: string; at: number; bytes: number } | undefined;

	constructor(private readonly leaveOut: WalkOptions['leaveOut']) {}

	add(part: Buffer): void {
		this.bytes += part.length;
		const { value } = this;
		if (!value) return this.text.add(part);
		value.bytes += part.length;
		if (value.bytes <= this.most) this.text.add(part);
		else this.text.cut(value.at);
	}

	/** A value of the row's own begins. */
	beginValue(field: string): void {
		if (!this.leaveOut?.fields.includes(field)) return;
		this.value = { field, at: this.text.length, bytes: 0 };
	}

	endValue(): void {
		const { value } = this;
		this.value = undefined;
		if (!value || value.bytes <= this.most) return;
		this.text.add(NULL);
		this.leftOut.push(value.field);
	}

	take(): ListedRow {
		const { bytes, leftOut } = this;
		this.bytes = 0;
		this.leftOut = [];
		return { text: this.text.take(), bytes, leftOut };
	}

	private get most(): number {
		return this.leaveOut?.beyond ?? Infinity;
	}
}

const NULL = Buffer.from('null');

/**
 * Walks the JSON text of a list answer and yields its rows one by one, so that a long list is
 * never held in memory as a whole. The list is the answer itself, or the array under one of
 * `listKeys` at the top of an object ("envelope") such as a page object.
 *
 * @returns the envelope's text with its list emptied, or '' where the answer is a bare array or
 *   nothing is read behind the list
 * @throws CutOff when the text ends too early, any other SyntaxError when it is no list
 */
export async function* walkRows(
	chunks: AsyncIterable<Buffer | string>,
	listKeys: readonly string[],
	{ leaveOut, nothingBehind = [] }: WalkOptions = {},
): AsyncGenerator<ListedRow, string> {
	const envelope = new Text();
	const row = new Row(leaveOut);
	// Depth at which the rows' commas stand: 1 in a bare array, 2 in an envelope.
	let listDepth = 0;
	let inList = false;
	let listSeen = false;
	let depth = 0;
	let inString = false;
	/** The chunk before ended in the middle of an escape. */
	let escaped = false;
	let rowSeen = false;
	let rowHasContent = false;
	let rootIsObject = false;
	let ended = false;
	/** Depth of the objects whose keys matter: the envelope, or a row. */
	let keyDepth = 1;
	let keyNext = false;
	let inKey = false;
	let key = '';
	let listKey = '';

	for await (const piece of chunks) {
		const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
		const { length } = chunk;
		let start = 0;
		for (let at = 0; at < length; at++) {
			if (inString) {
				const end = endOfString(chunk, at, escaped);
				if (inKey) key += chunk.toString('latin1', at, end < 0 ? length : end);
				if (end < 0) {
					escaped = endsInEscape(chunk, at, length, escaped);
					break;
				}
				escaped = inString = inKey = false;
				at = end;
				continue;
			}
			if (inList && depth > keyDepth) {
				// Deep in a row nothing but strings and brackets matters: most bytes are there.
				while (at < length && !DEEP[chunk[at]]) at++;
				if (at === length) break;
				const deep = chunk[at];
				if (deep === QUOTE) inString = true;
				else depth += deep === OPEN_OBJECT || deep === OPEN_ARRAY ? 1 : -1;
				continue;
			}
			const byte = chunk[at];
			if (SPACE[byte]) continue;
			if (ended) throw new SyntaxError('there is text behind the end of the JSON');
			if (depth === 0 && byte !== OPEN_OBJECT && byte !== OPEN_ARRAY) {
				throw new SyntaxError('it starts like neither a list nor an object');
			}
			if (inList && depth === listDepth && (byte === COMMA || byte === CLOSE_ARRAY)) {
				row.add(chunk.subarray(start, at));
				const listed = row.take();
				if (rowHasContent) yield listed;
				else if (byte === COMMA || rowSeen) throw new SyntaxError('a row of the list is empty');
				rowSeen = true;
				rowHasContent = false;
				start = byte === COMMA ? at + 1 : at;
				if (byte === CLOSE_ARRAY) {
					if (nothingBehind.includes(listKey)) return '';
					inList = false;
					keyDepth = 1;
					depth--;
					ended = depth === 0;
				}
				continue;
			}
			rowHasContent ||= inList;
			if (depth === keyDepth && inList && (byte === COMMA || byte === CLOSE_OBJECT)) {
				row.add(chunk.subarray(start, at));
				row.endValue();
				start = at;
			}
			if (byte === QUOTE) {
				inString = true;
				inKey = depth === keyDepth && keyNext;
				if (inKey) key = '';
				keyNext &&= depth !== keyDepth;
			} else if (byte === COMMA) {
				if (depth === keyDepth) keyNext = true;
			} else if (byte === COLON) {
				if (depth !== keyDepth || !inList) continue;
				row.add(chunk.subarray(start, at + 1));
				row.beginValue(key);
				start = at + 1;
			} else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
				if (depth === 0) rootIsObject = byte === OPEN_OBJECT;
				depth++;
				if (depth === keyDepth) keyNext = byte === OPEN_OBJECT;
				const opensList =
					byte === OPEN_ARRAY &&
					!listSeen &&
					(depth === 1 || (depth === 2 && rootIsObject && listKeys.includes(key)));
				if (opensList) {
					listSeen = true;
					inList = true;
					listKey = key;
					listDepth = depth;
					keyDepth = depth + 1;
					envelope.add(chunk.subarray(start, at + 1));
					start = at + 1;
				}
			} else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
				depth--;
				ended = depth === 0;
				const foreign = ended && rootIsObject !== (byte === CLOSE_OBJECT);
				if (foreign || (inList && depth < listDepth)) {
					throw new SyntaxError('a bracket is closed by one of another kind');
				}
			}
		}
		(inList ? row : envelope).add(chunk.subarray(start));
	}
	if (!ended) throw new CutOff('the text ends before the JSON does');
	if (!listSeen) throw new SyntaxError(`it holds no list (${listKeys.join(', ')})`);
	return rootIsObject ? envelope.take() : '';
}

/** Where the string's closing quote stands, or -1 when it comes with a later chunk. */
function endOfString(chunk: Buffer, from: number, escaped: boolean): number {
	for (let end = chunk.indexOf(QUOTE, from); end >= 0; end = chunk.indexOf(QUOTE, end + 1)) {
		if (!endsInEscape(chunk, from, end, escaped)) return end;
	}
	return -1;
}

/** Whether the string's part from `from` to `end` ends with a backslash that takes what follows. */
function endsInEscape(chunk: Buffer, from: number, end: number, escaped: boolean): boolean {
	let first = end;
	while (first > from && chunk[first - 1] === BACKSLASH) first--;
	const isOdd = (end - first) % 2 === 1;
	return first === from && escaped ? !isOdd : isOdd;
}
