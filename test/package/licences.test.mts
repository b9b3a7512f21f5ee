// What ships is this repository's own code under MIT, with what is bundled into it (bundle.test.mts);
// what builds it may be used for that.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { rootFolder } from '../../scripts/lib/paths.mts';

/** Licences that let a tool be used to build what is MIT; n8n's own covers building nodes for n8n. */
const USABLE = [
	'MIT',
	'Apache-2.0',
	'BSD-2-Clause',
	'BSD-3-Clause',
	'ISC',
	'n8n',
	'MIT-0',
	'MPL-2.0',
];

const manifestOf = (folder: string) =>
	JSON.parse(readFileSync(join(rootFolder, folder, 'package.json'), 'utf8'));

const { license, dependencies, devDependencies } = manifestOf('.');

test('the package is MIT and has no dependencies', () => {
	expect(license).toBe('MIT');
	expect(readFileSync(join(rootFolder, 'LICENSE'), 'utf8')).toMatch(/^MIT License/);
	expect(dependencies ?? {}).toEqual({});
});

test.each(Object.keys(devDependencies))('%s may be used for building it', (name) => {
	const { license: given } = manifestOf(join('node_modules', name));
	const isN8ns = /LICENSE/.test(String(given)) && /n8n/.test(name);
	expect(USABLE).toContain(isN8ns ? 'n8n' : given);
});
