// Workflows saved by a released version, in fixtures/saved-by-<version>: they stay as they are, and
// every later version must read them as that one did.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NodeHelpers } from 'n8n-workflow';
import type { INode } from 'n8n-workflow';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { loadContents } from '../../scripts/packages/contents.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';

const manifest = readManifest(rootFolder);
const descriptions = new Map(
	loadContents(rootFolder, manifest).nodes.map(({ description }) => [
		`${manifest.name}.${description.name}`,
		description,
	]),
);

const fixtures = join(import.meta.dirname, 'fixtures');
const saved = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.json'))
	.map((file) => {
		const { nodes }: { nodes: INode[] } = JSON.parse(readFileSync(join(fixtures, file), 'utf8'));
		return { file, nodes: nodes.filter(({ type }) => type.startsWith(`${manifest.name}.`)) };
	});

test('there are workflows of the first version', () => {
	expect(saved.filter(({ file }) => file.startsWith('saved-by-0.1.0/'))).not.toEqual([]);
});

/** n8n leaves out of a saved workflow what is preselected: it must stay what it was. */
const preselected = {
	agentFlow: {
		agent: 'sendMessage',
		apiOperation: 'call',
		approval: 'approve',
		artifact: 'get',
		batch: 'submit',
		completion: 'classify',
		conversation: 'addMessage',
		knowledgeBase: 'addDocuments',
		memory: 'getBlock',
		model: 'getAll',
		promptBlock: 'create',
		subagent: 'sendMessage',
		system: 'health',
		tool: 'getAll',
	},
	flowMaestro: {
		agent: 'createThread',
		execution: 'get',
		knowledgeBase: 'get',
		thread: 'sendMessage',
		trigger: 'execute',
		webhook: 'create',
		workflow: 'execute',
	},
	flyMyAi: { agent: 'create', compilation: 'compile', file: 'upload', run: 'start', tool: 'add' },
	pyFlue: { admin: 'getAgents', agent: 'prompt', run: 'get', workflow: 'run' },
};

test('what is preselected for a resource is what it has always been', () => {
	const now = [...descriptions.values()].map(({ name, properties }) => [
		name,
		Object.fromEntries(
			properties
				.filter((property) => property.name === 'operation')
				.map(({ displayOptions, default: first }) => [displayOptions?.show?.resource?.[0], first]),
		),
	]);
	expect(Object.fromEntries(now)).toMatchObject(preselected);
});

describe.each(saved)('$file', ({ nodes }) => {
	test.each(nodes)('$name', (node) => {
		const description = descriptions.get(node.type);
		if (description === undefined) throw new Error(`${node.type} is gone`);
		expect([description.version].flat()).toContain(node.typeVersion);
		for (const type of Object.keys(node.credentials ?? {})) {
			expect(description.credentials).toContainEqual(expect.objectContaining({ name: type }));
		}

		const { properties } = description;
		expect(NodeHelpers.getNodeParametersIssues(properties, node, description)).toBeNull();
		// n8n itself gives polling triggers this one.
		const { pollTimes, ...own } = node.parameters;
		expect(pollTimes === undefined).toBe(!description.polling);
		// Whatever n8n does not know any more it drops when it opens the workflow.
		const read = NodeHelpers.getNodeParameters(properties, own, true, false, node, description);
		expect(read).toMatchObject(own);
	});
});
