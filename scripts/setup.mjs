// Makes node_modules true to the lock files, so that `npm test` and `npm start` work from a fresh
// clone. Plain JavaScript without dependencies: it runs on Node 20, before anything is installed.
//
//   node scripts/setup.mjs         the tools of this package, Node 24 among them
//   node scripts/setup.mjs --n8n   also the n8n that `npm start` and the end-to-end tests run
//   node scripts/setup.mjs --browser   also the browser of the editor's tests

import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..');
const n8nFolder = join(root, 'scripts', 'n8n');
const toolsBin = join(root, 'node_modules', '.bin');
const logFile = join(root, '.artifacts', 'setup.log');
// Where the editor's tests read which browser they are to start.
const browserFile = join(root, '.artifacts', 'browser');

// npm must not run on the Node that lies in the folder it is about to replace.
const systemPath = process.env.PATH.split(delimiter)
	.filter((folder) => folder !== toolsBin)
	.join(delimiter);

/** Whether everything the folder's lock file asks for is installed in that very version. */
function isInstalled(folder) {
	const installedLock = join(folder, 'node_modules', '.package-lock.json');
	if (!existsSync(installedLock)) return false;
	const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
	const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
	return Object.entries(wanted).every(([path, { version, optional, extraneous }]) => {
		if (path === '') return true;
		// Packages for other platforms are in the lock file, but not on the disk.
		if (!installed[path]) return optional === true || extraneous === true;
		return installed[path].version === version;
	});
}

/** Whether the command ends well; it is one that takes milliseconds. */
function succeeds(command, args, cwd) {
	return spawnSync(command, args, { cwd, stdio: 'ignore' }).status === 0;
}

function hasNode24() {
	const { stdout } = spawnSync(join(toolsBin, 'node'), ['--version'], { encoding: 'utf8' });
	return Number(/^v(\d+)/.exec(stdout ?? '')?.[1]) >= 24;
}

function hasSqlite() {
	return succeeds(join(toolsBin, 'node'), ['-e', "require('sqlite3')"], n8nFolder);
}

class SetupFailure extends Error {}

/** What the user sees while a step runs: on a terminal one living line, elsewhere one now and then. */
function showProgress(title) {
	const start = Date.now();
	const onTerminal = process.stdout.isTTY;
	let downloads = 0;
	const line = () => {
		const seconds = Math.round((Date.now() - start) / 1000);
		return `${title}: ${seconds} s${downloads > 0 ? `, ${downloads} packages` : ''}`;
	};
	const timer = setInterval(
		() => process.stdout.write(onTerminal ? `\r\x1b[2K… ${line()}` : `… ${line()}\n`),
		onTerminal ? 1_000 : 20_000,
	);
	return {
		downloaded: () => (downloads += 1),
		end: (mark) => {
			clearInterval(timer);
			process.stdout.write(`${onTerminal ? '\r\x1b[2K' : ''}${mark} ${line()}\n`);
		},
	};
}

/** Runs npm in a folder. */
async function npm(title, args, folder) {
	await run(title, 'npm', [...args, '--loglevel=http', '--no-audit', '--no-fund'], folder);
}

/** Runs a command; all it says goes to the log, its last lines into the failure. */
async function run(title, command, args, folder) {
	const progress = showProgress(title);
	const log = createWriteStream(logFile, { flags: 'a' });
	log.write(`\n# ${title}: ${command} ${args.join(' ')}\n`);
	const lastLines = [];
	const child = spawn(command, args, {
		cwd: folder,
		env: { ...process.env, PATH: systemPath },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	for (const stream of [child.stdout, child.stderr]) {
		createInterface(stream).on('line', (line) => {
			log.write(`${line}\n`);
			if (/http fetch GET 200 .*\.tgz/.test(line)) {
				progress.downloaded();
				return;
			}
			lastLines.push(line);
			if (lastLines.length > 20) lastLines.shift();
		});
	}
	const code = await new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', resolve);
	});
	log.end();
	progress.end(code === 0 ? '✔' : '✖');
	if (code !== 0) throw new SetupFailure(`${title} did not work:\n\n${lastLines.join('\n')}`);
}

async function setUpTools() {
	if (!isInstalled(root)) {
		// Install scripts stay off: some of them refuse Node 20, none but Node's own is needed.
		await npm('Installing the tools (once, about 2 minutes)', ['ci', '--ignore-scripts'], root);
	}
	if (!hasNode24()) {
		await npm('Fetching Node 24', ['rebuild', 'node', '--ignore-scripts=false'], root);
	}
	if (!hasNode24()) {
		throw new SetupFailure(`${join(toolsBin, 'node')} is not Node 24.`);
	}
}

async function setUpN8n() {
	if (!isInstalled(n8nFolder)) {
		await npm(
			'Installing n8n (once, about 4 minutes, 2.7 GB)',
			['ci', '--ignore-scripts'],
			n8nFolder,
		);
	}
	if (!hasSqlite()) {
		// Downloads a ready-made binary, or builds one where there is none (needs python3 and g++).
		await npm(
			"Preparing n8n's database",
			['rebuild', 'sqlite3', '--ignore-scripts=false'],
			n8nFolder,
		);
	}
	if (!hasSqlite()) {
		throw new SetupFailure('The sqlite3 package does not load. Building it needs python3 and g++.');
	}
}

/** The browser to use: the one that CHROMIUM_PATH names, or any Chromium or Chrome there is. */
function findBrowser() {
	const { CHROMIUM_PATH } = process.env;
	if (CHROMIUM_PATH) return existsSync(CHROMIUM_PATH) ? CHROMIUM_PATH : undefined;
	const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
	const onPath = systemPath
		.split(delimiter)
		.flatMap((folder) => names.map((name) => join(folder, name)));
	const onMac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
	return [...onPath, onMac].find((path) => existsSync(path));
}

async function setUpBrowser() {
	const mayInstall = process.getuid?.() === 0 && succeeds('apt-get', ['--version'], root);
	if (!findBrowser() && !process.env.CHROMIUM_PATH && mayInstall) {
		await run('Looking for Debian packages', 'apt-get', ['update'], root);
		const install = ['install', '--yes', '--no-install-recommends', 'chromium'];
		await run('Installing Chromium (once, about a minute)', 'apt-get', install, root);
	}
	const browser = findBrowser();
	if (!browser) {
		throw new SetupFailure(
			"The editor's tests need a browser: install Chromium or Google Chrome, or set CHROMIUM_PATH to the program of one.",
		);
	}
	writeFileSync(browserFile, browser);
}

if (Number(process.versions.node.split('.')[0]) < 20) {
	console.error(
		`Node ${process.versions.node} is too old: install Node 20 or newer, then run this again.`,
	);
	process.exit(1);
}
mkdirSync(join(root, '.artifacts'), { recursive: true });
try {
	await setUpTools();
	if (process.argv.includes('--n8n')) await setUpN8n();
	if (process.argv.includes('--browser')) await setUpBrowser();
} catch (error) {
	if (!(error instanceof SetupFailure)) throw error;
	console.error(`\n${error.message}\n`);
	console.error(
		'Check the network connection and the free disk space, then run the command again.',
	);
	console.error(`The whole log: ${logFile}`);
	process.exitCode = 1;
}
