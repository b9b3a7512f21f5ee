import type { IDataObject } from 'n8n-workflow';
import { PlatformError } from '../shared/errors';
import { defined, isObject } from '../shared/json';
import { settle } from '../shared/settle';
import { noteOn, parseAnswer } from '../shared/http/notNumbers';
import { parseEvents, type ServerSentEvent } from '../shared/http/sse';
import type { FlowMaestroApi } from './api';
import { nameOf } from './lifecycle';
import { sleep } from '../shared/timer';

/** An event as an item: its name, and what its data tells. */
function toItem(event: ServerSentEvent): IDataObject {
	const parsed = parseAnswer(event.data);
	const told = parsed.ok && isObject(parsed.value) ? parsed.value : { data: event.data };
	const note = parsed.ok ? noteOn(parsed.nulled) : undefined;
	return { ...(told as IDataObject), ...defined({ note }), event: nameOf(event) };
}

const brokenOff = (id: string, events: number): PlatformError =>
	new PlatformError(
		`FlowMaestro broke off the event stream of execution ${id} after ${events} events`,
		{
			unanswered: 'may have arrived',
			fix: 'Listening changes nothing: run the node again, or look at the execution with Execution: Get.',
		},
	);

/**
 * What the event stream of an execution tells until the server ends it, or for so long.
 *
 * @param limitMs how long to listen, in milliseconds
 * @throws PlatformError when the connection is lost meanwhile
 */
export async function eventsWithin(
	api: FlowMaestroApi,
	id: string,
	limitMs: number,
): Promise<IDataObject[]> {
	const over = new AbortController();
	const { body } = await api.executions.events(id, over.signal, limitMs + 1000);
	const clock = new AbortController();
	const limit = sleep(limitMs, clock.signal).then(
		() => over.abort(),
		() => undefined,
	);
	const events = parseEvents(body);
	const items: IDataObject[] = [];
	for (;;) {
		const step = await settle(async () => await events.next());
		if ('error' in step && !over.signal.aborted) throw brokenOff(id, items.length);
		if ('error' in step || step.value.done) break;
		items.push(toItem(step.value.value));
	}
	clock.abort();
	await limit;
	return items;
}
