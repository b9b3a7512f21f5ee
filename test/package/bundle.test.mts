// What n8n loads, as npm lays it out: alone in a folder, beside nothing but n8n-workflow.
import { execFileSync } from 'node:child_process';
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ICredentialType, INodeParameters, INodeType } from 'n8n-workflow';
import { buildFolder, rootFolder, toolsBin } from '../../scripts/lib/paths.mts';
import { startSandbox } from '../../scripts/lib/sandbox.mts';
import type { Sandbox } from '../../scripts/lib/sandbox.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';
import { readPlatforms } from '../../scripts/packages/platforms.mts';
import { executeNode, poll, registerCredentialTypes } from '../support/n8n.mts';

const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-'));
const alone = join(folder, 'alone');
mkdirSync(join(alone, 'node_modules'), { recursive: true });
for (const name of ['dist', 'package.json']) {
	cpSync(join(rootFolder, name), join(alone, name), { recursive: true });
}
const modules = join(rootFolder, 'node_modules');
symlinkSync(join(modules, 'n8n-workflow'), join(alone, 'node_modules', 'n8n-workflow'));
afterAll(() => rmSync(folder, { recursive: true }));

const { n8n } = readManifest(rootFolder);
const packages = [
	{ packageName: 'the common package', built: rootFolder, folder: '\\w+' },
	...readPlatforms().map((platform) => ({
		...platform,
		built: join(buildFolder, platform.packageName),
	})),
];

/** Runs JavaScript in a Node of its own, in the folder where the package lies alone. */
const runAlone = (script: string, ...options: string[]): string =>
	execFileSync(join(toolsBin, 'node'), [...options, '-e', script], {
		cwd: alone,
		encoding: 'utf8',
		env: { ...process.env, NODE_PATH: '' },
	});

describe.each(packages)('$packageName', ({ built, folder: own }) => {
	const files = readdirSync(join(built, 'dist'), { recursive: true, encoding: 'utf8' });
	const textOf = (file: string) => readFileSync(join(built, 'dist', file), 'utf8');

	test('requires nothing but n8n-workflow, what Node has, and its own bundle', () => {
		const code = files.filter((file) => file.endsWith('.js'));
		const required = code.flatMap((file) =>
			[...textOf(file).matchAll(/\b(?:require|import)\(([^)]*)\)/g)].map(([, what]) => what),
		);
		const known = ['n8n-workflow', ...builtinModules.map((name) => `node:${name}`)];
		const others = required.filter(
			(what) => !known.includes(what.slice(1, -1)) && !/^'(\.\.\/)+index\.js'$/.test(what),
		);
		expect(required).toContain('"n8n-workflow"');
		expect(others).toEqual([]);
	});

	test('is made of its own sources and what these import', () => {
		const { sources }: { sources: string[] } = JSON.parse(textOf('index.js.map'));
		const platform = new RegExp(`^\\.\\./nodes/(?:${own}|shared)/`);
		const foreign = sources.filter(
			(source) => source.startsWith('../nodes/') && !platform.test(source),
		);
		expect(foreign).toEqual([]);
		const others = sources.filter((source) => !/^\.\.\/(nodes|credentials)\//.test(source));
		const names = others.map((source) => /^\.\.\/node_modules\/([^/]+)/.exec(source)?.[1]);
		expect(new Set(names)).toEqual(new Set(['p-limit', 'yocto-queue', 'zod', undefined]));
		// The list of what is exported has no file.
		expect(others.filter((_, index) => names[index] === undefined)).toEqual(['<stdin>']);
	});

	test('ships the licences of what it bundles', () => {
		const licences = textOf('THIRD-PARTY-LICENSES.txt');
		for (const name of ['p-limit', 'yocto-queue', 'zod']) {
			const { version, license } = readManifest(join(modules, name));
			expect(license).toBe('MIT');
			expect(licences).toContain(`${name} ${version}\n`);
			const text = readFileSync(
				join(modules, name, name === 'zod' ? 'LICENSE' : 'license'),
				'utf8',
			);
			expect(licences).toContain(text.trim());
		}
	});
});

