import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from '../lib/paths.mts';
import { assembleBuilt } from './assemble.mts';
import { checkPackage } from './check.mts';
import type { Packed } from './check.mts';
import { measureLoading } from './loadTime.mts';
import { readPlatforms } from './platforms.mts';

/** Where the platforms' packages are: `build/<package>`. */
export const buildFolder = join(rootFolder, 'build');

/** Checks the package of all platforms, and prints how much of n8n's disk and start it takes. */
export async function checkCommonPackage(): Promise<void> {
	const packed = await checkPackage(rootFolder);
	const { own, empty } = await measureLoading(rootFolder);
	const times = `n8n loads it in ${own.toFixed(0)} ms, an empty package in ${empty.toFixed(0)} ms`;
	console.log(`${sizeOf(packed)}, ${times}`);
}

/** Builds, checks and prints a package for each platform. */
export async function buildPlatformPackages(): Promise<void> {
	rmSync(buildFolder, { recursive: true, force: true });
	const platforms = readPlatforms();
	for (const platform of platforms) {
		const target = join(buildFolder, platform.packageName);
		assembleBuilt(platform, platforms, target);
		console.log(sizeOf(await checkPackage(target)));
	}
}

const sizeOf = ({ name, version, files, size, unpackedSize }: Packed): string =>
	`${name} ${version}: ${files.length} files, ${toKb(size)} packed, ${toKb(unpackedSize)} unpacked`;

const toKb = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`;
