import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startChild } from './childProcess.mts';
import type { PlatformValues } from './credentials.mts';
import { rootFolder } from './paths.mts';

export interface Sandbox {
	platforms: PlatformValues;
	stop(): Promise<void>;
}

/**
 * Starts the local stand-in of the platforms on free ports, as a process of its own.
 * @throws when it ends before it is ready; what it said is in the log file.
 */
export async function startSandbox(logFile: string): Promise<Sandbox> {
	const child = startChild({
		args: [join(rootFolder, 'sandbox', 'main.mts'), '--port', '0'],
		logFile,
		readStdout: true,
	});
	if (child.stdout === null) throw new Error('The sandbox has no standard output');
	const announcement = await Promise.race([
		once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
		child.ended.then((code) => {
			throw new Error(`The sandbox ended with code ${code}: see ${logFile}`);
		}),
	]);
	const platforms: PlatformValues = JSON.parse(announcement);
	return { platforms, stop: child.stop };
}
