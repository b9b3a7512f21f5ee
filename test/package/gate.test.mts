import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { rootFolder, toolsBin } from '../../scripts/lib/paths.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';
import { readPlatforms } from '../../scripts/packages/platforms.mts';

// ESLint is an ES module, which Jest does not load: the scan has a process of its own.
test("n8n's scanner has nothing to say to any package, not even a warning", async () => {
	const { stdout } = await promisify(execFile)(
		join(toolsBin, 'node'),
		[join(rootFolder, 'scripts', 'gate.mts')],
		// Where NODE_ENV is "test", as under Jest, some of n8n's rules judge otherwise.
		{ maxBuffer: 10_000_000, env: { ...process.env, NODE_ENV: 'production' } },
	);
	const names = [readManifest(rootFolder).name, ...readPlatforms().map((one) => one.packageName)];
	expect(JSON.parse(stdout)).toEqual(Object.fromEntries(names.map((name) => [name, []])));
}, 120_000);
