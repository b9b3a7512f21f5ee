import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of a package.json the packages are made from. */
export interface Manifest {
	name: string;
	version: string;
	description: string;
	license: string;
	homepage: string;
	bugs: string;
	author: { name: string; email: string };
	repository: { type: string; url: string; directory?: string };
	keywords: string[];
	engines: Record<string, string>;
	files: string[];
	scripts: Record<string, string>;
	n8n: { n8nNodesApiVersion: number; strict: boolean; credentials: string[]; nodes: string[] };
	peerDependencies: Record<string, string>;
	peerDependenciesMeta: Record<string, { optional: boolean }>;
	devDependencies: Record<string, string>;
	dependencies?: Record<string, string>;
	optionalDependencies?: Record<string, string>;
	bundleDependencies?: string[];
}

export function readManifest(folder: string): Manifest {
	return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The repository's address in a browser, such as `https://github.com/owner/name`. */
export function webAddress({ repository }: Manifest): string {
	return repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
}
