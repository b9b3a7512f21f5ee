import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { ICredentialType, INodeType, INodeTypeDescription } from 'n8n-workflow';
import type { Manifest } from './manifest.mts';

export interface BuiltNode {
	/** As package.json lists it: `dist/nodes/<Platform>/<Name>.node.js`. */
	file: string;
	description: INodeTypeDescription;
}

export interface BuiltCredential {
	/** As package.json lists it: `dist/credentials/<Name>.credentials.js`. */
	file: string;
	credential: ICredentialType;
}

/** What n8n will load from a built package: the classes that its package.json lists. */
export interface Contents {
	nodes: BuiltNode[];
	credentials: BuiltCredential[];
}

/** @throws when a file that package.json lists does not export the class n8n looks for in it. */
export function loadContents(folder: string, { n8n }: Manifest): Contents {
	return {
		nodes: n8n.nodes.map((file) => {
			const { description } = instantiate<INodeType>(folder, file);
			return { file, description };
		}),
		credentials: n8n.credentials.map((file) => {
			return { file, credential: instantiate<ICredentialType>(folder, file) };
		}),
	};
}

function instantiate<Instance>(folder: string, file: string): Instance {
	const exported: Record<string, (new () => Instance) | undefined> = createRequire(
		join(folder, 'package.json'),
	)(join(folder, file));
	const name = basename(file).split('.')[0];
	const Class = exported[name];
	if (Class === undefined) throw new Error(`${file} exports no class ${name}`);
	return new Class();
}
