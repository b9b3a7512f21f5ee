// Every operation of every node shows in the editor what it puts out, before it has run.
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Resource } from '../../nodes/shared/operation.ts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';

const ITS_OWN = 'the answer is whatever was asked for';
const UNDOCUMENTED = 'AgentFlow does not document the answer: it is handed on as it is';

/** The operations of whose output nothing is known beforehand, and why. */
const unknown: Record<string, string> = {
	'AgentFlow agent getStatistics': UNDOCUMENTED,
	'AgentFlow apiOperation call': ITS_OWN,
	'AgentFlow completion custom': ITS_OWN,
	'AgentFlow completion enrich': ITS_OWN,
	'AgentFlow completion extract': ITS_OWN,
	'AgentFlow completion summarize': UNDOCUMENTED,
	'AgentFlow conversation getTimeline': UNDOCUMENTED,
	'AgentFlow system health': UNDOCUMENTED,
	'AgentFlow system ready': UNDOCUMENTED,
	'AgentFlow tool setApproval': UNDOCUMENTED,
	'FlyMyAi tool call': ITS_OWN,
};

const require = createRequire(import.meta.url);
const files = readManifest(rootFolder).n8n.nodes;
const platforms = new Set(files.map((file) => basename(dirname(file))));
const operations = [...platforms].flatMap((platform) => {
	const { resources }: { resources: Array<Resource<never>> } = require(
		join(rootFolder, 'nodes', platform, 'resources', 'index.ts'),
	);
	return resources.flatMap((resource) =>
		resource.operations.map(({ value, output }) => ({
			name: `${platform} ${resource.value} ${value}`,
			output,
		})),
	);
});

test('only those have no preview of whose output nothing is known', () => {
	const without = operations.filter(({ output }) => output === undefined);

	expect(operations.length).toBeGreaterThan(without.length);
	expect(without.map(({ name }) => name).sort()).toEqual(Object.keys(unknown));
});
