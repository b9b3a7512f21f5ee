import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformName } from '../../sandbox/platforms.mts';
import { credentialOf, saveCredentials } from '../../scripts/lib/credentials.mts';
import type { PlatformValues, SavedCredentials } from '../../scripts/lib/credentials.mts';
import { loadExample, triggerOf } from '../../scripts/lib/examples.mts';
import { startN8n } from '../../scripts/lib/n8n.mts';
import type { N8n } from '../../scripts/lib/n8n.mts';
import { outputOf } from '../../scripts/lib/n8nClient.mts';
import type { CredentialTest } from '../../scripts/lib/n8nClient.mts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { startSandbox } from '../../scripts/lib/sandbox.mts';

/** A real n8n with the package in it, beside a sandbox, with a credential for every platform. */
export interface Local {
	n8n: N8n;
	platforms: PlatformValues;
	credentials: SavedCredentials;
	stop(): Promise<void>;
}

/**
 * Starts both in a fresh folder `.artifacts/e2e/<name>`, which keeps their logs afterwards.
 * @param beside a node_modules folder whose packages lie beside this one
 */
export async function startLocal(name: string, beside?: string): Promise<Local> {
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
		const n8n = await startN8n({ folder, beside });
		started.push(n8n);
		const credentials = await saveCredentials(n8n.client, sandbox.platforms);
		return { n8n, platforms: sandbox.platforms, credentials, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Executes an example to its good end, and answers what each of its nodes put out. */
export async function executeExample({ n8n: { client }, credentials }: Local, file: string) {
	const workflow = await loadExample(client, file, credentials);
	const execution = await client.finished(await client.run(workflow.id, triggerOf(workflow)));
	// Not jest's expect: the editor's global set-up loads this file too, and has none.
	assert.ifError(execution.data.resultData.error);
	return (node: string) => outputOf(execution, node);
}

/** What the connection test says of a platform's credential with some values changed. */
export async function testCredential(
	{ n8n, platforms, credentials }: Local,
	platform: PlatformName,
	changed: Record<string, string>,
): Promise<CredentialTest> {
	const credential = credentialOf(platform, { ...platforms[platform], ...changed });
	return await n8n.client.testCredential(credentials[credential.type].id, credential);
}

/** Looks again and again until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
	while (!(await isSo())) await sleep(100);
}
