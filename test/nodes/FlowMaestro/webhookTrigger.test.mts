// The webhook trigger (docs/contracts/flowmaestro.md, 3.6 and 5): registered, delivered, forged,
// repeated.
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import type { IDataObject } from 'n8n-workflow';
import type { FORGERIES } from '../../../sandbox/flowmaestro/deliveries.mts';
import { isSigned } from '../../../nodes/FlowMaestro/signature.ts';
import { ActiveTrigger } from './hooks.mts';
import {
	KEYS,
	api,
	control,
	credentials,
	failureOf,
	sent,
	sentLines,
	until,
	useSandbox,
} from './support.mts';

useSandbox();

const EVENTS = ['execution.completed', 'thread.message.completed', 'agent.execution.failed'];

let trigger: ActiveTrigger;

beforeEach(async () => {
	trigger = await ActiveTrigger.listen({ events: EVENTS }, credentials());
});
afterEach(() => trigger.close());

const webhooks = async (): Promise<IDataObject[]> => (await api.get('/webhooks')).data.data;
const deliveries = async (): Promise<IDataObject[]> => {
	const { data } = await api.get(`/webhooks/${String(trigger.kept.webhookId)}/deliveries`);
	return data.data;
};

interface Order {
	data?: IDataObject;
	forge?: (typeof FORGERIES)[number];
	repeat?: number;
}

/** Has the platform send an event, and waits until it was received or refused. */
async function send(event: string, order: Order = {}): Promise<void> {
	const attempts = 1 + (order.repeat ?? 0);
	await control.post('flowmaestro/events', { event, data: {}, ...order });
	await until(async () => {
		const [newest] = await deliveries();
		return Number(newest.attempts) === attempts && newest.status !== 'pending';
	});
}

describe('on activation', () => {
	test('the webhook is registered and its secret kept in static data', async () => {
		await trigger.activate();

		expect(await webhooks()).toMatchObject([
			{
				id: trigger.kept.webhookId,
				name: 'n8n: Test Workflow (FlowMaestro Webhook Trigger)',
				url: trigger.url,
				events: EVENTS,
				is_active: true,
			},
		]);
		expect(trigger.kept.secret).toMatch(/^whsec_/);
	});

	test('one that is registered stays as it is', async () => {
		await trigger.activate();
		const { webhookId, secret } = trigger.kept;
		await control.clearRequests();
		await trigger.activate();

		expect(trigger.kept).toEqual({ webhookId, secret });
		expect(await sentLines()).toEqual([`GET /api/v1/webhooks/${String(webhookId)}`]);
	});

	test('one that has other events, or was switched off, is put right', async () => {
		await trigger.activate();
		await api.patch(`/webhooks/${String(trigger.kept.webhookId)}`, { is_active: false });
		trigger.change({ events: ['execution.failed'] });
		await trigger.activate();

		expect(await webhooks()).toMatchObject([
			{ id: trigger.kept.webhookId, events: ['execution.failed'], is_active: true },
		]);
	});

	test('one that was deleted is registered anew', async () => {
		await trigger.activate();
		const { webhookId } = trigger.kept;
		await api.delete(`/webhooks/${String(webhookId)}`);
		await trigger.activate();

		expect(await webhooks()).toHaveLength(1);
		expect(trigger.kept.webhookId).not.toBe(webhookId);
	});

	test('what was left at the same address is removed, and nothing else', async () => {
		const left = { name: 'Left', url: trigger.url, events: EVENTS };
		const other = { ...left, url: `${trigger.url}/other` };
		await api.post('/webhooks', left);
		await api.post('/webhooks', other);
		await trigger.activate();

		expect((await webhooks()).map(({ url }) => url).sort()).toEqual([trigger.url, other.url]);
	});

	test('of what was left there none stays, however long the list is', async () => {
		const fields = { name: 'Other', events: EVENTS };
		await api.post('/webhooks', { ...fields, url: trigger.url });
		for (let n = 1; n < 100; n++) {
			await api.post('/webhooks', { ...fields, url: `https://example.com/${n}` });
		}
		await api.post('/webhooks', { ...fields, url: trigger.url });
		await trigger.activate();
		const { data } = await api.get('/webhooks', { params: { page: 1, per_page: 1 } });
		const newest = data.data[0];

		expect(data.pagination.total_count).toBe(100);
		expect(newest.id).toBe(trigger.kept.webhookId);
	});

	test('a key that may not is an error that names the scopes', async () => {
		trigger.close();
		const store = credentials({ apiKey: KEYS.readOnly.key });
		trigger = await ActiveTrigger.listen({ events: EVENTS }, store);
		const failure = await failureOf(trigger.activate());

		expect(failure.description).toContain('webhooks:write');
		expect(trigger.kept.secret).toBeUndefined();
	});
});

