import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from '../lib/paths.mts';
import type { Manifest } from './manifest.mts';
import { ownWebAddress } from './naming.mts';
import type { Platform } from './platforms.mts';

/** What builds, lints and releases a package by itself. */
const tools = ['@n8n/node-cli', '@types/node', 'esbuild', 'eslint', 'typescript'];

/** The package.json of a platform's own package, drawn from the common one. */
export function ownManifest(
	root: Manifest,
	platform: Platform,
	all: Platform[],
	version: string,
): Manifest {
	const address = ownWebAddress(root, platform);
	const otherPlatforms = all.map(({ slug }) => slug).filter((slug) => slug !== platform.slug);
	const imported = importedBy(platform);
	const needed = [...tools, ...imported, ...imported.map((name) => `@types/${name}`)];
	return {
		name: platform.packageName,
		version,
		description: platform.description,
		license: root.license,
		homepage: `${address}#readme`,
		bugs: `${address}/issues`,
		author: root.author,
		repository: { type: root.repository.type, url: `git+${address}.git` },
		keywords: root.keywords.filter((keyword) => !otherPlatforms.includes(keyword)),
		engines: root.engines,
		files: root.files,
		scripts: {
			build: 'n8n-node build && node scripts/bundle.mjs',
			dev: 'n8n-node dev',
			lint: 'n8n-node lint',
			release: 'n8n-node release',
			prepublishOnly: root.scripts.prepublishOnly,
		},
		n8n: {
			...root.n8n,
			credentials: platform.credentials.map(({ file }) => file),
			nodes: platform.nodes.map(({ file }) => file),
		},
		peerDependencies: root.peerDependencies,
		peerDependenciesMeta: root.peerDependenciesMeta,
		devDependencies: Object.fromEntries(
			Object.entries(root.devDependencies).filter(([name]) => needed.includes(name)),
		),
	};
}

/** The packages that a platform's sources import: the compiler and the bundler need them. */
function importedBy({ folder }: Platform): string[] {
	return [`nodes/${folder}`, 'nodes/shared', 'credentials'].flatMap((place) =>
		readdirSync(join(rootFolder, place), { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.ts'))
			.map((file) => readFileSync(join(rootFolder, place, file), 'utf8'))
			.flatMap((source) => [...source.matchAll(/ from '([^.'][^']*)'/g)].map(([, name]) => name)),
	);
}
