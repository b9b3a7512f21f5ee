// Ids are taken as they were copied, and one that is no UUID is refused before it becomes a 500
// (docs/contracts/flowmaestro.md, 0.5).
import { describe, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import {
	AGENTS,
	NOBODY,
	byId,
	change,
	ended,
	execute,
	failureOf,
	newThread,
	newWorkflow,
	rows,
	sent,
	useSandbox,
} from './support.mts';

useSandbox();

const BAD = 'wf_abc123';
const agent = byId(BAD);
const webhook = byId(BAD);
const user = { agent: byId(AGENTS.support), user: BAD };

const calls: Array<[resource: string, operation: string, parameters: INodeParameters]> = [
	['workflow', 'get', { workflow: byId(BAD) }],
	['workflow', 'execute', { workflow: byId(BAD) }],
	['execution', 'get', { execution: BAD }],
	['execution', 'getAll', { filters: { workflow: byId(BAD) } }],
	['execution', 'wait', { execution: BAD }],
	['execution', 'cancel', { execution: BAD }],
	['execution', 'getEvents', { execution: BAD }],
	['agent', 'get', { agent }],
	['agent', 'createThread', { agent }],
	['agent', 'getManyMemories', { agent }],
	['agent', 'getMemoryStats', { agent }],
	['agent', 'searchMemory', { agent, query: 'q' }],
	['agent', 'getMemory', user],
	['agent', 'saveMemory', { ...user, memory: 'm' }],
	['agent', 'deleteMemory', user],
	['agent', 'searchMemory', { agent: byId(NOBODY), query: 'q', options: { user: BAD } }],
	['thread', 'get', { thread: BAD }],
	['thread', 'getMessages', { thread: BAD }],
	['thread', 'sendMessage', { thread: BAD, message: 'm' }],
	['thread', 'delete', { thread: BAD }],
	['trigger', 'execute', { trigger: byId(BAD) }],
	['knowledgeBase', 'get', { knowledgeBase: byId(BAD) }],
	['knowledgeBase', 'query', { knowledgeBase: byId(BAD), query: 'q' }],
	['webhook', 'get', { webhook }],
	['webhook', 'getDeliveries', { webhook }],
	['webhook', 'update', { webhook }],
	['webhook', 'test', { webhook }],
	['webhook', 'delete', { webhook }],
];

test.each(calls)('%s: %s', async (resource, operation, parameters) => {
	const failure = await failureOf(execute(resource, operation, parameters));

	expect(failure.message).toMatch(/^'wf_abc123' is not the ID of an? [a-z ]+$/);
	expect(failure.description).toContain('UUIDs');
	expect(await sent()).toEqual([]);
});

describe('spaces and line breaks around an id', () => {
	const copied = (id: string) => ` ${id}\n`;

	test('of a thread or a user do not matter', async () => {
		const thread = await newThread();
		const user = { agent: byId(AGENTS.support), user: copied(NOBODY) };
		await rows('agent', 'saveMemory', { ...user, memory: 'm' });

		expect(await rows('thread', 'get', { thread: copied(thread) })).toMatchObject([{ id: thread }]);
		expect(await rows('agent', 'getMemory', user)).toMatchObject([{ user_id: NOBODY }]);
	});

	test('of an execution do not matter, and do not come out', async () => {
		const [id] = await ended(await newWorkflow());
		const execution = copied(id);
		await change(id, { status: 'cancelled' });

		expect(await rows('execution', 'get', { execution })).toMatchObject([{ id }]);
		expect(await rows('execution', 'cancel', { execution })).toEqual([{ id, status: 'cancelled' }]);
	});
});
