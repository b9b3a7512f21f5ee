// A client of the PyFlue stand-in, and its control routes.
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { createParser } from 'eventsource-parser';
import type { EventSourceMessage } from 'eventsource-parser';
import { pyflue } from '../../sandbox/pyflue/index.mts';
import type { RunningPlatform } from '../../sandbox/platform.mts';

export let server: RunningPlatform;
export let baseUrl: string;

/** One server for the tests of a file; each begins with the state right after its start. */
export function serveEachTest(): void {
	beforeAll(async () => {
		server = await pyflue.start('127.0.0.1', 0);
		baseUrl = String(server.announce.baseUrl);
	});
	beforeEach(async () => {
		await fetch(`${baseUrl}/__sandbox/reset`, { method: 'POST' });
	});
	afterAll(async () => await server.close());
}

export async function get(
	path: string,
	headers: Record<string, string> = {},
	leaveAfterMs = 10_000,
): Promise<Response> {
	return await fetch(baseUrl + path, { headers, signal: AbortSignal.timeout(leaveAfterMs) });
}

export async function post(
	path: string,
	body: unknown,
	headers: Record<string, string> = {},
	leaveAfterMs = 10_000,
): Promise<Response> {
	return await fetch(baseUrl + path, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify(body),
		signal: AbortSignal.timeout(leaveAfterMs),
	});
}

export async function json(answer: Response) {
	return JSON.parse(await answer.text());
}

export async function start(workflow: string, payload: unknown): Promise<string> {
	const answer = await post(`/workflows/${workflow}`, { payload });
	expect(answer.status).toBe(202);
	return (await json(answer)).runId;
}

export async function record(runId: string) {
	return await json(await get(`/runs/${runId}`));
}

export async function ask(instance: string, message: string, session?: string) {
	const answer = await post(`/agents/assistant/${instance}`, { message, session });
	return (await json(answer)).result;
}

/** All events of a stream that ends; with a body it is a POST. */
export async function stream(
	path: string,
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<EventSourceMessage[]> {
	const accept = { ...headers, accept: 'text/event-stream' };
	const answer = await (body === undefined ? get(path, accept) : post(path, body, accept));
	expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
	return events(await answer.text());
}

export function events(text: string): EventSourceMessage[] {
	const found: EventSourceMessage[] = [];
	const parser = createParser({ onEvent: (event) => found.push(event) });
	parser.feed(text);
	// After a last CR the parser waits whether a LF belongs to it.
	if (text.endsWith('\r')) parser.feed('\n');
	return found;
}

/** What arrived until the stream ended, or the connection was lost or left. */
export async function partial(answer: Response): Promise<{ text: string; lost: boolean }> {
	let text = '';
	try {
		for await (const piece of answer.body ?? []) text += Buffer.from(piece).toString('latin1');
		return { text, lost: false };
	} catch {
		return { text, lost: true };
	}
}

export async function control(path: string, body: unknown) {
	const answer = await post(`/__sandbox/pyflue/${path}`, body);
	const text = await answer.text();
	if (!answer.ok) throw new Error(`${answer.status} ${text}`);
	return JSON.parse(text);
}
