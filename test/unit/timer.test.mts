// Waiting, in every n8n: before 2.37 its `sleep` takes no signal, and a stop would go unnoticed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import { rootFolder } from '../../scripts/lib/paths.mts';

type Timer = typeof import('../../nodes/shared/timer.ts');

afterEach(() => void jest.resetModules());

/** n8n-workflow as it was: two functions, and a listener that stays behind on the signal. */
const olderN8n = () => ({
	sleep: async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms)),
	sleepWithAbort: async (ms: number, signal?: AbortSignal) =>
		await new Promise((resolve, reject) => {
			if (signal?.aborted) return reject(new Error('aborted'));
			const timer = setTimeout(resolve, ms);
			signal?.addEventListener('abort', () => {
				clearTimeout(timer);
				reject(new Error('aborted'));
			});
		}),
});

test.each<[string, () => Timer]>([
	['this n8n', () => require('../../nodes/shared/timer.ts')],
	[
		'n8n before 2.37',
		() => {
			jest.doMock('n8n-workflow', olderN8n);
			return require('../../nodes/shared/timer.ts');
		},
	],
])('a pause ends with its signal in %s', async (_n8n, load) => {
	const { sleep } = load();
	const begun = performance.now();
	const controller = new AbortController();
	const { signal } = controller;
	const listening = jest.spyOn(signal, 'addEventListener');
	const leaving = jest.spyOn(signal, 'removeEventListener');
	await sleep(10);
	await sleep(10, signal);
	expect(performance.now() - begun).toBeGreaterThanOrEqual(18);
	expect(leaving).toHaveBeenCalledTimes(listening.mock.calls.length);

	const pause = sleep(60_000, signal);
	controller.abort();
	await expect(pause).rejects.toThrow();
	await expect(sleep(60_000, signal)).rejects.toThrow();
	expect(performance.now() - begun).toBeLessThan(5_000);
});

test('no node takes the sleep of n8n-workflow instead', () => {
	const folder = join(rootFolder, 'nodes');
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
	const taking = files
		.filter((file) => file.endsWith('.ts'))
		.filter((file) =>
			/import[^;]*\bsleep\b[^;]*from 'n8n-workflow'/.test(readFileSync(join(folder, file), 'utf8')),
		);
	expect(taking).toEqual([]);
});