test('everything loads without a module that is not n8n-workflow or Node’s own', () => {
	const files = [...n8n.nodes, ...n8n.credentials];
	const required = runAlone(`
		const Module = require('node:module');
		const load = Module._load;
		const required = new Set();
		Module._load = function (request, parent, ...rest) {
			// What n8n-workflow requires in its turn is its own affair.
			if (parent?.filename?.startsWith(process.cwd() + '/dist/')) required.add(request);
			return load.call(this, request, parent, ...rest);
		};
		for (const file of ${JSON.stringify(files)}) {
			const exported = require('./' + file);
			const [name] = file.split('/').at(-1).split('.');
			if (new exported[name]().name === '') throw new Error(file);
		}
		console.log(JSON.stringify([...required]));`);
	const modules: string[] = JSON.parse(required);
	expect(modules.filter((name) => !/^\.{1,2}\//.test(name)).sort()).toEqual([
		'n8n-workflow',
		'node:crypto',
	]);
});

describe('in that folder', () => {
	const load = createRequire(join(alone, 'package.json'));
	const instance = <Class,>(file: string): Class =>
		new (load(`./${file}`)[file.split('/').at(-1)?.split('.')[0] ?? ''])();
	const nodes = n8n.nodes.map((file) => instance<INodeType>(file));
	const nodeOf = (name: string): INodeType => {
		const found = nodes.find(({ description }) => description.name === name);
		if (found === undefined) throw new Error(`No node ${name}`);
		return found;
	};

	let sandbox: Sandbox;
	beforeAll(async () => {
		registerCredentialTypes(...n8n.credentials.map((file) => instance<ICredentialType>(file)));
		sandbox = await startSandbox(join(folder, 'sandbox.log'));
	});
	afterAll(async () => await sandbox.stop());

	const inputs = {
		agent: { __rl: true, mode: 'id', value: '5eed0000-0000-4000-8000-000000000001' },
		specifyInputs: 'json',
		inputsJson: '{ "topic": "Sun" }',
	};
	const cases: Array<
		[platform: 'flymyai' | 'pyflue' | 'flowmaestro' | 'agentflow', string, INodeParameters]
	> = [
		['flymyai', 'flyMyAi', { resource: 'run', operation: 'start', ...inputs }],
		['pyflue', 'pyFlue', { resource: 'agent', operation: 'getAll' }],
		['flowmaestro', 'flowMaestro', { resource: 'workflow', operation: 'getAll' }],
		['agentflow', 'agentFlow', { resource: 'agent', operation: 'getAll' }],
	];

	test.each(cases)('a node of %s works', async (platform, name, parameters) => {
		const credentials = { [`${name}Api`]: sandbox.platforms[platform] };
		const { output } = await executeNode({ node: nodeOf(name), parameters, credentials });
		expect(output[0].length).toBeGreaterThan(0);
	});

	test('a trigger works, with a time among its options', async () => {
		const output = await poll({
			node: nodeOf('flyMyAiTrigger'),
			parameters: { options: { includeSince: '2026-01-01 12:00' } },
			staticData: {},
			credentials: { flyMyAiApi: sandbox.platforms.flymyai },
		});
		expect(output?.[0].length).toBeGreaterThan(0);
	});
});

test('a stack trace names our sources and their lines, where maps are read as n8n reads them', () => {
	const stack = runAlone(
		`const { FlyMyAi } = require('./dist/nodes/FlyMyAi/FlyMyAi.node.js');
		new FlyMyAi().execute.call({}).catch(({ stack }) => console.log(stack));`,
		'--enable-source-maps',
	);
	const [, file, line] = /\/(nodes\/shared\/operation\.ts):(\d+):\d+/.exec(stack) ?? [];
	const lines = readFileSync(join(rootFolder, file), 'utf8').split('\n');
	expect(lines[Number(line) - 1]).toContain('context.getNode()');
});

test('the same sources give the same bytes, wherever they lie', () => {
	const copy = join(folder, 'elsewhere', 'copy');
	for (const name of ['nodes', 'credentials', 'package.json', 'tsconfig.json']) {
		cpSync(join(rootFolder, name), join(copy, name), { recursive: true });
	}
	symlinkSync(modules, join(copy, 'node_modules'));
	execFileSync(join(toolsBin, 'node'), [join(rootFolder, 'scripts', 'bundle.mjs')], { cwd: copy });
	const built = readdirSync(join(copy, 'dist'), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => join(parentPath, name).slice(copy.length + 1));
	expect(built.length).toBeGreaterThan(n8n.nodes.length);
	for (const file of built) {
		expect(readFileSync(join(copy, file)).equals(readFileSync(join(rootFolder, file)))).toBe(true);
	}
});
