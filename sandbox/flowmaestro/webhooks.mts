import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { keyOf, needs } from './auth.mts';
import { EVENT_TYPES, TIMEOUT_MS } from './deliveries.mts';
import { paged, readPage, single } from './envelope.mts';
import type { PageQuery } from './envelope.mts';
import { DatabaseError, invalid, orFail } from './errors.mts';
import { fieldsOf, filled, find, isObject } from './input.mts';
import type { ApiKey, JsonObject, Webhook } from './records.mts';
import { sign } from './signature.mts';
import { newestFirst, timestamp } from './store.mts';
import type { Store } from './store.mts';

type WithId = { Params: { id: string } };

/** Contract, section 3.6. */
export function webhookRoutes(api: FastifyInstance, store: Store): void {
	api.get<{ Querystring: PageQuery }>('/', needs('webhooks:read'), async (request) => {
		const { workspaceId } = keyOf(request);
		const webhooks = newestFirst(store.webhooks.values()).filter(
			(webhook) => webhook.workspaceId === workspaceId,
		);
		return paged(store.settings, readPage(request.query), webhooks, (webhook) => {
			const { headers: _headers, ...fields } = wire(webhook);
			return fields;
		});
	});

	api.get<WithId>('/:id', needs('webhooks:read'), async (request) =>
		single(wire(findWebhook(store, keyOf(request), request.params.id))),
	);

	api.post('/', needs('webhooks:write'), async (request, reply) => {
		const webhook = await orFail('internal_error', () => {
			const { userId, workspaceId } = keyOf(request);
			const now = timestamp();
			return {
				id: randomUUID(),
				...newFields(fieldsOf(request.body)),
				secret: `whsec_${randomBytes(32).toString('hex')}`,
				is_active: true,
				created_at: now,
				updated_at: now,
				userId,
				workspaceId,
			};
		});
		store.webhooks.set(webhook.id, webhook);
		const { id, name, url, secret, events, headers, is_active, created_at } = webhook;
		return await reply
			.code(201)
			.send(single({ id, name, url, secret, events, headers, is_active, created_at }));
	});

	api.patch<WithId>('/:id', needs('webhooks:write'), async (request) => {
		const webhook = findWebhook(store, keyOf(request), request.params.id);
		const change = await orFail('internal_error', () => changedFields(fieldsOf(request.body)));
		if (Object.keys(change).length > 0) {
			Object.assign(webhook, change, { updated_at: timestamp() });
		}
		const { created_at: _created, ...fields } = wire(webhook);
		return single(fields);
	});

	api.delete<WithId>('/:id', needs('webhooks:write'), async (request) => {
		const { id } = findWebhook(store, keyOf(request), request.params.id);
		store.webhooks.delete(id);
		return single({ id, deleted: true });
	});

	api.post<WithId>('/:id/test', needs('webhooks:write'), async (request) =>
		single(await sendTest(findWebhook(store, keyOf(request), request.params.id))),
	);

	api.get<WithId & { Querystring: PageQuery }>(
		'/:id/deliveries',
		needs('webhooks:read'),
		async (request) => {
			const { id } = findWebhook(store, keyOf(request), request.params.id);
			const deliveries = newestFirst(store.deliveries.values()).filter(
				({ webhookId }) => webhookId === id,
			);
			return paged(
				store.settings,
				readPage(request.query),
				deliveries,
				({ webhookId: _webhookId, ...fields }) => fields,
			);
		},
	);
}

type Fields = Pick<Webhook, 'name' | 'url' | 'events' | 'headers'>;

/** The fields of a new webhook, checked in the backend's order. */
function newFields(body: JsonObject): Fields {
	const name = filled(body.name);
	if (name === undefined) throw invalid('Name is required');
	const url = filled(body.url);
	if (url === undefined) throw invalid('URL is required');
	checkUrl(url);
	if (!Array.isArray(body.events) || body.events.length === 0) {
		throw invalid('At least one event type is required');
	}
	const unknown = unknownEvents(body.events);
	if (unknown) throw invalid(`${unknown}. Valid types: ${EVENT_TYPES.join(', ')}`);
	checkLengths(name, url);
	return { name, url, events: body.events, headers: headersOf(body.headers) };
}

/** The given fields of a change; an empty list of events is fine here. */
function changedFields(body: JsonObject): Partial<Webhook> {
	const change: Partial<Webhook> = {};
	if (typeof body.name === 'string') change.name = body.name;
	if (typeof body.url === 'string') {
		checkUrl(body.url);
		change.url = body.url;
	}
	if (Array.isArray(body.events)) {
		const unknown = unknownEvents(body.events);
		if (unknown) throw invalid(unknown);
		change.events = body.events;
	}
	if (body.headers !== undefined) change.headers = headersOf(body.headers);
	if (typeof body.is_active === 'boolean') change.is_active = body.is_active;
	checkLengths(change.name ?? '', change.url ?? '');
	return change;
}

function checkUrl(url: string): void {
	if (!URL.canParse(url)) throw invalid('Invalid URL format');
}

function unknownEvents(events: unknown[]): string | undefined {
	const unknown = events.map(String).filter((event) => !EVENT_TYPES.includes(event));
	return unknown.length > 0 ? `Invalid event types: ${unknown.join(', ')}` : undefined;
}

/** The database's limits; the backend has none of its own. */
function checkLengths(name: string, url: string): void {
	if (name.length > 255) throw tooLong(255);
	if (url.length > 2048) throw tooLong(2048);
}

function tooLong(limit: number): DatabaseError {
	return new DatabaseError('22001', `value too long for type character varying(${limit})`);
}

/** A text is stored as it is, and no header comes of it. */
function headersOf(value: unknown): Webhook['headers'] {
	if (typeof value === 'string') return value;
	if (!isObject(value)) return null;
	return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}

/** Sends the test event, to an inactive webhook too, and records no delivery (section 5). */
async function sendTest(webhook: Webhook) {
	const id = `test_${Date.now()}`;
	const body = JSON.stringify({
		id,
		event: 'test',
		created_at: timestamp(),
		data: { message: 'This is a test webhook from FlowMaestro', webhook_id: webhook.id },
	});
	try {
		const response = await fetch(webhook.url, {
			method: 'POST',
			body,
			signal: AbortSignal.timeout(TIMEOUT_MS),
			headers: {
				'Content-Type': 'application/json',
				'X-FlowMaestro-Signature': sign(webhook.secret, body),
				'X-FlowMaestro-Delivery-ID': id,
				...(isObject(webhook.headers) ? webhook.headers : {}),
			},
		});
		await response.body?.cancel();
		return {
			success: response.ok,
			status_code: response.status,
			message: response.ok
				? 'Test webhook delivered successfully'
				: `Test webhook failed with status ${response.status}`,
		};
	} catch (error) {
		return {
			success: false,
			error: error instanceof Error ? error.message : String(error),
			message: 'Failed to deliver test webhook',
		};
	}
}

function findWebhook(store: Store, { workspaceId }: ApiKey, id: string): Webhook {
	return find('Webhook', store.webhooks, id, (webhook) => webhook.workspaceId === workspaceId);
}

function wire({ id, name, url, events, headers, is_active, created_at, updated_at }: Webhook) {
	return { id, name, url, events, headers, is_active, created_at, updated_at };
}
