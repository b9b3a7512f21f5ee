import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { saveCredentials } from '../../scripts/lib/credentials.mts';
import type { PlatformValues, SavedCredentials } from '../../scripts/lib/credentials.mts';
import { startN8n } from '../../scripts/lib/n8n.mts';
import type { N8n } from '../../scripts/lib/n8n.mts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { startSandbox } from '../../scripts/lib/sandbox.mts';

/** A real n8n with the package in it, beside a sandbox, with a credential for every platform. */
export interface Local {
	n8n: N8n;
	platforms: PlatformValues;
	credentials: SavedCredentials;
	stop(): Promise<void>;
}

/** Starts both in a fresh folder `.artifacts/e2e/<name>`, which keeps their logs afterwards. */
export async function startLocal(name: string): Promise<Local> {
	const folder = join(rootFolder, '.artifacts', 'e2e', name);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const started: Array<{ stop(): Promise<void> }> = [];
	const stop = async () => {
		for (const service of started.reverse()) await service.stop();
	};
	try {
		const sandbox = await startSandbox(join(folder, 'sandbox.log'));
		started.push(sandbox);
		const n8n = await startN8n({ folder });
		started.push(n8n);
		const credentials = await saveCredentials(n8n.client, sandbox.platforms);
		return { n8n, platforms: sandbox.platforms, credentials, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
