import { randomBytes } from 'node:crypto';
import {
	cpSync,
	existsSync,
	mkdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { startChild } from './childProcess.mts';
import { freePort } from './freePort.mts';
import { N8nClient } from './n8nClient.mts';
import type { Login } from './n8nClient.mts';
import { n8nBin, n8nInstallation, rootFolder } from './paths.mts';

export interface N8nOptions {
	/**
	 * Everything this n8n keeps: database, settings, login, log. Starting again on the same folder
	 * goes on where the last n8n on it ended.
	 */
	folder: string;
	/** Any free one by default. */
	port?: number;
	/** n8n's own environment variables, to be added or changed. */
	env?: NodeJS.ProcessEnv;
	/** Whether n8n starts without this package; it has then what was installed in it before. */
	bare?: boolean;
	/** A node_modules folder whose packages lie beside this one. */
	beside?: string;
}

export interface N8n {
	baseUrl: string;
	/** The owner's, for the editor. */
	login: Login;
	logFile: string;
	/** Logged in as the owner. */
	client: N8nClient;
	/** Resolves when it has ended, for whatever reason. */
	ended: Promise<unknown>;
	/** Ends it in good order (SIGTERM). */
	stop(): Promise<void>;
	/** Ends it and its task runner as a crash does (SIGKILL). */
	kill(): Promise<void>;
}

const startupLimitMs = 180_000;

/**
 * Starts a real n8n with this package in it as an installed community package (the package must be
 * built), sets up its owner on the first start, and logs in.
 * @throws when n8n ends or is not ready after 3 minutes; its last log lines are in the message.
 */
export async function startN8n({ folder, port, env, bare, beside }: N8nOptions): Promise<N8n> {
	linkModules(folder);
	if (beside !== undefined) cpSync(beside, communityModules(folder), { recursive: true });
	if (!bare) placePackage(folder);
	const logFile = join(folder, 'n8n.log');
	const ownPort = port ?? (await freePort());
	const baseUrl = `http://127.0.0.1:${ownPort}`;
	const child = startChild({
		args: [join(n8nInstallation, 'node_modules', 'n8n', 'bin', 'n8n'), 'start'],
		env: { ...(await settings(folder, ownPort)), ...env },
		logFile,
		bin: n8nBin,
	});
	const over = new AbortController();
	try {
		await Promise.race([
			untilReady(baseUrl, over.signal),
			child.ended.then((code) => {
				throw new Error(`n8n ended with code ${code}`);
			}),
		]);
		const login = ownerLogin(folder);
		const client = await N8nClient.asOwner(baseUrl, login);
		const { stop, kill } = child;
		// n8n's copy of its editor, made anew at each start: 40 MB that linters would walk through.
		const ended = child.ended.finally(() =>
			rmSync(join(folder, '.cache'), { recursive: true, force: true }),
		);
		return { baseUrl, login, logFile, client, ended, stop, kill };
	} catch (error) {
		over.abort();
		await child.kill();
		const lastLines = readFileSync(logFile, 'utf8').split('\n').slice(-20).join('\n');
		throw new Error(`n8n did not start. The end of ${logFile}:\n${lastLines}`, { cause: error });
	}
}

/** Where n8n looks for community packages. */
const communityModules = (folder: string): string => join(folder, '.n8n', 'nodes', 'node_modules');

/** Puts what npm would install into n8n's folder for community packages: `dist`, no dependencies. */
function placePackage(folder: string): void {
	const manifest = readFileSync(join(rootFolder, 'package.json'), 'utf8');
	const { name }: { name: string } = JSON.parse(manifest);
	const place = join(communityModules(folder), name);
	rmSync(place, { recursive: true, force: true });
	mkdirSync(place, { recursive: true });
	cpSync(join(rootFolder, 'dist'), join(place, 'dist'), { recursive: true });
	writeFileSync(join(place, 'package.json'), manifest);
}

/**
 * What packages require they get from n8n, as everywhere, even if the folder is in this repository,
 * whose own node_modules would come first.
 */
function linkModules(folder: string): void {
	const modules = join(folder, 'node_modules');
	rmSync(modules, { force: true });
	symlinkSync(join(n8nInstallation, 'node_modules'), modules);
}

async function settings(folder: string, port: number): Promise<NodeJS.ProcessEnv> {
	return {
		N8N_USER_FOLDER: folder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		// The address is plain http.
		N8N_SECURE_COOKIE: 'false',
		// Nothing leaves the machine but what a workflow sends. An older n8n refuses to know this one.
		...(hasModule('mcp-registry') ? { N8N_DISABLED_MODULES: 'mcp-registry' } : {}),
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
	};
}

const hasModule = (name: string): boolean =>
	existsSync(join(n8nInstallation, 'node_modules', 'n8n', 'dist', 'modules', name));

async function untilReady(baseUrl: string, over: AbortSignal): Promise<void> {
	const deadline = Date.now() + startupLimitMs;
	while (Date.now() < deadline && !over.aborted) {
		// n8n listens, and answers with errors, before it has loaded everything.
		const answer = await axios
			.get(`${baseUrl}/rest/settings`, { timeout: 2_000, validateStatus: () => true })
			.catch(() => undefined);
		if (answer?.status === 200 && answer.data?.data !== undefined) return;
		await sleep(250);
	}
	throw new Error(`n8n was not ready after ${startupLimitMs / 1000} s`);
}

/** The login that belongs to this folder; made up on its first start. */
function ownerLogin(folder: string): Login {
	const file = join(folder, 'login.json');
	if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
	// n8n wants a capital letter and a digit.
	const password = `N8n-${randomBytes(6).toString('hex')}`;
	const login = { email: 'owner@example.com', password };
	writeFileSync(file, JSON.stringify(login), { mode: 0o600 });
	return login;
}
