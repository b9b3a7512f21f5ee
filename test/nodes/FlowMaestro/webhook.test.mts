// Resource Webhook (docs/contracts/flowmaestro.md, 3.6).
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import {
	byId,
	control,
	execute,
	failureOf,
	offered,
	rows,
	sent,
	until,
	useSandbox,
	api,
} from './support.mts';

useSandbox();

const fields = { name: 'Orders', url: 'https://example.com/hook', events: ['execution.completed'] };

async function newWebhook(changed: object = {}): Promise<string> {
	return (await api.post('/webhooks', { ...fields, ...changed })).data.data.id;
}

test('a webhook is created, listed, read, changed and deleted', async () => {
	const [created] = await rows('webhook', 'create', {
		...fields,
		options: { headers: '{ "X-Team": "sales" }' },
	});
	expect((await sent())[0].body).toEqual({ ...fields, headers: { 'X-Team': 'sales' } });
	expect(created).toMatchObject({
		...fields,
		secret: expect.stringMatching(/^whsec_[0-9a-f]{64}$/),
	});
	const webhook = byId(String(created.id));

	expect(await rows('webhook', 'getAll')).toMatchObject([{ id: created.id, is_active: true }]);
	expect((await offered('searchWebhooks'))[0]).toMatchObject({ name: 'Orders', value: created.id });
	expect((await rows('webhook', 'get', { webhook }))[0]).toMatchObject({
		headers: { 'X-Team': 'sales' },
	});
	const updateFields = { active: false, headers: '{}', events: ['execution.failed'] };
	const [changed] = await rows('webhook', 'update', { webhook, updateFields });
	expect((await sent(/./)).at(-1)?.body).toEqual({
		is_active: false,
		headers: null,
		events: ['execution.failed'],
	});
	expect(changed).toMatchObject({ name: 'Orders', is_active: false, headers: null });
	expect((await offered('searchWebhooks'))[0].name).toBe('Orders (inactive)');
	expect(await rows('webhook', 'delete', { webhook })).toEqual([{ deleted: true }]);
	expect(await failureOf(execute('webhook', 'get', { webhook }))).toMatchObject({
		httpCode: '404',
	});
});

test('Create without headers sends none', async () => {
	await rows('webhook', 'create', { ...fields, options: { headers: '{}' } });

	expect((await sent())[0].body).toEqual(fields);
});

test('headers never appear in an error', async () => {
	await control.fault({
		kind: 'status',
		status: 400,
		body: { error: { code: 'validation_error', message: 'Bad header token-of-mine' } },
	});
	const failure = await failureOf(
		execute('webhook', 'create', {
			...fields,
			options: { headers: '{ "X-Auth": "token-of-mine" }' },
		}),
	);

	expect(failure.message).toBe('FlowMaestro: Bad header ***');
});

test('Test and Get Deliveries tell how events were received', async () => {
	const receiver = createServer((request, response) => {
		request.resume();
		response.statusCode = 204;
		response.end();
	}).listen(0);
	const { port } = receiver.address() as AddressInfo;
	const id = await newWebhook({ url: `http://127.0.0.1:${port}/` });
	try {
		expect((await rows('webhook', 'test', { webhook: byId(id) }))[0]).toMatchObject({
			success: true,
			status_code: 204,
		});
		await control.post('flowmaestro/events', { event: 'execution.completed', data: {} });
		const deliveries = async () => await rows('webhook', 'getDeliveries', { webhook: byId(id) });
		await until(async () => (await deliveries())[0]?.status === 'success');
		expect(await deliveries()).toMatchObject([
			{ id: '1', event_type: 'execution.completed', response_status: 204 },
		]);
	} finally {
		receiver.close();
	}
});

test('Test of an address where nothing answers is an answer, too', async () => {
	const webhook = byId(await newWebhook({ url: 'http://127.0.0.1:9/' }));

	expect((await rows('webhook', 'test', { webhook }))[0]).toMatchObject({
		success: false,
		message: 'Failed to deliver test webhook',
	});
});
