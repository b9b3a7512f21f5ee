/* How long n8n needs to load the package, and how much it is, beside a package that does nothing. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootFolder } from '../../scripts/lib/paths.mts';

const RUNS = 5;

/** Loads a package folder with n8n's own loader in a process of its own; milliseconds it took. */
function loadMs(folder: string): number {
	const script = `
		const { PackageDirectoryLoader } = require('n8n-core');
		// n8n itself has loaded these long before.
		require('n8n-workflow'); require('zod'); require('p-limit');
		const begun = performance.now();
		new PackageDirectoryLoader(${JSON.stringify(folder)}).loadAll()
			.then(() => console.log(performance.now() - begun));`;
	const said = execFileSync(process.execPath, ['-e', script], {
		cwd: rootFolder,
		encoding: 'utf8',
	});
	return Number(said.trim().split('\n').at(-1));
}

const median = (values: number[]): number =>
	values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

function bytesIn(folder: string): number {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** A package with one node that does nothing. */
function emptyPackage(): string {
	const folder = join(tmpdir(), `n8n-nodes-empty-${process.pid}`);
	mkdirSync(join(folder, 'dist'), { recursive: true });
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

/** Prints the table of this benchmark. */
export function benchLoading(): void {
	const empty = emptyPackage();
	try {
		const [own, nothing] = [rootFolder, empty].map((folder) =>
			median(Array.from({ length: RUNS }, () => loadMs(folder))),
		);
		console.log('\nLoading the package in n8n (median of 5 processes)');
		console.table({
			'this package': {
				'load ms': own.toFixed(0),
				'x of empty': (own / nothing).toFixed(1),
				'dist kB': (bytesIn(join(rootFolder, 'dist')) / 1024).toFixed(0),
			},
			'empty package': { 'load ms': nothing.toFixed(0), 'x of empty': '1.0', 'dist kB': '0' },
		});
	} finally {
		rmSync(empty, { recursive: true, force: true });
	}
}
