// `npm run release`: n8n's own release of this package (`n8n-node release`, with its options), or
//
//   npm run release -- --dry-run          shows what would be published; changes nothing
//   npm run release -- --split <folder>   writes each platform's package as a repository of its own
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { Listr } from 'listr2';
import { buildFolder, rootFolder } from './lib/paths.mts';
import { pack } from './packages/check.mts';
import { loadingOf, measureLoading } from './packages/loadTime.mts';
import { buildAlone, gateFindings, withCandidates } from './packages/rehearsal.mts';
import type { Candidate } from './packages/rehearsal.mts';
import { split } from './packages/split.mts';

/** Runs a script of this package. */
const npm = (script: string) => execa('npm', ['run', script], { cwd: rootFolder });

/** What would be published of a package, as text. @throws when something forbids publishing it. */
async function report(candidate: Candidate): Promise<string> {
	const found = await gateFindings(candidate);
	if (found.length > 0) throw new Error(`n8n's scanner has found:\n${found.join('\n')}`);
	if (candidate.source !== rootFolder) {
		const different = await buildAlone(candidate);
		if (different.length > 0) {
			throw new Error(`Its own repository builds other files: ${different.join(', ')}`);
		}
	}
	const { name, version, size, unpackedSize, files } = await pack(candidate.built, [
		'--pack-destination',
		buildFolder,
	]);
	return [
		`${name} ${version}`,
		`  n8n's scanner: nothing found in the sources and in the tarball`,
		`  tarball: build/${name}-${version}.tgz, ${size} bytes, ${unpackedSize} unpacked`,
		`  ${loadingOf(await measureLoading(candidate.built))}`,
		...files.map((file) => `  ${String(file.size).padStart(8)}  ${file.path}`),
	].join('\n');
}

async function rehearse(): Promise<void> {
	await new Listr([
		{ title: 'Linting', task: () => npm('lint') },
		{ title: 'Building all packages', task: () => npm('build:packages') },
	]).run();
	const reports: string[] = [];
	await withCandidates(async (candidates) => {
		const tasks = candidates.map((candidate) => ({
			title: candidate.name,
			task: async () => void reports.push(await report(candidate)),
		}));
		await new Listr(tasks).run();
	});
	console.log(`\n${reports.join('\n\n')}\n\nNothing was published.`);
}

async function writeRepositories(folder: string): Promise<void> {
	await npm('build:packages');
	for (const repository of await split(folder)) console.log(repository);
}

const args = process.argv.slice(2);
if (args.some((arg) => arg === '--dry-run' || arg.startsWith('--split'))) {
	const { values } = parseArgs({
		args,
		options: { 'dry-run': { type: 'boolean' }, split: { type: 'string' } },
	});
	const work = values.split === undefined ? rehearse() : writeRepositories(values.split);
	await work.catch((error: Error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
} else {
	// There n8n's tool has its list of commits written: see "auto-changelog" in package.json.
	mkdirSync(join(rootFolder, '.artifacts'), { recursive: true });
	const { exitCode } = await execa('n8n-node', ['release', ...args], {
		cwd: rootFolder,
		stdio: 'inherit',
		preferLocal: true,
		reject: false,
	});
	process.exitCode = exitCode ?? 1;
}
