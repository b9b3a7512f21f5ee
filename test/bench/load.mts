/* How long n8n needs to load the package, and how much it is, beside a package that does nothing. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { measureLoading } from '../../scripts/packages/loadTime.mts';
import type { Load, LoadTime } from '../../scripts/packages/loadTime.mts';

const RUNS = 5;

/** What the package may take over an empty one. */
const LIMIT_MS = 30;

const median = (values: number[]): number =>
	values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

function bytesIn(folder: string): number {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Prints the table of this benchmark. */
export async function benchLoading(): Promise<void> {
	const measured: LoadTime[] = [];
	while (measured.length < RUNS) measured.push(await measureLoading(rootFolder));
	const kinds = { 'this package': 'own', 'empty package': 'empty' } as const;
	const typical = (kind: 'own' | 'empty', figure: keyof Load) =>
		median(measured.map((one) => one[kind][figure]));
	const over = typical('own', 'ms') - typical('empty', 'ms');
	console.log('\nLoading the package in n8n (median of 5 processes)');
	console.table(
		Object.fromEntries(
			Object.entries(kinds).map(([name, kind]) => [
				name,
				{
					'load ms': typical(kind, 'ms').toFixed(0),
					'heap MB': Math.max(0, typical(kind, 'heapMb')).toFixed(1),
				},
			]),
		),
	);
	const size = (bytesIn(join(rootFolder, 'dist')) / 1024).toFixed(0);
	console.log(`${over.toFixed(0)} ms over an empty package (at most ${LIMIT_MS}), dist ${size} kB`);
}
