// Writes what the editor shows as a node's output before it has run: one JSON Schema an operation,
// made of the zod schema the operation names as its `output`. An operation without one has no
// preview. They go into dist alone, where n8n looks for them: beside the built node.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Resource } from '../nodes/shared/operation.ts';
import { rootFolder } from './lib/paths.mts';
import { previewFrom } from './lib/preview.mts';
import { readManifest } from './packages/manifest.mts';

const require = createRequire(import.meta.url);

/** The folders in `nodes` that hold nodes: one a platform. */
function platformFolders(): string[] {
	const { n8n } = readManifest(rootFolder);
	return [...new Set(n8n.nodes.map((file) => basename(dirname(file))))];
}

/** A platform's table of resources, as its sources have it. `folder` holds it for the moment. */
function resourcesOf(platform: string, folder: string): Array<Resource<never>> {
	const outfile = join(folder, `${platform}.js`);
	buildSync({
		entryPoints: [join(rootFolder, 'nodes', platform, 'resources', 'index.ts')],
		outfile,
		bundle: true,
		platform: 'node',
		packages: 'external',
	});
	return require(outfile).resources;
}

// Below this repository, where what the sources import is found.
const artifacts = join(rootFolder, '.artifacts');
mkdirSync(artifacts, { recursive: true });
const folder = mkdtempSync(join(artifacts, 'resources-'));
try {
	for (const platform of platformFolders()) {
		for (const resource of resourcesOf(platform, folder)) {
			for (const { value, output } of resource.operations) {
				if (output === undefined) continue;
				// Every node is of version 1.
				const version = join(rootFolder, 'dist', 'nodes', platform, '__schema__', 'v1.0.0');
				const file = join(version, resource.value, `${value}.json`);
				mkdirSync(dirname(file), { recursive: true });
				writeFileSync(file, JSON.stringify(previewFrom(output), null, '\t'));
			}
		}
	}
} finally {
	rmSync(folder, { recursive: true });
}
