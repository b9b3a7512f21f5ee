// What the editor shows of an operation's output before it has run is what its form puts out as it
// is by default.
import { beforeEach, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import { resources } from '../../../nodes/AgentFlow/resources/index.ts';
import { expectToShow, previewsOf } from '../../support/previews.mts';
import {
	agentId,
	api,
	behave,
	byId,
	byName,
	forgetDocument,
	message,
	newConversation,
	pendingApprovals,
	reset,
	row,
	rows,
	until,
	useSandbox,
} from './support.mts';

useSandbox();
beforeEach(async () => {
	await reset();
	forgetDocument();
});

const agent = byName('RecordsAgent');
const tool = byId('lookup_order');
const promptBlock = byName('house_style');
const file = { data: Buffer.from('Cats purr.').toString('base64'), mimeType: 'text/plain' };
const items = [{ json: { text: 'A delivery' }, binary: { data: { ...file, fileName: 'a.txt' } } }];
const classify = { content: '={{ $json.text }}', categories: 'billing, delivery' };

const knowledgeBase = async () =>
	byId((await api.get('/knowledge-bases')).data.knowledge_bases[0].id);
const filledConversation = async () => {
	const { conversation_id: id } = await row('agent', 'sendMessage', message('Hello'));
	return byId(String(id));
};
const artifact = async () => {
	await behave('MainAgent', { artifact: 'document' });
	const answer = await row('agent', 'sendMessage', message('Write'));
	return {
		artifactId: String((answer.artifact_ids as string[])[0]),
		conversation: byId(String(answer.conversation_id)),
	};
};
const approval = async () => {
	await behave('EmailsAgent', { tool: 'send_email' });
	const options = { onApproval: 'return' };
	await row('agent', 'sendMessage', message('Write', { options }, 'EmailsAgent'));
	await until(async () => (await pendingApprovals()).length > 0);
	return { approval: byId((await pendingApprovals())[0].id) };
};
const batch = async () => {
	const submitted = await row('batch', 'submit', classify, { items });
	return { batchId: String(submitted.id) };
};
const endedBatch = async () => {
	const { batchId } = await batch();
	await row('batch', 'wait', { batchId, options: { pollInterval: 1 } });
	return { batchId };
};

/** What each operation needs beside its defaults. */
const needs: Record<string, () => INodeParameters | Promise<INodeParameters>> = {
	'agent getAll': () => ({}),
	'agent get': () => ({ agent }),
	'agent delete': () => ({ agent }),
	'agent getConfiguration': () => ({ agent }),
	'agent updateConfiguration': () => ({ agent, updateFields: { max_turns: 3 } }),
	'agent sendMessage': () => message('Where is order 1002?'),
	'subagent sendMessage': async () => ({
		...message('Where is order 1002?'),
		subagent: byId(await agentId('RecordsAgent')),
	}),
	'approval getAll': async () => {
		await approval();
		return {};
	},
	'approval approve': approval,
	'approval deny': approval,
	'artifact get': artifact,
	'artifact getAll': artifact,
	'artifact updateState': async () => ({ ...(await artifact()), state: '{ "read": true }' }),
	'artifact getTypes': () => ({}),
	'batch submit': () => classify,
	'batch get': batch,
	'batch wait': batch,
	'batch cancel': batch,
	'batch getOutput': endedBatch,
	'completion classify': () => classify,
	'conversation create': () => ({ agent }),
	'conversation get': async () => ({ conversation: await filledConversation() }),
	'conversation getAll': () => ({}),
	'conversation getReport': async () => ({ conversation: await filledConversation() }),
	'conversation getMessages': async () => ({ conversation: await filledConversation() }),
	'conversation addMessage': async () => ({
		conversation: byId(await newConversation()),
		message: 'Hello',
	}),
	'knowledgeBase getAll': () => ({}),
	'knowledgeBase get': async () => ({ knowledgeBase: await knowledgeBase() }),
	'knowledgeBase create': () => ({ name: 'Animals' }),
	'knowledgeBase addDocuments': async () => ({ knowledgeBase: await knowledgeBase() }),
	'knowledgeBase search': async () => ({
		knowledgeBase: await knowledgeBase(),
		query: 'How long does a refund take?',
	}),
	'memory getBlock': () => ({ block: 'archival' }),
	'memory updateBlock': () => ({ content: 'Likes tea' }),
	'memory recall': () => ({}),
	'model getAll': () => ({}),
	'promptBlock getAll': () => ({}),
	'promptBlock create': () => ({ name: 'greeting', body: 'Say hello' }),
	'promptBlock preview': () => ({ promptBlock, agent }),
	'tool getAll': () => ({ agent }),
	'tool register': () => ({
		agent,
		name: 'greet',
		description: 'Greets',
		functionCode: 'def greet(): return 1',
	}),
	'tool delete': () => ({ agent, tool }),
	'tool run': () => ({
		agent,
		tool,
		specifyArguments: 'json',
		argumentsJson: '{ "order_number": "1002" }',
	}),
};

test.each(previewsOf(resources))('of $resource $value', async ({ resource, value, preview }) => {
	const put = await rows(resource, value, await needs[`${resource} ${value}`](), { items });

	expect(put.length).toBeGreaterThan(0);
	for (const item of put) expectToShow(preview, item);
});
