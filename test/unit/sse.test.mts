// The parser of server-sent events against a well-kept one, for every way a body can be written and
// cut.
import { describe, expect, test } from '@jest/globals';
import { createParser } from 'eventsource-parser';
import * as fc from 'fast-check';
import { parseEvents } from '../../nodes/shared/http/sse.ts';
import type { ServerSentEvent } from '../../nodes/shared/http/sse.ts';

async function* pieces(body: Buffer, sizes: number[]): AsyncGenerator<Buffer> {
	for (let at = 0, turn = 0; at < body.length; turn++) {
		const size = sizes[turn % sizes.length];
		yield body.subarray(at, at + size);
		at += size;
	}
}

async function parsed(body: string, sizes: number[]): Promise<ServerSentEvent[]> {
	const events: ServerSentEvent[] = [];
	for await (const event of parseEvents(pieces(Buffer.from(body), sizes))) events.push(event);
	return events;
}

/** What the other parser makes of it; it tells an id only for the event that brings it. */
function expected(body: string): ServerSentEvent[] {
	const events: ServerSentEvent[] = [];
	let last: string | undefined;
	const parser = createParser({
		onEvent: ({ id, event, data }) => {
			last = id ?? last;
			events.push({ id: last, event: event ?? 'message', data });
		},
	});
	parser.feed(body);
	// It holds back a line that ends in CR until it sees what comes behind.
	parser.feed(':\n');
	return events;
}

const text = fc.string({
	unit: fc.constantFrom('a', ' ', ':', 'é', '€', '🐳', '{', '"', '\t', '\u2028'),
	maxLength: 12,
});
/** An event with all the ways to write its lines. */
const event = fc
	.record({
		id: fc.option(fc.string({ unit: fc.constantFrom('1', 'x', 'ü', ' '), minLength: 1 })),
		event: fc.option(fc.constantFrom('log', 'run_end', 'delta')),
		data: fc.array(text, { minLength: 1, maxLength: 3 }),
		comments: fc.array(text, { maxLength: 2 }),
		blank: fc.constantFrom('', ' '),
		unknown: fc.boolean(),
	})
	.map(({ id, event: name, data, comments, blank, unknown }) => [
		...comments.map((comment) => `:${comment}`),
		...(id === null ? [] : [`id:${blank}${id}`]),
		...(unknown ? ['retry: 10', 'whatever', 'more: of it'] : []),
		...(name === null ? [] : [`event:${blank}${name}`]),
		...data.map((line) => `data:${blank}${line}`),
	]);
/** Lines of any kind, an event or not. */
const noise = fc.array(
	fc.oneof(text, fc.constantFrom('', 'data', 'data:', 'event: x', ':', ': heartbeat')),
	{ maxLength: 4 },
);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

test.each(['\n', '\r\n', '\r'])(
	'reads any events with %j as any other parser does',
	async (end) => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.oneof(event, noise)), sizes, async (blocks, cuts) => {
				const body = blocks.map((lines) => [...lines, '', ''].join(end)).join('');
				expect(await parsed(body, cuts)).toEqual(expected(body));
			}),
			{ numRuns: 300 },
		);
	},
);

test('reads any bytes the same however they are cut', async () => {
	const anything = fc.string({
		unit: fc.constantFrom('\n', '\r', ':', ' ', 'data', 'id', 'event', 'é', '🐳', 'x'),
		maxLength: 60,
	});
	await fc.assert(
		fc.asyncProperty(anything, sizes, async (body, cuts) => {
			expect(await parsed(body, cuts)).toEqual(await parsed(body, [Infinity]));
		}),
		{ numRuns: 1000 },
	);
});

describe('the standard', () => {
	test.each<[string, string, ServerSentEvent[]]>([
		['joins lines of data', 'data: a\ndata: b\n\n', [{ event: 'message', data: 'a\nb' }]],
		['keeps an empty line of data', 'data:\ndata\n\n', [{ event: 'message', data: '\n' }]],
		['skips what has no data', 'event: x\nid: 3\n\n', []],
		['skips heartbeats', ': heartbeat\n\n: heartbeat\n\n', []],
		['drops what is not ended', 'data: a\n\ndata: b\n', [{ event: 'message', data: 'a' }]],
		['takes one blank off a value', 'data:  a \n\n', [{ event: 'message', data: ' a ' }]],
		['skips a byte order mark', '\uFEFFdata: a\n\n', [{ event: 'message', data: 'a' }]],
		['refuses an id with a NUL', 'id: a\0b\ndata: x\n\n', [{ event: 'message', data: 'x' }]],
		[
			'keeps the last id, and forgets the last event name',
			'id: 1\nevent: log\ndata: a\n\ndata: b\n\n',
			[
				{ id: '1', event: 'log', data: 'a' },
				{ id: '1', event: 'message', data: 'b' },
			],
		],
	])('%s', async (_, body, events) => {
		expect(await parsed(body, [1])).toEqual(events);
	});
});
