/* How long n8n needs to load the package, and how much it is, beside a package that does nothing. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { measureLoading } from '../../scripts/packages/loadTime.mts';
import type { LoadTime } from '../../scripts/packages/loadTime.mts';

const RUNS = 5;

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
	const own = median(measured.map((time) => time.own));
	const empty = median(measured.map((time) => time.empty));
	console.log('\nLoading the package in n8n (median of 5 processes)');
	console.table({
		'this package': {
			'load ms': own.toFixed(0),
			'x of empty': (own / empty).toFixed(1),
			'dist kB': (bytesIn(join(rootFolder, 'dist')) / 1024).toFixed(0),
		},
		'empty package': { 'load ms': empty.toFixed(0), 'x of empty': '1.0', 'dist kB': '0' },
	});
}
