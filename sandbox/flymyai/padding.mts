import type { JsonObject } from './records.mts';

const FILLER = 'The agent read another page and kept notes of what it found there. ';

/** One text a size: history of one length shares it. */
const fillers = new Map<number, string>();

/**
 * Adds one message so that the JSON of all is `bytes` long. Made when a run is written, never
 * stored: fifty thousand runs with long messages would not fit into memory.
 */
export function padded(messages: JsonObject[], bytes: number): JsonObject[] {
	if (bytes === 0) return messages;
	const empty = [...messages, { role: 'tool', content: '' }];
	const missing = bytes - Buffer.byteLength(JSON.stringify(empty));
	if (missing <= 0) return messages;
	return [...messages, { role: 'tool', content: filler(missing) }];
}

function filler(length: number): string {
	const known = fillers.get(length);
	if (known !== undefined) return known;
	const text = FILLER.repeat(Math.ceil(length / FILLER.length)).slice(0, length);
	// Runs in progress have messages of many lengths: do not keep a text for each of them.
	if (fillers.size >= 100) fillers.clear();
	fillers.set(length, text);
	return text;
}
