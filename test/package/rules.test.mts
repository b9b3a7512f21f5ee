// What n8n has announced for its gate and does not check yet, as far as it can be checked: the
// rules of @n8n/eslint-plugin-community-nodes that come after 0.32.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { INodeProperties } from 'n8n-workflow';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { loadContents } from '../../scripts/packages/contents.mts';
import { readManifest } from '../../scripts/packages/manifest.mts';
import { contrast, paints } from './contrast.mts';

const manifest = readManifest(rootFolder);
const { nodes, credentials } = loadContents(rootFolder, manifest);
const nodeCases = nodes.map((node) => [node.description.displayName, node] as const);

test('no-monorepo: the package is the whole repository', () => {
	expect(manifest.repository).not.toHaveProperty('directory');
});

/** As n8n's documentation of codex files lists them, but "AI" nowhere. */
const categories = [
	'Analytics',
	'Communication',
	'Data & Storage',
	'Development',
	'Finance & Accounting',
	'Marketing & Content',
	'Miscellaneous',
	'Productivity',
	'Sales',
	'Utility',
];

describe.each(nodeCases)('%s', (_name, { file, description }) => {
	const codex = JSON.parse(readFileSync(join(rootFolder, file.replace(/\.js$/, '.json')), 'utf8'));

	test('valid-codex-categories, no-ai-codex-category: n8n shows the node in its search', () => {
		expect(codex.categories.length).toBeGreaterThan(0);
		expect(categories).toEqual(expect.arrayContaining(codex.categories));
	});

	test('no-codex-subcategories', () => {
		expect(codex).not.toHaveProperty('subcategories');
	});

	test('single-credential-per-node: one at a time, chosen by a field with one value', () => {
		const shown = (description.credentials ?? []).map(({ displayOptions }) => displayOptions?.show);
		const selectors = description.properties
			.filter(({ type }) => type === 'options')
			.map(({ name }) => name);
		const exclude = (one: (typeof shown)[number], other: (typeof shown)[number]) =>
			selectors.some((name) => {
				const [left, right] = [one?.[name], other?.[name]];
				return left && right && !left.some((value) => right.includes(value));
			});
		const together = shown.flatMap((one, index) =>
			shown.slice(index + 1).filter((other) => !exclude(one, other)),
		);
		expect(together).toEqual([]);
	});

	test('non-required-fields-in-collection, open-ended-node-fields', () => {
		expect(description.properties.filter(strays(description.properties)).map(labelOf)).toEqual([]);
	});
});

/** Optional at the top by n8n's guide, or because they are what the operation is about. */
const belongAtTheTop = [
	'authentication',
	'returnAll',
	'limit',
	'simplify',
	'waitForCompletion',
	'waitMode',
	'arguments',
	// What an operation works on or writes, though the platform does not insist on it.
	'argsSchema',
	'block',
	'body',
	'change',
	'content',
	'description',
	'idempotencyKey',
	'includeContext',
	'input',
	'modifiedArguments',
	'multiLabel',
	'overwrite',
	'query',
	'responseFormat',
	'runtimeCategories',
	'summaryInstructions',
	'title',
];

const containers = ['collection', 'fixedCollection', 'notice', 'callout', 'hidden'];

/** Whether an optional field should be among the options. */
function strays(all: INodeProperties[]): (property: INodeProperties) => boolean {
	const conditions = ({ displayOptions }: INodeProperties) =>
		Object.keys(displayOptions?.show ?? {});
	const selectors = new Set(all.flatMap(conditions));
	// What a choice among ways to fill something in leads to is as much at the top as the choice.
	const isChosen = (property: INodeProperties) =>
		conditions(property).some((name) => name !== 'resource' && name !== 'operation');
	return (property) =>
		property.required !== true &&
		!containers.includes(property.type) &&
		!selectors.has(property.name) &&
		!belongAtTheTop.includes(property.name) &&
		!isChosen(property);
}

const labelOf = ({ name, type, displayOptions }: INodeProperties): string =>
	`${name} (${type}) of ${JSON.stringify(displayOptions?.show)}`;

const icons = [
	...nodes.map(({ file, description }) => ({ file, icon: description.icon })),
	...credentials.map(({ file, credential }) => ({ file, icon: credential.icon })),
];

test.each(icons)('icon-contrast: $file', ({ file, icon }) => {
	if (typeof icon !== 'object') throw new Error(`${file} has no icons for both themes`);
	for (const [theme, background] of [
		['light', '#ffffff'],
		['dark', '#2b2b2b'],
	] as const) {
		const svg = readFileSync(join(rootFolder, dirname(file), icon[theme].slice(5)), 'utf8');
		const best = Math.max(...paints(svg).map((color) => contrast(color, background)));
		expect(best).toBeGreaterThanOrEqual(1.5);
	}
});
