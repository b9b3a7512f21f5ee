// What is published, in a clean n8n that installs it by its own means (Settings → Community nodes).
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INode } from 'n8n-workflow';
import { saveCredentials } from '../../scripts/lib/credentials.mts';
import type { SavedCredentials } from '../../scripts/lib/credentials.mts';
import { exampleFiles, loadExample, readExample, triggerOf } from '../../scripts/lib/examples.mts';
import { startN8n } from '../../scripts/lib/n8n.mts';
import type { N8n } from '../../scripts/lib/n8n.mts';
import type { WorkflowFile } from '../../scripts/lib/n8nClient.mts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { startSandbox } from '../../scripts/lib/sandbox.mts';
import type { Sandbox } from '../../scripts/lib/sandbox.mts';
import { assembleBuilt } from '../../scripts/packages/assemble.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';
import { readPlatforms } from '../../scripts/packages/platforms.mts';
import { writeNpmStandIn } from './npmStandIn.mts';
import type { Tarball } from './npmStandIn.mts';

const folder = join(rootFolder, '.artifacts', 'e2e', 'publishing');
const common = readManifest(rootFolder);
const platforms = readPlatforms();
/** Stands for whatever was released before; only its number is another one. */
const PREVIOUS = '0.0.1';

const fixtures = join(rootFolder, 'test', 'package', 'fixtures');
const savedFiles = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((file) =>
	file.endsWith('.json'),
);

let sandbox: Sandbox;
let n8n: N8n;
let credentials: SavedCredentials;

beforeAll(async () => {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const npmFolder = writeNpmStandIn(join(folder, 'bin'), packAll());
	sandbox = await startSandbox(join(folder, 'sandbox.log'));
	n8n = await startN8n({
		folder,
		bare: true,
		env: { PATH: `${npmFolder}:${process.env.PATH}` },
	});
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.stop();
});

/** The tarballs that would be published, and before them the common package's previous one. */
function packAll(): Tarball[] {
	const previous = join(folder, 'previous');
	for (const name of ['dist', 'README.md', 'LICENSE']) {
		cpSync(join(rootFolder, name), join(previous, name), { recursive: true });
	}
	writeFileSync(join(previous, 'package.json'), JSON.stringify({ ...common, version: PREVIOUS }));
	const own = platforms.map((platform) => {
		const target = join(folder, platform.packageName);
		assembleBuilt(platform, platforms, target);
		return target;
	});
	return [previous, rootFolder, ...own].map((source) => {
		const { name, version } = readManifest(source);
		const file = execFileSync(
			'npm',
			['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
			{ cwd: source, encoding: 'utf8' },
		);
		return { name, version, file: join(folder, file.trim()) };
	});
}

interface Installed {
	packageName: string;
	installedVersion: string;
	installedNodes: Array<{ type: string }>;
}

const installer = {
	async install(name: string, version?: string): Promise<Installed> {
		return (await n8n.client.http.post('/community-packages', { name, version })).data.data;
	},
	async update(name: string): Promise<Installed> {
		return (await n8n.client.http.patch('/community-packages', { name })).data.data;
	},
	async uninstall(name: string): Promise<void> {
		await n8n.client.http.delete('/community-packages', { params: { name } });
	},
};

/** Runs a workflow that is saved in n8n to its end; answers the message of its error, if any. */
async function errorOf(workflow: WorkflowFile): Promise<string | undefined> {
	const { client } = n8n;
	const execution = await client.finished(await client.run(workflow.id, triggerOf(workflow)));
	return execution.data.resultData.error?.message;
}

describe('an n8n with the previous version', () => {
	it('has installed it', async () => {
		const { installedVersion, installedNodes } = await installer.install(common.name, PREVIOUS);
		expect(installedVersion).toBe(PREVIOUS);
		const types = platforms.flatMap(({ nodes }) =>
			nodes.map(({ description }) => `${common.name}.${description.name}`),
		);
		expect(installedNodes.map(({ type }) => type).sort()).toEqual(types.sort());
		credentials = await saveCredentials(n8n.client, sandbox.platforms);
	});

	it('keeps the workflows of every version when it updates', async () => {
		for (const [index, file] of savedFiles.entries()) {
			await n8n.client.saveWorkflow(readSaved(file, index));
		}
		expect(await installer.update(common.name)).toMatchObject({
			installedVersion: common.version,
		});
		for (const [index, file] of savedFiles.entries()) {
			const { id, nodes } = readSaved(file, index);
			const found: INode[] = (await n8n.client.http.get(`/workflows/${id}`)).data.data.nodes;
			expect(found.map(({ parameters }) => parameters)).toEqual(
				nodes.map(({ parameters }) => parameters),
			);
		}
	});

	it.each(savedFiles.filter((file) => file.endsWith('runs-in-a-row.json')))(
		'still runs %s',
		async (file) => {
			expect(await errorOf(readSaved(file, savedFiles.indexOf(file)))).toBeUndefined();
		},
	);
});

/** A saved workflow as it would be imported, bound to this n8n's credentials. */
function readSaved(file: string, index: number): WorkflowFile {
	const workflow: WorkflowFile = JSON.parse(readFileSync(join(fixtures, file), 'utf8'));
	const nodes = workflow.nodes.map((node) =>
		node.credentials === undefined
			? node
			: {
					...node,
					credentials: Object.fromEntries(
						Object.keys(node.credentials).map((type) => [type, credentials[type]]),
					),
				},
	);
	return { ...workflow, nodes, id: `saved${index}` };
}

describe('moving to the packages of single platforms', () => {
	it('is no matter of having both: n8n wants every node name once', async () => {
		const [{ packageName }] = platforms;
		await expect(installer.install(packageName)).rejects.toThrow('installed_nodes.name');
	});

	it('begins with uninstalling the common package', async () => {
		await installer.uninstall(common.name);
		const workflow = readExample('research-a-topic-with-an-agent.json');
		await n8n.client.saveWorkflow(workflow);
		await expect(errorOf(workflow)).rejects.toThrow('Unrecognized node type');
	});

	describe.each(platforms)('$packageName', ({ packageName, nodes }) => {
		const own = nodes.map(({ description }) => `${common.name}.${description.name}`);
		/** Examples of this platform alone that begin with a click on the button. */
		const examples = exampleFiles().filter((file) => {
			const types = readExample(file).nodes.map(({ type }) => type);
			const ours = types.filter((type) => type.startsWith(`${common.name}.`));
			return (
				types.includes('n8n-nodes-base.manualTrigger') && ours.every((type) => own.includes(type))
			);
		});

		it('installs', async () => {
			const { installedNodes } = await installer.install(packageName);
			expect(installedNodes.map(({ type }) => type).sort()).toEqual(
				nodes.map(({ description }) => `${packageName}.${description.name}`).sort(),
			);
		});

		it('runs workflows after search and replace of the name, with the credentials they had', async () => {
			expect(examples).not.toEqual([]);
			const moved = { [`"${common.name}.`]: `"${packageName}.` };
			const outcomes = await Promise.all(
				examples.map(async (file) => {
					const workflow = await loadExample(n8n.client, file, credentials, moved);
					return [file, await errorOf(workflow)];
				}),
			);
			expect(outcomes).toEqual(examples.map((file) => [file, undefined]));
		});
	});
});
