import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { IConnections, INode, INodeTypeDescription } from 'n8n-workflow';
import { loadContents } from './contents.mts';
import type { Contents } from './contents.mts';
import { overlapsIn } from './layout.mts';
import { readManifest } from './manifest.mts';
import type { Manifest } from './manifest.mts';

const { NodeHelpers }: typeof import('n8n-workflow') = createRequire(import.meta.url)(
	'n8n-workflow',
);

/** Bytes that a package may take up once it is unpacked, a third of them for its source map. */
const sizeBudget = 2_000_000;

/** What `npm publish` would send, as npm itself says. */
export interface Packed {
	name: string;
	version: string;
	/** Bytes of the tarball. */
	size: number;
	/** Bytes of what is in it. */
	unpackedSize: number;
	files: Array<{ path: string; size: number }>;
}

/**
 * Checks a built package as a whole, in its folder.
 * @throws on the first thing that is wrong with it.
 */
export async function checkPackage(folder: string): Promise<Packed> {
	const manifest = readManifest(folder);
	const contents = loadContents(folder, manifest);
	checkIcons(folder, contents);
	checkCodex(folder, manifest, contents);
	checkExamples(folder, manifest, contents);
	return await checkShipment(folder, manifest);
}

/** Every icon exists, for light and for dark backgrounds. */
function checkIcons(folder: string, { nodes, credentials }: Contents): void {
	const owners = [
		...nodes.map(({ file, description }) => ({ file, icon: description.icon })),
		...credentials.map(({ file, credential }) => ({ file, icon: credential.icon })),
	];
	for (const { file, icon } of owners) {
		for (const theme of ['light', 'dark'] as const) {
			const name = typeof icon === 'object' ? icon[theme].replace(/^file:/, '') : undefined;
			if (name === undefined || !existsSync(join(folder, dirname(file), name))) {
				throw new Error(`${file} has no ${theme} icon`);
			}
		}
	}
}

/** Every node has its codex file, under the node's own type. */
function checkCodex(folder: string, { name }: Manifest, { nodes }: Contents): void {
	for (const { file, description } of nodes) {
		const codexFile = join(folder, file.replace(/\.js$/, '.json'));
		if (!existsSync(codexFile)) throw new Error(`${file} has no codex file`);
		const { node } = JSON.parse(readFileSync(codexFile, 'utf8'));
		if (node !== `${name}.${description.name}`) {
			throw new Error(`${codexFile} is about ${node}, not ${name}.${description.name}`);
		}
	}
}

/**
 * Every example is a workflow that n8n can import, its nodes are filled in as they must be, and
 * nothing on its canvas hides anything else.
 */
function checkExamples(folder: string, { name }: Manifest, { nodes }: Contents): void {
	const own = new Map<string, INodeTypeDescription>(
		nodes.map(({ description }) => [`${name}.${description.name}`, description]),
	);
	const examples = join(folder, 'examples');
	for (const file of readdirSync(examples).filter((entry) => entry.endsWith('.json'))) {
		const workflow: { nodes: INode[]; connections: IConnections } = JSON.parse(
			readFileSync(join(examples, file), 'utf8'),
		);
		const names = new Set(workflow.nodes.map((node) => node.name));
		for (const [from, outputs] of Object.entries(workflow.connections)) {
			for (const connection of Object.values(outputs).flat(2)) {
				if (!names.has(from) || (connection && !names.has(connection.node))) {
					throw new Error(`examples/${file} connects nodes that it does not have, from ${from}`);
				}
			}
		}
		const overlaps = overlapsIn(workflow.nodes);
		if (overlaps.length > 0) throw new Error(`examples/${file}: ${overlaps.join(', ')} overlap`);
		for (const node of workflow.nodes) {
			if (!/^n8n-nodes-(?!base\.|langchain\.)/.test(node.type)) continue;
			const description = own.get(node.type);
			if (!description) throw new Error(`examples/${file} uses ${node.type}, which does not exist`);
			const issues = NodeHelpers.getNodeParametersIssues(description.properties, node, description);
			if (issues) throw new Error(`examples/${file}, ${node.name}: ${JSON.stringify(issues)}`);
		}
	}
}

/** Nothing but the built package ships, it needs nothing at runtime but n8n, and it is small. */
async function checkShipment(folder: string, manifest: Manifest): Promise<Packed> {
	const { dependencies, optionalDependencies, bundleDependencies = [] } = manifest;
	const needed = [
		...Object.keys({ ...dependencies, ...optionalDependencies }),
		...bundleDependencies,
	];
	if (needed.length > 0) throw new Error(`The package must not need ${needed.join(', ')}`);

	const packed = await pack(folder, ['--dry-run']);
	const allowed = /^(dist\/|(README|LICENSE|CHANGELOG)(\.md)?$|package\.json$)/;
	const stray = packed.files.map(({ path }) => path).filter((path) => !allowed.test(path));
	if (stray.length > 0) throw new Error(`These files would ship too: ${stray.join(', ')}`);
	if (packed.unpackedSize > sizeBudget) {
		throw new Error(`${packed.unpackedSize} bytes unpacked are more than ${sizeBudget}`);
	}
	return packed;
}

/** Makes the tarball that would be published, in the folder that `--pack-destination` names. */
export async function pack(folder: string, options: string[]): Promise<Packed> {
	const args = ['pack', '--json', '--ignore-scripts', ...options];
	const { stdout } = await execa('npm', args, { cwd: folder });
	const [packed]: Packed[] = JSON.parse(stdout);
	return packed;
}
