import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { loadExample, triggerOf } from '../../scripts/lib/examples.mts';
import { SandboxControl } from '../support/sandbox.mts';
import { startLocal, testCredential } from './local.mts';
import type { Local } from './local.mts';

let local: Local;

beforeAll(async () => {
	local = await startLocal('flymyai');
});

afterAll(async () => {
	await local?.stop();
});

describe('the connection test of the credential', () => {
	const testWith = async (changed: Record<string, string>) =>
		await testCredential(local, 'flymyai', changed);

	it('passes with the right key', async () => {
		expect(await testWith({})).toMatchObject({ status: 'OK' });
	});

	it('fails with a wrong key', async () => {
		expect(await testWith({ apiKey: 'fly-wrong' })).toMatchObject({ status: 'Error' });
	});

	it('fails where nothing answers', async () => {
		expect(await testWith({ baseUrl: 'http://127.0.0.1:9' })).toMatchObject({ status: 'Error' });
	});
});

describe('stopping an execution in the editor', () => {
	it('cancels the run on the platform', async () => {
		const { client } = local.n8n;
		const { baseUrl, apiKey } = local.platforms.flymyai;
		const api = axios.create({
			baseURL: `${baseUrl}/api/v1/agents`,
			headers: { 'X-API-KEY': apiKey },
		});
		const newestRun = async () => (await api.get('/executions/')).data[0];
		const workflow = await loadExample(
			client,
			'research-a-topic-with-an-agent.json',
			local.credentials,
		);
		const control = new SandboxControl(baseUrl);
		for (const { uuid } of (await api.get('/tasks/')).data) {
			await control.post(`flymyai/agents/${uuid}/behaviour`, { outcome: 'never' });
		}

		const before = await newestRun();
		const executionId = await client.run(workflow.id, triggerOf(workflow));
		while ((await newestRun()).id === before.id) await sleep(100);
		const { id } = await newestRun();
		await client.stopExecution(executionId);

		expect(await client.finished(executionId)).toMatchObject({ status: 'canceled' });
		// n8n does not wait for what a node still does after its execution was stopped.
		const status = async () => (await api.get(`/executions/${id}/`)).data.status;
		const deadline = Date.now() + 10_000;
		while ((await status()) === 'running' && Date.now() < deadline) await sleep(100);
		expect(await status()).toBe('cancelled');
	});
});
