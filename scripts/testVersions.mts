// `npm run test:versions`: the package in every n8n that people run, and beside other packages.
//
//   npm run test:versions                        all of them, one after the other
//   npm run test:versions -- 1.123.81 zod-4      these: folders of test/versions, or its neighbours
//   npm run test:versions -- --keep 1.123.81     leaves what it has installed (1.5 to 2.7 GB an n8n)
//
// An n8n is installed from its lock file in test/versions, with the oldest Node it allows, into
// .artifacts/versions. Another package is laid beside this one in the n8n of scripts/n8n.
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { buildIfNeeded } from './lib/build.mts';
import { rootFolder, toolsBin } from './lib/paths.mts';

const locks = join(rootFolder, 'test', 'versions');
const artifacts = join(rootFolder, '.artifacts', 'versions');
const defaultN8n = join(rootFolder, 'scripts', 'n8n');

/** Packages that others bring into n8n's folder for community packages. */
const neighbours = readdirSync(join(locks, 'neighbours'));
/** Oldest first. */
const versions = readdirSync(locks)
	.filter((name) => /^\d/.test(name))
	.sort(new Intl.Collator('en', { numeric: true }).compare);

/** What one run of the tests has shown: by topic, how many of them passed. */
interface Row {
	n8n: string;
	node: string;
	beside: string;
	topics: Map<string, { passed: number; all: number }>;
	failures: string[];
	seconds: number;
}

interface Report {
	testResults: Array<{
		message: string;
		assertionResults: Array<{ ancestorTitles: string[]; fullName: string; status: string }>;
	}>;
}

const npm = async (folder: string, args: string[]) =>
	await execa('npm', [...args, '--no-audit', '--no-fund'], { cwd: folder, all: true });

/** Installs what the lock file in `from` names into `.artifacts`. Answers where. */
async function install(from: string, name: string): Promise<string> {
	const folder = join(artifacts, name);
	mkdirSync(folder, { recursive: true });
	const files = ['package.json', 'package-lock.json'];
	const isThere = files.every((file) => {
		const copy = join(folder, file);
		return existsSync(copy) && readFileSync(copy).equals(readFileSync(join(from, file)));
	});
	if (isThere && existsSync(join(folder, 'node_modules', '.package-lock.json'))) return folder;
	for (const file of files) copyFileSync(join(from, file), join(folder, file));
	// Peers of packages that n8n does not use are at odds with each other.
	await npm(folder, ['ci', '--ignore-scripts', '--legacy-peer-deps']);
	return folder;
}

async function installN8n(version: string): Promise<string> {
	const folder = await install(join(locks, version), version);
	if (!existsSync(join(folder, 'node_modules', 'node', 'bin', 'node'))) {
		await npm(folder, ['rebuild', 'node', '--ignore-scripts=false']);
	}
	// Every n8n has the same version of it, and one binary fits every Node.
	const binary = join('node_modules', 'sqlite3', 'build', 'Release', 'node_sqlite3.node');
	mkdirSync(dirname(join(folder, binary)), { recursive: true });
	copyFileSync(join(defaultN8n, binary), join(folder, binary));
	return folder;
}

/** Runs the tests once. */
async function tryOut(name: string, n8n: string, beside?: string): Promise<Row> {
	const begun = Date.now();
	const report = join(artifacts, `${name}.json`);
	rmSync(report, { force: true });
	const env = {
		TEST_N8N: n8n,
		TEST_NEIGHBOURS: beside === undefined ? undefined : join(beside, 'node_modules'),
		TEST_NAME: `versions-${name}`,
	};
	const args = ['-c', 'jest.versions.config.mjs', '--json', '--outputFile', report];
	const run = await execa('jest', args, {
		cwd: rootFolder,
		env,
		preferLocal: true,
		reject: false,
		all: true,
	});
	writeFileSync(join(artifacts, `${name}.log`), run.all);
	const row: Row = {
		n8n: versionOf(join(n8n, 'node_modules', 'n8n')),
		node: await nodeOf(n8n),
		beside: beside === undefined ? '' : name,
		topics: new Map(),
		failures: [],
		seconds: (Date.now() - begun) / 1000,
	};
	if (!existsSync(report)) return { ...row, failures: [run.all] };
	const { testResults }: Report = JSON.parse(readFileSync(report, 'utf8'));
	for (const { message, assertionResults } of testResults) {
		if (assertionResults.length === 0) row.failures.push(message);
		for (const { ancestorTitles, fullName, status } of assertionResults) {
			const topic = row.topics.get(ancestorTitles[0]) ?? { passed: 0, all: 0 };
			topic.all++;
			if (status === 'passed') topic.passed++;
			else row.failures.push(fullName);
			row.topics.set(ancestorTitles[0], topic);
		}
	}
	return row;
}

const versionOf = (folder: string): string =>
	JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;

async function nodeOf(n8n: string): Promise<string> {
	const own = join(n8n, 'node_modules', '.bin', 'node');
	const { stdout } = await execa(existsSync(own) ? own : join(toolsBin, 'node'), ['--version']);
	return stdout.slice(1);
}

async function tryVersion(version: string, keep: boolean): Promise<Row> {
	const folder = await installN8n(version);
	try {
		return await tryOut(version, folder);
	} finally {
		if (!keep) rmSync(join(folder, 'node_modules'), { recursive: true });
	}
}

async function tryNeighbour(name: string): Promise<Row> {
	return await tryOut(name, defaultN8n, await install(join(locks, 'neighbours', name), name));
}

function show(rows: Row[]): void {
	console.table(
		rows.map(({ n8n, node, beside, topics, failures, seconds }) => ({
			n8n,
			Node: node,
			beside,
			...Object.fromEntries(
				[...topics].map(([topic, { passed, all }]) => [topic, `${passed}/${all}`]),
			),
			failed: failures.length,
			seconds: Math.round(seconds),
		})),
	);
}

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { keep: { type: 'boolean', default: false } },
});
const default_ = versionOf(join(defaultN8n, 'node_modules', 'n8n'));
const known = [...versions, default_, ...neighbours];
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: not among ${known.join(', ')}`);

await buildIfNeeded();
mkdirSync(artifacts, { recursive: true });
const rows: Row[] = [];
for (const name of positionals.length > 0 ? positionals : known) {
	process.stdout.write(`${name} …\n`);
	const row = await (name === default_
		? tryOut(name, defaultN8n)
		: neighbours.includes(name)
			? tryNeighbour(name)
			: tryVersion(name, values.keep));
	rows.push(row);
	show([row]);
	for (const failure of row.failures) console.error(`failed: ${failure}`);
}
if (rows.length > 1) show(rows);
const count = (which: (topic: { passed: number; all: number }) => number) =>
	rows.flatMap(({ topics }) => [...topics.values()]).reduce((sum, one) => sum + which(one), 0);
const failed = rows.reduce((sum, { failures }) => sum + failures.length, 0);
// As every command's tests say it.
console.log(`${count(({ passed }) => passed)} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
