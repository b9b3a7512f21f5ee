import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { rootFolder, toolsBin } from '../lib/paths.mts';

/** How long n8n's loader takes for a package, beside one that does nothing. Milliseconds. */
export interface LoadTime {
	own: number;
	empty: number;
}

/** Measures once, in processes of their own, one after the other. */
export async function measureLoading(folder: string): Promise<LoadTime> {
	const empty = emptyPackage();
	try {
		return { empty: await loadMs(empty), own: await loadMs(folder) };
	} finally {
		rmSync(empty, { recursive: true });
	}
}

async function loadMs(folder: string): Promise<number> {
	const script = `
		const { PackageDirectoryLoader } = require('n8n-core');
		// n8n itself has loaded these long before.
		require('n8n-workflow'); require('zod'); require('p-limit');
		const begun = performance.now();
		new PackageDirectoryLoader(${JSON.stringify(folder)}).loadAll()
			.then(() => console.log(performance.now() - begun));`;
	const { stdout } = await execa(join(toolsBin, 'node'), ['-e', script], { cwd: rootFolder });
	return Number(stdout.trim().split('\n').at(-1));
}

/** A package with one node that does nothing. */
function emptyPackage(): string {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-empty-'));
	mkdirSync(join(folder, 'dist'));
	const nodes = ['dist/Empty.node.js'];
	const manifest = { name: 'n8n-nodes-empty', version: '1.0.0', n8n: { nodes, credentials: [] } };
	writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
	writeFileSync(
		join(folder, 'dist', 'Empty.node.js'),
		`exports.Empty = class { description = { displayName: 'Empty', name: 'empty', group: ['transform'],
			version: 1, description: '', defaults: { name: 'Empty' }, inputs: ['main'], outputs: ['main'],
			properties: [] } };`,
	);
	return folder;
}
