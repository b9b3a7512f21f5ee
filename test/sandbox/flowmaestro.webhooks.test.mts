// Deliveries of the FlowMaestro stand-in against docs/contracts/flowmaestro.md, sections 3.6 and 5.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { flowmaestro } from '../../sandbox/flowmaestro/index.mts';
import { KEYS } from '../../sandbox/flowmaestro/seed/accounts.mts';
import { WORKFLOWS } from '../../sandbox/flowmaestro/seed/workflows.mts';
import type { RunningPlatform } from '../../sandbox/platform.mts';
import { SandboxControl } from '../support/sandbox.mts';

type Json = Record<string, unknown>;

interface Received {
	headers: IncomingHttpHeaders;
	body: string;
	at: number;
}

let running: RunningPlatform;
let http: AxiosInstance;
let control: SandboxControl;
let receiver: Server;
let receiverUrl: string;
/** What arrived, and the statuses it is answered with, one after the other; then 200. */
let received: Received[];
let statuses: number[];

beforeAll(async () => {
	running = await flowmaestro.start('127.0.0.1', 0);
	const baseUrl = String(running.announce.baseUrl);
	http = axios.create({
		baseURL: `${baseUrl}/api/v1`,
		headers: { 'X-API-Key': KEYS.full.key },
		validateStatus: () => true,
	});
	control = new SandboxControl(baseUrl);
	receiver = createServer((request, response) => {
		void text(request).then((body) => {
			received.push({ headers: request.headers, body, at: Date.now() });
			response.writeHead(statuses.shift() ?? 200).end();
		});
	});
	await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
	receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
beforeEach(async () => {
	received = [];
	statuses = [];
	await control.reset();
});
afterAll(async () => {
	await running.close();
	receiver.closeAllConnections();
	receiver.close();
});

const dispatch = async (order: Json) => await control.post('flowmaestro/events', order);

async function subscribe(fields: Json = {}): Promise<{ id: string; secret: string }> {
	const webhook = { name: 'n8n', url: receiverUrl, events: ['execution.completed'], ...fields };
	return (await http.post('/webhooks', webhook)).data.data;
}

async function deliveriesOf(id: string): Promise<Json[]> {
	return (await http.get(`/webhooks/${id}/deliveries`)).data.data;
}

/** Waits for this many requests, and a while for one too many. */
async function arrived(count: number): Promise<Received[]> {
	while (received.length < count) await sleep(10);
	await sleep(100);
	expect(received).toHaveLength(count);
	return received;
}

function isSigned({ headers, body }: Received, secret: string): boolean {
	const hex = createHmac('sha256', secret).update(Buffer.from(body)).digest('hex');
	return headers['x-flowmaestro-signature'] === `v1=${hex}`;
}

test('the test event is signed, has an id of its own and no event header', async () => {
	const { id, secret } = await subscribe({ headers: { 'X-My': '1' } });
	const { data } = await http.post(`/webhooks/${id}/test`);
	expect(data.data).toEqual({
		success: true,
		status_code: 200,
		message: 'Test webhook delivered successfully',
	});
	const [request] = await arrived(1);
	if (!request) throw new Error('Nothing arrived');
	const body = JSON.parse(request.body);
	expect(body).toEqual({
		id: expect.stringMatching(/^test_\d+$/),
		event: 'test',
		created_at: expect.any(String),
		data: { message: 'This is a test webhook from FlowMaestro', webhook_id: id },
	});
	expect(request.headers).toMatchObject({
		'content-type': 'application/json',
		'x-flowmaestro-delivery-id': body.id,
		'x-my': '1',
	});
	expect(request.headers).not.toHaveProperty('x-flowmaestro-event');
	expect(isSigned(request, secret)).toBe(true);
	expect(isSigned(request, secret.replace('whsec_', ''))).toBe(false);
	expect(await deliveriesOf(id)).toEqual([]);
});

test('the backend itself sends nothing when executions end (finding 2)', async () => {
	await control.post(`flowmaestro/workflows/${WORKFLOWS.leadScoring}/behaviour`, {
		pendingMs: 0,
		durationMs: 0,
	});
	await subscribe();
	await http.post(`/workflows/${WORKFLOWS.leadScoring}/execute`, {});
	await arrived(0);
});

test('a dispatched event goes to every active webhook that asks for it', async () => {
	const { id, secret } = await subscribe();
	await subscribe({ events: ['execution.failed'] });
	const { id: inactive } = await subscribe();
	await http.patch(`/webhooks/${inactive}`, { is_active: false });
	const { id: deleted } = await subscribe();
	await http.delete(`/webhooks/${deleted}`);

	await dispatch({ event: 'execution.completed', data: { execution_id: 'e' } });
	const [request] = await arrived(1);
	if (!request) throw new Error('Nothing arrived');
	expect(JSON.parse(request.body)).toEqual({
		id: expect.stringMatching(/^[0-9a-f-]{36}$/),
		event: 'execution.completed',
		created_at: expect.any(String),
		data: { execution_id: 'e' },
	});
	expect(request.headers).toMatchObject({
		'x-flowmaestro-delivery-id': '1',
		'x-flowmaestro-event': 'execution.completed',
		'user-agent': 'FlowMaestro-Webhook/1.0',
	});
	expect(isSigned(request, secret)).toBe(true);
	expect(await deliveriesOf(id)).toEqual([
		{
			id: '1',
			event_type: 'execution.completed',
			status: 'success',
			attempts: 1,
			response_status: 200,
			error_message: null,
			created_at: expect.any(String),
			last_attempt_at: expect.any(String),
		},
	]);
});

test('custom headers override', async () => {
	await subscribe({ headers: { 'X-FlowMaestro-Event': 'mine', 'User-Agent': 'me' } });
	await dispatch({ event: 'execution.completed' });
	const [request] = await arrived(1);
	expect(request?.headers).toMatchObject({ 'x-flowmaestro-event': 'mine', 'user-agent': 'me' });
});

test('an event can tell of an execution', async () => {
	const { ids } = await control.post<{ ids: string[] }>('flowmaestro/executions', {
		count: 1,
		workflow_id: WORKFLOWS.meetingNotes,
		outputs: { a: 1 },
	});
	await subscribe();
	await dispatch({ event: 'execution.completed', execution_id: ids[0] });
	const [request] = await arrived(1);
	expect(JSON.parse(request?.body ?? '').data).toEqual({
		execution_id: ids[0],
		workflow_id: WORKFLOWS.meetingNotes,
		workflow_name: 'Meeting Notes',
		status: 'completed',
		started_at: expect.any(String),
		completed_at: expect.any(String),
		outputs: { a: 1 },
	});
});

test.each([408, 425, 429, 500, 502, 503, 504])('status %i is tried again', async (status) => {
	const { id, secret } = await subscribe();
	await control.post('flowmaestro/settings', { retryScale: 0.000_1 });
	statuses = [status];
	await dispatch({ event: 'execution.completed', data: { long_name: 1, b: 2 } });
	const [first, second] = await arrived(2);
	if (!first || !second) throw new Error('Too little arrived');
	// The same event under the same ids, its keys in the database's order, signed anew.
	expect(JSON.parse(second.body)).toEqual(JSON.parse(first.body));
	expect(Object.keys(JSON.parse(second.body))).toEqual(['id', 'data', 'event', 'created_at']);
	expect(Object.keys(JSON.parse(second.body).data)).toEqual(['b', 'long_name']);
	expect(second.body).not.toBe(first.body);
	expect(second.headers['x-flowmaestro-delivery-id']).toBe(
		first.headers['x-flowmaestro-delivery-id'],
	);
	expect(isSigned(second, secret)).toBe(true);
	expect(await deliveriesOf(id)).toMatchObject([{ status: 'success', attempts: 2 }]);
});

test('five attempts, each wait twice the one before', async () => {
	const { id } = await subscribe();
	statuses = [500, 500, 500, 500, 500];
	await dispatch({ event: 'execution.completed' });
	const requests = await arrived(5);
	const waits = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
	for (const [index, wait] of waits.entries()) {
		expect(wait).toBeGreaterThanOrEqual(120 * 2 ** index - 5);
	}
	expect(await deliveriesOf(id)).toMatchObject([
		{ status: 'failed', attempts: 5, response_status: 500, error_message: 'HTTP 500' },
	]);
});

test('another status fails at once; nobody there is tried again', async () => {
	const { id } = await subscribe();
	statuses = [404];
	await dispatch({ event: 'execution.completed' });
	await arrived(1);
	expect(await deliveriesOf(id)).toMatchObject([{ status: 'failed', attempts: 1 }]);

	const { id: deaf } = await subscribe({ url: 'http://127.0.0.1:1/' });
	await dispatch({ event: 'execution.completed' });
	await arrived(2);
	expect(await deliveriesOf(deaf)).toMatchObject([
		{ status: 'retrying', response_status: null, error_message: 'fetch failed' },
	]);
});

test.each(['wrong-secret', 'changed-body', 'no-signature'])('a forgery: %s', async (forge) => {
	const { secret } = await subscribe();
	await dispatch({ event: 'execution.completed', data: {}, forge });
	const [request] = await arrived(1);
	if (!request) throw new Error('Nothing arrived');
	expect(isSigned(request, secret)).toBe(false);
	expect('x-flowmaestro-signature' in request.headers).toBe(forge !== 'no-signature');
	expect(JSON.parse(request.body).event).toBe('execution.completed');
});

test('a delivery can come more than once', async () => {
	const { secret } = await subscribe();
	await dispatch({ event: 'execution.completed', data: {}, repeat: 2 });
	const requests = await arrived(3);
	expect(new Set(requests.map(({ body }) => JSON.parse(body).id)).size).toBe(1);
	expect(requests.every((request) => isSigned(request, secret))).toBe(true);
});

test('executions can send the events the documentation promises', async () => {
	await control.post('flowmaestro/settings', { deliverEvents: true });
	const behaviour = `flowmaestro/workflows/${WORKFLOWS.leadScoring}/behaviour`;
	await control.post(behaviour, { pendingMs: 0, durationMs: 50 });
	const types = ['started', 'completed', 'failed', 'cancelled'].map((one) => `execution.${one}`);
	await subscribe({ events: types });
	const url = `/workflows/${WORKFLOWS.leadScoring}/execute`;
	const { data } = await http.post(url, { inputs: { company: 'Acme' } });
	const events = (await arrived(2)).map(({ body }) => JSON.parse(body));
	expect(events).toMatchObject([
		{ event: 'execution.started', data: { status: 'running' } },
		{
			event: 'execution.completed',
			data: { execution_id: data.data.execution_id, outputs: { company: 'Acme' } },
		},
	]);
	await control.post(behaviour, { outcome: 'never' });
	const { data: endless } = await http.post(url, {});
	await arrived(3);
	await http.post(`/executions/${endless.data.execution_id}/cancel`);
	expect(JSON.parse((await arrived(4))[3]?.body ?? '').event).toBe('execution.cancelled');
});

test('names and URLs longer than the database takes are a 500', async () => {
	const webhook = { name: 'n'.repeat(256), url: receiverUrl, events: ['execution.failed'] };
	const { status, data } = await http.post('/webhooks', webhook);
	expect([status, data.error]).toEqual([
		500,
		{ code: 'internal_error', message: 'value too long for type character varying(255)' },
	]);
});

test('a webhook can be changed; null clears its headers', async () => {
	const { id } = await subscribe({ headers: { a: 'b' } });
	const { data } = await http.patch(`/webhooks/${id}`, { headers: null, name: 'm' });
	expect(data.data).toMatchObject({ name: 'm', headers: null, url: receiverUrl });
	expect((await http.get(`/webhooks/${id}`)).data.data).not.toHaveProperty('secret');
	expect((await http.patch(`/webhooks/${id}`, { url: 'nope' })).data.error.message).toBe(
		'Invalid URL format',
	);
});
