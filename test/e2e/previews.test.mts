import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INodeTypeDescription } from 'n8n-workflow';
import type { Resource } from '../../nodes/shared/operation.ts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { startLocal } from './local.mts';
import type { Local } from './local.mts';
import { previewOf } from '../support/previews.mts';

const require = createRequire(import.meta.url);
const manifest: { name: string; n8n: { nodes: string[] } } = require('../../package.json');

/** Every operation of every built node, with whether its source names what it puts out. */
const operations = manifest.n8n.nodes.flatMap((file) => {
	const built: Record<string, new () => { description: INodeTypeDescription }> = require(
		join(rootFolder, file),
	);
	const [Node] = Object.values(built);
	const { description } = new Node();
	if (description.group.includes('trigger')) return [];
	const { resources }: { resources: Array<Resource<never>> } = require(
		join(rootFolder, 'nodes', basename(dirname(file)), 'resources', 'index.ts'),
	);
	return resources.flatMap((resource) =>
		resource.operations.map(({ value, output }) => ({
			type: `${manifest.name}.${description.name}`,
			parameters: { resource: resource.value, operation: value },
			hasOutput: output !== undefined,
		})),
	);
});

let local: Local;

beforeAll(async () => {
	local = await startLocal('previews');
});

afterAll(async () => {
	await local?.stop();
});

describe('the preview that n8n serves', () => {
	it.each(operations)('of $type $parameters', async ({ hasOutput, ...node }) => {
		const preview = await previewOf(local.n8n.baseUrl, node);
		// The editor takes any other schema for none.
		const shown = { type: 'object', properties: expect.any(Object) };
		expect(preview).toEqual(hasOutput ? expect.objectContaining(shown) : undefined);
	});
});
