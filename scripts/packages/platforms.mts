import { basename, dirname } from 'node:path';
import { rootFolder } from '../lib/paths.mts';
import { loadContents } from './contents.mts';
import type { BuiltCredential, BuiltNode } from './contents.mts';
import { readManifest } from './manifest.mts';

/** A platform as the package's own package.json lists it, and as it ships alone. */
export interface Platform {
	/** Its folder in `nodes`, such as `FlyMyAi`. */
	folder: string;
	/** The folder in lower case: the name of its page in `docs`, and a part of its package's name. */
	slug: string;
	/** `n8n-nodes-<slug>`. */
	packageName: string;
	/** As the platform writes itself. */
	displayName: string;
	description: string;
	nodes: BuiltNode[];
	/** The credentials that its nodes ask for. */
	credentials: BuiltCredential[];
}

/** The platforms in `package.json`, in its order. The package must be built. */
export function readPlatforms(): Platform[] {
	const { nodes, credentials } = loadContents(rootFolder, readManifest(rootFolder));
	const folders = new Set(nodes.map(folderOf));
	return [...folders].map((folder) => {
		const own = nodes.filter((node) => folderOf(node) === folder);
		const main = own.find(({ description }) => !description.group.includes('trigger')) ?? own[0];
		const used = own.flatMap(({ description }) => description.credentials ?? []);
		const slug = folder.toLowerCase();
		return {
			folder,
			slug,
			packageName: `n8n-nodes-${slug}`,
			displayName: main.description.displayName,
			description: main.description.description,
			nodes: own,
			credentials: credentials.filter(({ credential }) =>
				used.some(({ name }) => name === credential.name),
			),
		};
	});
}

const folderOf = ({ file }: BuiltNode): string => basename(dirname(file));
