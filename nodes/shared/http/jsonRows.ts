const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

const SPACES = [0x20, 0x09, 0x0a, 0x0d];

/** The text stops before the JSON does: another try may bring the rest. */
export class CutOff extends SyntaxError {}

/** Bytes of one row or of the envelope, which may arrive in many chunks. */
class Text {
	private parts: Buffer[] = [];

	add(part: Buffer): void {
		// A copy, so that keeping a few bytes does not keep the whole chunk they came in.
		if (part.length > 0) this.parts.push(Buffer.from(part));
	}

	take(): string {
		const text = Buffer.concat(this.parts).toString('utf8');
		this.parts = [];
		return text;
	}
}

/**
 * Walks the JSON text of a list answer and yields its rows one by one, so that a long list is
 * never held in memory as a whole. The list is the answer itself, or the array under one of
 * `listKeys` at the top of an object ("envelope") such as a page object.
 *
 * @returns the envelope's text with its list emptied, or '' where the answer is a bare array
 * @throws CutOff when the text ends too early, any other SyntaxError when it is no list
 */
export async function* walkRows(
	chunks: AsyncIterable<Buffer | string>,
	listKeys: readonly string[],
): AsyncGenerator<string, string> {
	const envelope = new Text();
	const row = new Text();
	// Depth at which the rows' commas stand: 1 in a bare array, 2 in an envelope.
	let listDepth = 0;
	let inList = false;
	let listSeen = false;
	let depth = 0;
	let inString = false;
	let escaped = false;
	let rowSeen = false;
	let rowHasContent = false;
	let rootIsObject = false;
	let ended = false;
	let key = '';
	let keyBytes: number[] | undefined;

	for await (const piece of chunks) {
		const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
		let start = 0;
		for (let at = 0; at < chunk.length; at++) {
			const byte = chunk[at];
			if (inString) {
				if (escaped) escaped = false;
				else if (byte === BACKSLASH) escaped = true;
				else if (byte === QUOTE) {
					inString = false;
					if (keyBytes) key = Buffer.from(keyBytes).toString('utf8');
					keyBytes = undefined;
					continue;
				}
				keyBytes?.push(byte);
				continue;
			}
			if (SPACES.includes(byte)) continue;
			if (ended) throw new SyntaxError('there is text behind the end of the JSON');
			if (depth === 0 && byte !== OPEN_OBJECT && byte !== OPEN_ARRAY) {
				throw new SyntaxError('it starts like neither a list nor an object');
			}
			if (inList && depth === listDepth && (byte === COMMA || byte === CLOSE_ARRAY)) {
				row.add(chunk.subarray(start, at));
				const text = row.take();
				if (rowHasContent) yield text;
				else if (byte === COMMA || rowSeen) throw new SyntaxError('a row of the list is empty');
				rowSeen = true;
				rowHasContent = false;
				start = byte === COMMA ? at + 1 : at;
				if (byte === CLOSE_ARRAY) {
					inList = false;
					depth--;
					ended = depth === 0;
				}
				continue;
			}
			if (inList) rowHasContent = true;
			if (byte === QUOTE) {
				inString = true;
				if (depth === 1 && rootIsObject && !inList) keyBytes = [];
			} else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
				if (depth === 0) rootIsObject = byte === OPEN_OBJECT;
				depth++;
				const opensList =
					byte === OPEN_ARRAY &&
					!listSeen &&
					(depth === 1 || (depth === 2 && rootIsObject && listKeys.includes(key)));
				if (opensList) {
					listSeen = true;
					inList = true;
					listDepth = depth;
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
