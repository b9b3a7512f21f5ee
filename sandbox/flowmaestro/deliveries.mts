// Events on their way to webhooks (contract, section 5). The backend never starts one (finding 2):
// here a control route does, or the setting `deliverEvents`.
import { randomUUID } from 'node:crypto';
import { isObject } from './input.mts';
import type { Delivery, Execution, JsonObject, Webhook, Workflow } from './records.mts';
import { sign } from './signature.mts';
import { timestamp } from './store.mts';
import type { Store } from './store.mts';

export const EVENT_TYPES = [
	'execution.started',
	'execution.completed',
	'execution.failed',
	'execution.cancelled',
	'thread.message.created',
	'thread.message.completed',
	'thread.message.failed',
	'agent.execution.started',
	'agent.execution.completed',
	'agent.execution.failed',
];

export const TIMEOUT_MS = 10_000;

const RETRIED = [408, 425, 429, 500, 502, 503, 504];
/** Waits before the second to the fifth attempt. */
const RETRY_WAITS_MS = [120_000, 240_000, 480_000, 960_000];

/** What a forger does: signs with another secret, changes the body after signing, or does not sign. */
export const FORGERIES = ['wrong-secret', 'changed-body', 'no-signature'] as const;

export interface Dispatch {
	event: string;
	data: JsonObject;
	forge?: (typeof FORGERIES)[number];
	/** How often the same delivery arrives again after the first time. */
	repeat?: number;
}

interface Payload {
	id: string;
	event: string;
	created_at: string;
	data: JsonObject;
}

/** Sends an event to the active webhooks of a user that ask for it; answers their deliveries. */
export function dispatch(store: Store, userId: string, order: Dispatch): Delivery[] {
	return [...store.webhooks.values()]
		.filter((webhook) => webhook.userId === userId)
		.filter((webhook) => webhook.is_active && webhook.events.includes(order.event))
		.map((webhook) => deliver(store, webhook, order));
}

/** Tells of an execution's new status, as the documentation says the platform does. */
export function announceExecution(store: Store, execution: Execution, workflow: Workflow): void {
	if (!store.settings.deliverEvents) return;
	const what = execution.status === 'running' ? 'started' : execution.status;
	const data = executionData(execution, workflow);
	dispatch(store, workflow.userId, { event: `execution.${what}`, data });
}

export function executionData(execution: Execution, workflow: Workflow): JsonObject {
	return {
		execution_id: execution.id,
		workflow_id: workflow.id,
		workflow_name: workflow.name,
		status: execution.status,
		started_at: execution.started_at,
		completed_at: execution.completed_at ?? undefined,
		outputs: execution.outputs ?? undefined,
		error: execution.error ?? undefined,
	};
}

function deliver(store: Store, webhook: Webhook, order: Dispatch): Delivery {
	const created = timestamp();
	const delivery: Delivery = {
		id: String(store.deliveries.size + 1),
		webhookId: webhook.id,
		event_type: order.event,
		status: 'pending',
		attempts: 0,
		response_status: null,
		error_message: null,
		created_at: created,
		last_attempt_at: null,
	};
	store.deliveries.set(delivery.id, delivery);
	const payload = { id: randomUUID(), event: order.event, created_at: created, data: order.data };

	store.background.start(`delivery ${delivery.id}`, async (pause, signal) => {
		await attempt(webhook, delivery, order, payload, signal);
		for (const wait of RETRY_WAITS_MS) {
			if (delivery.status !== 'retrying') break;
			await pause(wait * store.settings.retryScale);
			await attempt(webhook, delivery, order, asStored(payload), signal);
		}
		if (delivery.status === 'retrying') delivery.status = 'failed';
		for (let again = 0; again < (order.repeat ?? 0); again += 1) {
			await attempt(webhook, delivery, order, asStored(payload), signal);
		}
	});
	return delivery;
}

async function attempt(
	webhook: Webhook,
	delivery: Delivery,
	{ forge }: Dispatch,
	payload: Payload,
	stopped: AbortSignal,
): Promise<void> {
	const signed = JSON.stringify(payload);
	const body = forge === 'changed-body' ? JSON.stringify({ ...payload, id: randomUUID() }) : signed;
	const secret = forge === 'wrong-secret' ? 'whsec_of_somebody_else' : webhook.secret;
	delivery.attempts += 1;
	delivery.last_attempt_at = timestamp();
	try {
		const response = await fetch(webhook.url, {
			method: 'POST',
			body,
			signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stopped]),
			headers: {
				'Content-Type': 'application/json',
				...(forge !== 'no-signature' && { 'X-FlowMaestro-Signature': sign(secret, signed) }),
				'X-FlowMaestro-Delivery-ID': delivery.id,
				'X-FlowMaestro-Event': delivery.event_type,
				'User-Agent': 'FlowMaestro-Webhook/1.0',
				...(isObject(webhook.headers) ? webhook.headers : {}),
			},
		});
		delivery.response_status = response.status;
		delivery.error_message = response.ok ? null : `HTTP ${response.status}`;
		if (response.ok) delivery.status = 'success';
		else delivery.status = RETRIED.includes(response.status) ? 'retrying' : 'failed';
		await response.body?.cancel();
	} catch (error) {
		if (stopped.aborted) throw error;
		delivery.response_status = null;
		delivery.error_message = error instanceof Error ? error.message : String(error);
		delivery.status = 'retrying';
	}
}

/** A payload as it comes back from a jsonb column: keys by length, then by their bytes. */
function asStored(payload: Payload): Payload {
	return JSON.parse(JSON.stringify(payload), (_key, value) => sorted(value));
}

function sorted(value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	const entries = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
	return Object.fromEntries(entries);
}
