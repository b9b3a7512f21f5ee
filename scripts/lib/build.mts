import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { rootFolder } from './paths.mts';

const sources = [
	'nodes',
	'credentials',
	'package.json',
	'tsconfig.json',
	'gulpfile.js',
	'scripts/bundle.mjs',
	'scripts/generateSchemas.mts',
	'scripts/lib/preview.mts',
];

/** Builds the package unless `dist` is newer than everything it is made of. */
export async function buildIfNeeded(): Promise<void> {
	const built = timesOf('dist');
	if (built.length > 0 && Math.min(...built) > Math.max(...sources.flatMap(timesOf))) return;
	await execa('npm', ['run', 'build'], { cwd: rootFolder });
}

/** When the file, or each file in the folder, was last written; empty where there is none. */
function timesOf(name: string): number[] {
	const path = join(rootFolder, name);
	if (!existsSync(path)) return [];
	const stats = statSync(path);
	if (!stats.isDirectory()) return [stats.mtimeMs];
	return readdirSync(path).flatMap((entry) => timesOf(join(name, entry)));
}
