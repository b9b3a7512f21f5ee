// A run's events over connections that break off (docs/contracts/pyflue.md, GET /runs/{run_id}/stream).
import { beforeEach, expect, test } from '@jest/globals';
import { followEvents } from '../../../nodes/PyFlue/eventStream.ts';
import { parseEvents } from '../../../nodes/shared/http/sse.ts';
import {
	api,
	baseUrl,
	control,
	newRuns,
	settings,
	started,
	useSandbox,
	workflow,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const never = new AbortController().signal;

/** The events that come of a run, as `<index> <type>`, and the event each connection began behind. */
async function followed(runId: string, signal = never) {
	const begun: Array<string | undefined> = [];
	const open = async (lastId: string | undefined) => {
		begun.push(lastId);
		const { body } = await fetch(`${baseUrl()}/runs/${runId}/stream`, {
			headers: lastId === undefined ? {} : { 'last-event-id': lastId },
		});
		return parseEvents(bytesOf(body));
	};
	const events: string[] = [];
	for await (const { event, data } of followEvents(open, signal)) {
		events.push(`${JSON.parse(data).eventIndex} ${event}`);
	}
	return { events, begun };
}

async function* bytesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Buffer> {
	for await (const chunk of body ?? []) yield Buffer.from(chunk);
}

const FOUR_LOGS = ['1 run_start', '2 log', '3 log', '4 log', '5 log', '6 run_end'];

test('come in one connection where nothing breaks', async () => {
	const [id] = await newRuns({ logs: 4 });

	expect(await followed(id)).toEqual({ events: FOUR_LOGS, begun: [undefined] });
});

test('come once each, however often the connection breaks', async () => {
	await settings({ stream: { cutAfterEvents: 2, chunkBytes: 7, comments: true } });
	const [id] = await newRuns({ logs: 4 });

	expect(await followed(id)).toEqual({ events: FOUR_LOGS, begun: [undefined, '2', '4'] });
});

test('come once each from a server that begins anew with each connection', async () => {
	await workflow('logs', { ms: 200, logs: 4 });
	const id = await started('logs');
	await settings({ stream: { cutAfterEvents: 4 } });
	// The second connection is whole, and does not heed Last-Event-ID.
	const events: string[] = [];
	const open = async () => {
		const { body } = await fetch(`${baseUrl()}/runs/${id}/stream`);
		await settings({ stream: { cutAfterEvents: null } });
		return parseEvents(bytesOf(body));
	};
	for await (const { event, id: index } of followEvents(open, never))
		events.push(`${index} ${event}`);

	expect(events).toEqual(FOUR_LOGS);
});

test('end without run_end when nothing more can be had', async () => {
	const [id] = await newRuns({ status: 'running', logs: 1 });
	const opened: number[] = [];
	const open = async () => {
		opened.push(opened.length);
		throw await api.get(`/runs/${id}/nothing`).catch((error: Error) => error);
	};
	const all = async () => {
		for await (const event of followEvents(open, never)) throw new Error(`There is ${event.event}`);
	};

	await expect(all()).rejects.toThrow(/404/);
	expect(opened).toHaveLength(1);
});

test('stop when they are not wanted any more', async () => {
	await settings({ heartbeatMs: 20, stream: { cutAfterEvents: 2 } });
	const [id] = await newRuns({ status: 'running', logs: 1 });
	const stop = new AbortController();
	const following = followed(id, stop.signal);
	setTimeout(() => stop.abort(), 100);

	await expect(following).rejects.toThrow(/abort/i);
});
