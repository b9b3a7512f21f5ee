import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, rootFolder } from '../lib/paths.mts';
import { assembleBuilt } from './assemble.mts';
import { checkPackage } from './check.mts';
import type { Packed } from './check.mts';
import { loadingOf, measureLoading } from './loadTime.mts';
import { readPlatforms } from './platforms.mts';

/** Checks the package of all platforms, and prints how much of n8n's disk and start it takes. */
export async function checkCommonPackage(): Promise<void> {
	const packed = await checkPackage(rootFolder);
	console.log(`${sizeOf(packed)}, ${loadingOf(await measureLoading(rootFolder))}`);
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
