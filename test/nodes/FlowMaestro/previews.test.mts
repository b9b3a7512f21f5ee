// What the editor shows of an operation's output before it has run is what its form puts out as it
// is by default.
import { expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import { resources } from '../../../nodes/FlowMaestro/resources/index.ts';
import { expectToFit, expectToShow, previewsOf } from '../../support/previews.mts';
import {
	AGENTS,
	KNOWLEDGE_BASES,
	TRIGGERS,
	WORKFLOWS,
	api,
	baseUrl,
	byId,
	control,
	ended,
	newThread,
	newWorkflow,
	rows,
	started,
	useSandbox,
} from './support.mts';

useSandbox();

const CANCELLED = { status: 'cancelled' };
const USER = 'bbbbbbbb-0000-4000-8000-000000000001';
const agent = byId(AGENTS.support);
const workflow = byId(WORKFLOWS.leadScoring);
const knowledgeBase = byId(KNOWLEDGE_BASES.handbook);

const ofEnded = async () => ({ execution: (await ended(WORKFLOWS.leadScoring))[0] });
const ofThread = async () => ({ thread: await newThread(AGENTS.support) });
const ofWebhook = async () => ({ webhook: byId(await newWebhook()) });
const remembered = async () => {
	await api.put(`/agents/${AGENTS.support}/memory/${USER}`, { working_memory: 'Likes tea' });
	return { agent, user: USER };
};
const told = async () => {
	const thread = await ofThread();
	await rows('thread', 'sendMessage', { ...thread, message: 'How long is the warranty?' });
	return thread;
};
/** A webhook at an address that takes anything: the sandbox's own start page. */
async function newWebhook(url = baseUrl()): Promise<string> {
	const fields = { name: 'Mine', url, events: ['execution.completed'] };
	return (await api.post('/webhooks', fields)).data.data.id;
}

/** What each operation needs beside its defaults. */
const needs: Record<string, () => INodeParameters | Promise<INodeParameters>> = {
	'agent createThread': () => ({ agent }),
	'agent get': () => ({ agent }),
	'agent getAll': () => ({}),
	'agent getMemory': remembered,
	'agent getManyMemories': remembered,
	'agent getMemoryStats': remembered,
	'agent saveMemory': () => ({ agent, user: USER, memory: 'Likes tea' }),
	'agent searchMemory': async () => {
		await told();
		return { agent, query: 'How long is the warranty?' };
	},
	'agent deleteMemory': remembered,
	'execution cancel': async () => ({
		execution: await started(await newWorkflow({ outcome: 'never' })),
	}),
	'execution get': ofEnded,
	'execution getAll': async () => {
		await ofEnded();
		return { filters: { workflow } };
	},
	'execution getEvents': ofEnded,
	'execution getReport': ofEnded,
	'execution wait': ofEnded,
	'knowledgeBase get': () => ({ knowledgeBase }),
	'knowledgeBase getAll': () => ({}),
	'knowledgeBase query': () => ({ knowledgeBase, query: 'warranty' }),
	'thread get': ofThread,
	'thread getMessages': told,
	'thread sendMessage': async () => ({ ...(await ofThread()), message: 'Hello' }),
	'thread delete': ofThread,
	'trigger execute': () => ({ trigger: byId(TRIGGERS.leads) }),
	'trigger getAll': () => ({}),
	'webhook create': () => ({ name: 'Mine', url: baseUrl() }),
	'webhook get': ofWebhook,
	'webhook getAll': ofWebhook,
	'webhook getDeliveries': async () => {
		const webhook = await ofWebhook();
		await control.post('flowmaestro/events', { event: 'execution.completed', data: {} });
		return webhook;
	},
	'webhook test': ofWebhook,
	'webhook update': async () => ({ ...(await ofWebhook()), updateFields: { name: 'Yours' } }),
	'webhook delete': ofWebhook,
	'workflow execute': async () => ({ workflow: byId(await newWorkflow()) }),
	'workflow get': () => ({ workflow }),
	'workflow getAll': () => ({}),
};

test.each(previewsOf(resources))('of $resource $value', async ({ resource, value, preview }) => {
	const put = await rows(resource, value, await needs[`${resource} ${value}`]());

	expect(put.length).toBeGreaterThan(0);
	for (const item of put) expectToShow(preview, item);
});

test.each([
	['webhook', 'test', async () => ({ webhook: byId(await newWebhook('http://127.0.0.1:9/')) })],
	[
		'execution',
		'cancel',
		async () => ({ execution: (await ended(WORKFLOWS.leadScoring, 1, CANCELLED))[0] }),
	],
	[
		'execution',
		'getEvents',
		async () => ({
			execution: await started(await newWorkflow({ outcome: 'never' })),
			options: { listenFor: 1 },
		}),
	],
])('of %s %s fits what it seldom puts out', async (resource, value, form) => {
	const all = previewsOf(resources);
	const shown = all.find((one) => one.resource === resource && one.value === value);
	const put = await rows(resource, value, await form());

	expect(put.length).toBeGreaterThan(0);
	for (const item of put) expectToFit(shown?.preview ?? {}, item);
});
