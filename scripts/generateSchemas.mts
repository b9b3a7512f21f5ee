// Writes what the editor shows as a node's output before it has run: one JSON Schema an operation,
// made of the zod schema the operation names as its `output`. An operation without one has no
// preview. They go into dist alone, where n8n looks for them: beside the built node.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Resource } from '../nodes/shared/operation.ts';
import { rootFolder } from './lib/paths.mts';
import { previewFrom } from './lib/preview.mts';
import { readManifest } from './packages/manifest.mts';

const require = createRequire(import.meta.url);

/** Folders below `dist` that hold built nodes. */
function nodeFolders(): string[] {
	const { n8n } = readManifest(rootFolder);
	return [...new Set(n8n.nodes.map((file) => join(rootFolder, dirname(file))))];
}

for (const folder of nodeFolders()) {
	const { resources }: { resources: Array<Resource<never>> } = require(join(folder, 'resources'));
	for (const resource of resources) {
		for (const { value, output } of resource.operations) {
			if (output === undefined) continue;
			// Every node is of version 1.
			const file = join(folder, '__schema__', 'v1.0.0', resource.value, `${value}.json`);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, JSON.stringify(previewFrom(output), null, '\t'));
		}
	}
}
