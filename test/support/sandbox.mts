import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type { FaultDefinition } from '../../sandbox/core/faults.mts';
import type { LoggedRequest } from '../../sandbox/core/requestLog.mts';
import type { PlatformName } from '../../sandbox/platforms.mts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { startSandbox as startProcess } from '../../scripts/lib/sandbox.mts';

/** One platform's stand-in: where it listens, its key, and the handles to steer it. */
export interface SandboxPlatform {
	baseUrl: string;
	apiKey: string;
	control: SandboxControl;
}

export type Sandbox = Record<PlatformName, SandboxPlatform> & {
	close(): Promise<void>;
};

/** The routes under `/__sandbox/` of one platform's stand-in. */
export class SandboxControl {
	readonly #http: AxiosInstance;

	constructor(baseUrl: string) {
		this.#http = axios.create({ baseURL: new URL('/__sandbox/', baseUrl).href });
	}

	/** The requests it was sent, oldest first, after number `since`. */
	async requests(since = 0): Promise<LoggedRequest[]> {
		return (await this.#http.get<LoggedRequest[]>('requests', { params: { since } })).data;
	}

	async clearRequests(): Promise<void> {
		await this.#http.delete('requests');
	}

	/** Strikes coming requests with a fault; answers its id. */
	async fault(definition: FaultDefinition): Promise<number> {
		return (await this.post<{ id: number }>('faults', definition)).id;
	}

	async clearFaults(): Promise<void> {
		await this.#http.delete('faults');
	}

	/** Back to the state right after the start: data, faults, request log. */
	async reset(): Promise<void> {
		await this.post('reset');
	}

	/** Any other route, e.g. `post('flymyai/runs', { count: 100 })`. */
	async post<Answer = unknown>(path: string, body: unknown = {}): Promise<Answer> {
		return (await this.#http.post<Answer>(path, body)).data;
	}
}

/**
 * Starts a sandbox of its own for a test file, on free ports. The caller closes it.
 * @throws when it ends before it is ready; the message names its log.
 */
export async function startSandbox(): Promise<Sandbox> {
	const logs = join(rootFolder, '.artifacts');
	mkdirSync(logs, { recursive: true });
	const { platforms, stop } = await startProcess(join(logs, 'sandbox.log'));
	const entries = Object.entries(platforms).map(([name, announced]) => [
		name,
		{ ...announced, control: new SandboxControl(announced.baseUrl) },
	]);
	return { ...Object.fromEntries(entries), close: stop };
}