describe('on deactivation', () => {
	test('the webhook is removed and its secret forgotten', async () => {
		await trigger.activate();
		await trigger.hook('delete');

		expect(await webhooks()).toEqual([]);
		expect(trigger.kept).toEqual({});
	});

	test('one of an activation of which n8n kept nothing is removed, and no other', async () => {
		const other = `${trigger.url}/other`;
		await api.post('/webhooks', { name: 'Other', url: other, events: EVENTS });
		await trigger.activate();
		delete trigger.kept.webhookId;
		delete trigger.kept.secret;
		await trigger.hook('delete');

		expect(await webhooks()).toMatchObject([{ url: other }]);
	});

	test('one that was never registered is no error, even where FlowMaestro has trouble', async () => {
		await control.fault({ kind: 'status', status: 500, times: null });

		expect(await trigger.hook('delete')).toBe(true);
	});

	test('one that is gone already is as good', async () => {
		await trigger.activate();
		await api.delete(`/webhooks/${String(trigger.kept.webhookId)}`);

		expect(await trigger.hook('delete')).toBe(true);
		expect(trigger.kept).toEqual({});
	});

	test('one that cannot be removed is an error, and not forgotten', async () => {
		await trigger.activate();
		await control.fault({ kind: 'status', status: 500, match: { method: 'DELETE' } });
		await failureOf(trigger.hook('delete'));

		expect(await webhooks()).toMatchObject([{ id: trigger.kept.webhookId }]);
	});
});

describe('a delivery', () => {
	beforeEach(async () => await trigger.activate());

	test.each(EVENTS)('of %s starts the workflow with its body', async (event) => {
		const data = { execution_id: 'x', outputs: { text: 'größer' } };
		await send(event, { data });

		expect(trigger.started).toEqual([
			{ id: expect.any(String), event, created_at: expect.any(String), data },
		]);
		expect(await deliveries()).toMatchObject([{ status: 'success', response_status: 200 }]);
	});

	test('that comes again, with its keys in another order, is received and dropped', async () => {
		await send('execution.completed', { data: { zebra: 1, ant: 2 }, repeat: 2 });

		expect(trigger.started).toHaveLength(1);
		expect(await deliveries()).toMatchObject([{ status: 'success' }]);
	});

	test('that comes again before n8n has stored the first is dropped as well', async () => {
		await trigger.activate();
		trigger.stores = false;
		await send('execution.completed', { repeat: 2 });

		expect(trigger.started).toHaveLength(1);
	});

	test.each(['wrong-secret', 'changed-body', 'no-signature'] as const)(
		'with %s is refused without a word',
		async (forge) => {
			await send('execution.completed', { forge });

			expect(trigger.started).toEqual([]);
			expect(await deliveries()).toMatchObject([{ status: 'failed', response_status: 401 }]);
		},
	);

	test('of the test event starts the workflow unless it is ignored', async () => {
		const testIt = async () =>
			await api.post(`/webhooks/${String(trigger.kept.webhookId)}/test`, {});
		await testIt();
		trigger.change({ options: { ignoreTests: true } });
		const { data } = await testIt();

		expect(trigger.started).toMatchObject([{ event: 'test' }]);
		expect(data.data).toMatchObject({ success: true, status_code: 200 });
	});
});

describe('a request that somebody signed', () => {
	beforeEach(async () => await trigger.activate());

	const post = async (body: string, headers: Record<string, string> = {}) =>
		await axios.post(trigger.url, body, {
			headers: { 'content-type': 'application/json', ...headers },
			validateStatus: () => true,
			responseType: 'text',
			// The bytes as they are signed.
			transformRequest: (bytes: string) => bytes,
		});
	const signed = (body: string) => ({
		'x-flowmaestro-signature': `v1=${createHmac('sha256', String(trigger.kept.secret)).update(body).digest('hex')}`,
	});

	test('takes its event from the body and not from the header, which is not signed', async () => {
		const body = JSON.stringify({ id: 'a', event: 'execution.started', data: {} });
		const { status } = await post(body, {
			...signed(body),
			'x-flowmaestro-event': 'execution.completed',
		});

		expect(status).toBe(200);
		expect(trigger.started).toEqual([]);
	});

	test.each(['{}', '[]', 'no JSON', ''])('but holds %p is refused', async (body) => {
		const { status, data } = await post(body, signed(body));

		expect([status, data]).toEqual([400, '']);
		expect(trigger.started).toEqual([]);
	});

	test('is refused when nothing is registered', async () => {
		const body = JSON.stringify({ id: 'a', event: 'execution.completed', data: {} });
		const headers = signed(body);
		await trigger.hook('delete');
		const { status, data } = await post(body, headers);

		expect([status, data]).toEqual([401, '']);
	});

	test('never shows the secret in what the platform was asked', async () => {
		expect(JSON.stringify((await sent()).map(({ body }) => body))).not.toContain('whsec_');
	});
});

describe('isSigned', () => {
	const body = Buffer.from('{"a":"größer"}');
	const hex = createHmac('sha256', 'whsec_1').update(body).digest('hex');

	test.each([
		['the right signature', `v1=${hex}`, 'whsec_1', true],
		['another secret', `v1=${hex}`, 'whsec_2', false],
		['the secret without its prefix', `v1=${hex}`, '1', false],
		['no version', hex, 'whsec_1', false],
		['another version', `v2=${hex}`, 'whsec_1', false],
		['a signature cut short', `v1=${hex.slice(0, 40)}`, 'whsec_1', false],
		['something behind it', `v1=${hex}0`, 'whsec_1', false],
		['nothing', undefined, 'whsec_1', false],
		['several headers', [`v1=${hex}`], 'whsec_1', false],
	])('%s', (_, header, secret, expected) => {
		expect(isSigned(body, header, secret)).toBe(expected);
	});
});
