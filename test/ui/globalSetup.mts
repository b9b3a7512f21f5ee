// One n8n and one sandbox for all of the editor's tests: starting them takes longest.
import { startLocal } from '../e2e/local.mts';
import type { Local } from '../e2e/local.mts';

declare global {
	var local: Local | undefined;
}

export default async function start(): Promise<void> {
	const local = await startLocal('ui');
	globalThis.local = local;
	const { baseUrl, login } = local.n8n;
	const { platforms, credentials } = local;
	// Test files run in globals of their own; the environment reaches them.
	process.env.UI_STAGE = JSON.stringify({ baseUrl, login, platforms, credentials });
}
