import { execFileSync } from 'node:child_process';
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootFolder } from '../lib/paths.mts';
import { changelogOf } from './changelog.mts';
import { readManifest } from './manifest.mts';
import type { Manifest } from './manifest.mts';
import { withOwnNames, withOwnTypes } from './naming.mts';
import { ownManifest } from './ownManifest.mts';
import type { Platform } from './platforms.mts';
import { readmeOf } from './readme.mts';

const BUNDLER = 'scripts/bundle.mjs';

/** What is neither code nor asset. */
const metadata = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'examples'];

/** The package as it ships: built from its own sources, with what the common build has generated. */
export function assembleBuilt(platform: Platform, all: Platform[], target: string): void {
	const source = mkdtempSync(join(tmpdir(), 'n8n-nodes-'));
	try {
		assembleSource(platform, all, source);
		symlinkSync(join(rootFolder, 'node_modules'), join(source, 'node_modules'));
		execFileSync(process.execPath, [BUNDLER], { cwd: source });
		for (const name of ['dist', ...metadata]) {
			cpSync(join(source, name), join(target, name), { recursive: true });
		}
		const nodes = `nodes/${platform.folder}`;
		cpSync(join(source, nodes), join(target, 'dist', nodes), {
			recursive: true,
			filter: (file) => !file.endsWith('.ts'),
		});
	} finally {
		rmSync(source, { recursive: true });
	}
}

/**
 * The package's sources as a repository of its own, ready to be committed: it builds, lints and
 * releases itself with n8n's tool.
 */
export function assembleSource(platform: Platform, all: Platform[], target: string): void {
	const places = [`nodes/${platform.folder}`, 'nodes/shared'];
	const files = platform.credentials.map(({ file }) => sourceOf(file));
	const asTheyAre = [BUNDLER, 'eslint.config.mjs', 'SECURITY.md', '.github/workflows/publish.yml'];
	for (const name of [...places, ...files, ...asTheyAre]) copy(name, target);
	// What the common build has generated, n8n's build takes from the sources.
	cpSync(join(rootFolder, `dist/nodes/${platform.folder}`), join(target, places[0]), {
		recursive: true,
		filter: (file) => !file.endsWith('.js'),
	});
	writeMetadata(platform, all, target);
	for (const folder of ['nodes', 'credentials']) takeOwnNames(platform, join(target, folder));

	const compiler = JSON.parse(readFileSync(join(rootFolder, 'tsconfig.json'), 'utf8'));
	// n8n's build copies icons; codex files are the compiler's part.
	compiler.include.push('nodes/**/*.json');
	writeJson(join(target, 'tsconfig.json'), compiler);
	writeFileSync(join(target, '.gitignore'), 'node_modules/\ndist/\n');
}

/** `nodes/X/X.node.ts` for `dist/nodes/X/X.node.js`. */
const sourceOf = (file: string): string => file.replace(/^dist\//, '').replace(/\.js$/, '.ts');

function writeMetadata(platform: Platform, all: Platform[], target: string): void {
	const root = readManifest(rootFolder);
	const changes = readFileSync(join(rootFolder, 'CHANGELOG.md'), 'utf8');
	const { version, text } = changelogOf(platform, all, changes);
	const examples = examplesOf(platform, root);
	mkdirSync(join(target, 'examples'), { recursive: true });
	for (const [file, workflow] of examples) {
		writeFileSync(join(target, 'examples', file), withOwnTypes(workflow, root, platform));
	}
	writeJson(join(target, 'package.json'), ownManifest(root, platform, all, version));
	const names = examples.map(([file]) => file);
	writeFileSync(join(target, 'README.md'), readmeOf(platform, root, names));
	writeFileSync(join(target, 'CHANGELOG.md'), text);
	copy('LICENSE', target);
}

/** The examples that use nodes of this platform and of no other of ours: file name and text. */
function examplesOf(platform: Platform, root: Manifest): Array<[file: string, text: string]> {
	const own = platform.nodes.map(({ description }) => `${root.name}.${description.name}`);
	const folder = join(rootFolder, 'examples');
	return readdirSync(folder)
		.filter((file) => file.endsWith('.json'))
		.map((file): [string, string] => [file, readFileSync(join(folder, file), 'utf8')])
		.filter(([, text]) => {
			const { nodes }: { nodes: Array<{ type: string }> } = JSON.parse(text);
			const ours = nodes.filter(({ type }) => type.startsWith(`${root.name}.`));
			return ours.length > 0 && ours.every(({ type }) => own.includes(type));
		});
}

function copy(name: string, target: string): void {
	cpSync(join(rootFolder, name), join(target, name), { recursive: true });
}

function takeOwnNames(platform: Platform, folder: string): void {
	const root = readManifest(rootFolder);
	for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile() || !/\.(ts|json)$/.test(entry.name)) continue;
		const file = join(entry.parentPath, entry.name);
		writeFileSync(file, withOwnNames(readFileSync(file, 'utf8'), root, platform));
	}
}

function writeJson(file: string, value: unknown): void {
	writeFileSync(file, `${JSON.stringify(value, null, '\t')}\n`);
}
