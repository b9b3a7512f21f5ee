import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { rootFolder } from '../lib/paths.mts';
import { assembleSource } from './assemble.mts';
import { readManifest } from './manifest.mts';
import { readPlatforms } from './platforms.mts';

/** What belongs to the clone, not to the sources. */
const kept = ['.git', 'node_modules'];

/**
 * Writes each platform's package as a repository of its own: `<folder>/<package>`, which may be a
 * clone of what was pushed before. Nothing but `.git` and `node_modules` stays of what is there.
 * Answers the folders.
 * @throws when a folder in the way holds something else.
 */
export async function split(folder: string): Promise<string[]> {
	const platforms = readPlatforms();
	const targets = platforms.map((platform) => ({
		platform,
		target: join(folder, platform.packageName),
	}));
	for (const { platform, target } of targets) refuseForeign(target, platform.packageName);
	for (const { platform, target } of targets) {
		mkdirSync(target, { recursive: true });
		for (const name of contentOf(target)) rmSync(join(target, name), { recursive: true });
		assembleSource(platform, platforms, target);
		await lock(target);
	}
	return targets.map(({ target }) => target);
}

const contentOf = (target: string): string[] =>
	readdirSync(target).filter((name) => !kept.includes(name));

function refuseForeign(target: string, packageName: string): void {
	if (!existsSync(target) || contentOf(target).length === 0) return;
	const isOurs =
		existsSync(join(target, 'package.json')) && readManifest(target).name === packageName;
	if (!isOurs) throw new Error(`${target} holds something else than ${packageName}`);
}

/** The common lock file, cut down to what the package needs: the same versions. */
async function lock(target: string): Promise<void> {
	cpSync(join(rootFolder, 'package-lock.json'), join(target, 'package-lock.json'));
	const quiet = ['--no-audit', '--no-fund'];
	await execa(
		'npm',
		['install', '--package-lock-only', '--ignore-scripts', '--offline', ...quiet],
		{
			cwd: target,
		},
	);
}
