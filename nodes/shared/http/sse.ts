/** One server-sent event; `event` is "message" where the server names none. */
export interface ServerSentEvent {
	id?: string;
	event: string;
	data: string;
}

/**
 * Parses a body of server-sent events as the WHATWG standard says: any line ending, cut anywhere,
 * comments skipped, data lines joined. What is not ended by an empty line is dropped.
 */
export async function* parseEvents(
	chunks: AsyncIterable<Buffer | string>,
): AsyncGenerator<ServerSentEvent> {
	let id: string | undefined;
	let event = '';
	let data: string[] = [];
	for await (const line of lines(chunks)) {
		if (line === '') {
			if (data.length > 0) yield { id, event: event || 'message', data: data.join('\n') };
			event = '';
			data = [];
			continue;
		}
		const colon = line.indexOf(':');
		const name = colon < 0 ? line : line.slice(0, colon);
		const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
		if (name === 'event') event = value;
		else if (name === 'data') data.push(value);
		else if (name === 'id' && !value.includes('\0')) id = value;
	}
}

async function* lines(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
	const decoder = new TextDecoder('utf-8');
	let rest = '';
	// A CR at the end of a chunk ends its line; an LF at the start of the next one belongs to it.
	let afterReturn = false;
	for await (const chunk of chunks) {
		const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
		if (text === '') continue;
		rest += afterReturn && text.startsWith('\n') ? text.slice(1) : text;
		afterReturn = rest.endsWith('\r');
		const parts = rest.split(/\r\n|\r|\n/);
		rest = parts.pop() ?? '';
		yield* parts;
	}
}
