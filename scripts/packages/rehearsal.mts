import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { execa } from 'execa';
import { rootFolder } from '../lib/paths.mts';
import { assembleBuilt, assembleSource } from './assemble.mts';
import { findings, sourceLeg, tarballLeg } from './gate.mts';
import { readManifest } from './manifest.mts';
import { readPlatforms } from './platforms.mts';

/** A package that would be published. */
export interface Candidate {
	name: string;
	/** The folder that is published, built. */
	built: string;
	/** The repository it is published from. */
	source: string;
}

/**
 * Lets `use` have every package that would be published, the common one first. Those of a platform
 * alone are made for it, from `dist`, and are gone afterwards.
 */
export async function withCandidates<Result>(
	use: (candidates: Candidate[]) => Promise<Result>,
): Promise<Result> {
	const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-'));
	try {
		// What the packages require.
		linkModules(folder);
		const platforms = readPlatforms();
		const own = platforms.map((platform) => {
			const name = platform.packageName;
			const candidate = { name, built: join(folder, 'built', name), source: join(folder, name) };
			assembleBuilt(platform, platforms, candidate.built);
			assembleSource(platform, platforms, candidate.source);
			// What npm would install there, where the bundler names the files after their places.
			linkModules(candidate.source);
			return candidate;
		});
		const { name } = readManifest(rootFolder);
		return await use([{ name, built: rootFolder, source: rootFolder }, ...own]);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function linkModules(folder: string): void {
	symlinkSync(join(rootFolder, 'node_modules'), join(folder, 'node_modules'));
}

/** What n8n's scanner finds in a package: in its sources, and in what is published. */
export async function gateFindings({ built, source }: Candidate): Promise<string[]> {
	return [...(await findings(sourceLeg(source))), ...(await findings(tarballLeg(built)))];
}

/**
 * Lints and builds a platform's repository with n8n's tool, as its release does. Answers the files
 * of `dist` that come out differently there.
 * @throws when n8n's tool refuses it.
 */
export async function buildAlone({ built, source }: Candidate): Promise<string[]> {
	for (const script of ['lint', 'build']) {
		await execa('npm', ['run', script], { cwd: source });
	}
	const [expected, made] = [built, source].map((place) => filesIn(join(place, 'dist')));
	return [...new Set([...expected.keys(), ...made.keys()])].filter(
		(file) => !isDeepStrictEqual(expected.get(file), made.get(file)),
	);
}

/** Contents by path; of JSON what it says, since the compiler lays it out anew. */
function filesIn(folder: string): Map<string, unknown> {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
		entry.isFile(),
	);
	return new Map(
		files.map(({ parentPath, name }) => {
			const file = join(parentPath, name);
			const text = readFileSync(file, 'utf8');
			return [file.slice(folder.length + 1), name.endsWith('.json') ? JSON.parse(text) : text];
		}),
	);
}
