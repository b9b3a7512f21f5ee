import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { rootFolder, toolsBin } from '../lib/paths.mts';

/** What n8n's loader takes for a package. */
export interface Load {
	ms: number;
	/** Of memory, once what is garbage is gone. */
	heapMb: number;
}

/** The same beside a package that does nothing. */
export interface LoadTime {
	own: Load;
	empty: Load;
}

/** Measures once, in processes of their own, one after the other. */
export async function measureLoading(folder: string): Promise<LoadTime> {
	const empty = emptyPackage();
	try {
		return { empty: await load(empty), own: await load(folder) };
	} finally {
		rmSync(empty, { recursive: true });
	}
}

/** In words. */
export const loadingOf = ({ own, empty }: LoadTime): string =>
	`n8n loads it in ${own.ms.toFixed(0)} ms, an empty package in ${empty.ms.toFixed(0)} ms, and it keeps ${own.heapMb.toFixed(1)} MB of memory`;

async function load(folder: string): Promise<Load> {
	const script = `
		const { PackageDirectoryLoader } = require('n8n-core');
		// n8n itself has loaded it long before.
		require('n8n-workflow');
		const heap = () => (gc(), process.memoryUsage().heapUsed);
		const before = heap();
		const begun = performance.now();
		const loader = new PackageDirectoryLoader(${JSON.stringify(folder)});
		loader.loadAll().then(() => {
			const ms = performance.now() - begun;
			console.log(JSON.stringify({ ms, heapMb: (heap() - before) / 1e6 }));
		});`;
	const { stdout } = await execa(join(toolsBin, 'node'), ['--expose-gc', '-e', script], {
		cwd: rootFolder,
	});
	return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
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
