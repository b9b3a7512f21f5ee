import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { codeOf } from './errorCode.mts';
import { toolsBin } from './paths.mts';

const leash = pathToFileURL(join(import.meta.dirname, 'leash.mjs')).href;

export interface ChildOptions {
	/** The script and its arguments. */
	args: string[];
	/** Added to the parent's environment. */
	env?: NodeJS.ProcessEnv;
	/** File that receives standard error, and standard output unless that is read. */
	logFile: string;
	/** Whether `stdout` is read by the caller instead of going to the log. */
	readStdout?: boolean;
	/** The folder of the `node` that runs it, and what it starts itself; Node 24 by default. */
	bin?: string;
}

export interface Child {
	stdout: Readable | null;
	/** Resolves with the exit code (null after a signal) when the process has ended. */
	ended: Promise<number | null>;
	/** SIGTERM, and SIGKILL for what is left of it and its children after 15 s. */
	stop(): Promise<void>;
	/** SIGKILL for it and its children, as in a crash. */
	kill(): Promise<void>;
}

/**
 * Starts a Node script as a process group of its own, so that Ctrl-C in the terminal reaches the
 * parent alone, and the parent ends what it began in an order of its choice. When the parent dies
 * without doing so, the child ends by itself.
 */
export function startChild(options: ChildOptions): Child {
	const { args, env, logFile, readStdout, bin = toolsBin } = options;
	const log = openSync(logFile, 'a');
	const child = spawn(join(bin, 'node'), ['--import', leash, ...args], {
		detached: true,
		env: { ...inheritedEnvironment(bin), ...env },
		stdio: ['pipe', readStdout ? 'pipe' : log, log],
	});
	closeSync(log);
	const ended = new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', resolve);
	});

	const signalGroup = (signal: NodeJS.Signals) => {
		try {
			if (child.pid !== undefined) process.kill(-child.pid, signal);
		} catch (error) {
			if (codeOf(error) !== 'ESRCH') throw error;
		}
	};
	const kill = async () => {
		signalGroup('SIGKILL');
		await ended;
	};
	const stop = async () => {
		child.kill('SIGTERM');
		const timer = setTimeout(() => signalGroup('SIGKILL'), 15_000);
		await ended;
		clearTimeout(timer);
		signalGroup('SIGKILL');
	};
	return { stdout: child.stdout, ended, stop, kill };
}

/** The parent's environment, without what npm, a test runner or another n8n put there. */
function inheritedEnvironment(bin: string): NodeJS.ProcessEnv {
	const foreign = /^(npm_|N8N_|DB_|JEST_|NODE_ENV$|NODE_OPTIONS$)/;
	const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	return {
		...Object.fromEntries(kept),
		// n8n starts its task runner as plain `node`.
		PATH: [bin, process.env.PATH].join(delimiter),
	};
}
