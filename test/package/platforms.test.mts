// A package for each platform alone, drawn from the common one.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { assembleBuilt, assembleSource } from '../../scripts/packages/assemble.mts';
import { readManifest, webAddress } from '../../scripts/packages/manifest.mts';
import { anchorsOf } from '../../scripts/packages/markdown.mts';
import { readPlatforms } from '../../scripts/packages/platforms.mts';

const root = readManifest(rootFolder);
const platforms = readPlatforms();
const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Text by path. */
function filesIn(place: string): Map<string, string> {
	const entries = readdirSync(place, { recursive: true, withFileTypes: true });
	return new Map(
		entries
			.filter((entry) => entry.isFile())
			.map(({ parentPath, name }) => join(parentPath, name))
			.map((file) => [file.slice(place.length + 1), readFileSync(file, 'utf8')]),
	);
}

test('package.json lists every node and every credential there is', () => {
	const built = (place: string, end: string) =>
		[...filesIn(join(rootFolder, place)).keys()]
			.filter((file) => file.endsWith(`${end}.ts`))
			.map((file) => `dist/${place}/${file.replace(/ts$/, 'js')}`);
	expect([...root.n8n.nodes].sort()).toEqual(built('nodes', '.node').sort());
	expect([...root.n8n.credentials].sort()).toEqual(built('credentials', '.credentials').sort());
});

test('together they have every node and every credential of the common package', () => {
	const files = platforms.flatMap(({ nodes, credentials }) =>
		[...nodes, ...credentials].map(({ file }) => file),
	);
	expect(files.sort()).toEqual([...root.n8n.nodes, ...root.n8n.credentials].sort());
});

describe.each(platforms)('$packageName', (platform) => {
	const { packageName, displayName, slug, nodes, credentials } = platform;
	const built = join(folder, 'built', packageName);
	const source = join(folder, packageName);
	beforeAll(() => {
		assembleBuilt(platform, platforms, built);
		assembleSource(platform, platforms, source);
	});

	test('has one manifest, in the tarball and in its repository', () => {
		const manifest = readManifest(built);
		expect(readManifest(source)).toEqual(manifest);
		expect(manifest).toMatchObject({
			name: packageName,
			description: expect.stringContaining(displayName),
			repository: { url: expect.stringContaining(`/${packageName}.git`) },
			homepage: expect.stringContaining(`/${packageName}#readme`),
			n8n: {
				strict: true,
				nodes: nodes.map(({ file }) => file),
				credentials: credentials.map(({ file }) => file),
			},
			peerDependencies: { 'n8n-workflow': '*' },
			// npm installs no second one beside n8n's.
			peerDependenciesMeta: { 'n8n-workflow': { optional: true } },
		});
		expect(manifest.keywords).toContain('n8n-community-node-package');
		expect(manifest).not.toHaveProperty('dependencies');
	});

	test('is of the platform alone, in code, names and keywords', () => {
		const others = platforms.filter((other) => other !== platform);
		const foreign = new RegExp(others.map((other) => other.slug).join('|') || '(?!)', 'i');
		for (const place of [join(built, 'dist'), join(source, 'nodes'), join(source, 'credentials')]) {
			expect([...filesIn(place).keys()].filter((file) => foreign.test(file))).toEqual([]);
		}
		expect(readManifest(built).keywords.filter((keyword) => foreign.test(keyword))).toEqual([]);
	});

	test('does not name the common package in what n8n loads', () => {
		const common = new RegExp(`${root.name}(?!/${packageName})`);
		for (const place of [join(built, 'dist'), join(source, 'nodes'), join(source, 'credentials')]) {
			const naming = [...filesIn(place)].filter(([, text]) => common.test(text));
			expect(naming.map(([file]) => file)).toEqual([]);
		}
	});

	test('is told of wherever the platforms are listed', () => {
		const readme = readFileSync(join(rootFolder, 'README.md'), 'utf8');
		const nodeNames = nodes.map(({ description }) => description.displayName);
		const credentialNames = credentials.map(({ credential }) => credential.displayName);
		const rows = [...readme.matchAll(/^\| \*\*(.+?)\*\* /gm)].map(([, name]) => name);
		expect(rows).toEqual(expect.arrayContaining([...nodeNames, ...credentialNames]));
		for (const line of [/^Run AI agents .*/m, /Not affiliated with .*/]) {
			expect(readme.match(line)?.[0]).toContain(displayName);
		}
		expect(root.description).toContain(displayName);
		expect(root.keywords).toContain(slug);
	});

	test('gives its node types its own name in codex files and examples', () => {
		const types = nodes.map(({ description }) => `${packageName}.${description.name}`);
		const codex = [...filesIn(join(built, 'dist'))]
			.filter(([file]) => file.endsWith('.node.json'))
			.map(([, text]) => JSON.parse(text).node);
		expect(codex.sort()).toEqual([...types].sort());
		for (const text of filesIn(join(built, 'examples')).values()) {
			const used: string[] = JSON.parse(text).nodes.map(({ type }: { type: string }) => type);
			const ours = used.filter((type) => !/^(n8n-nodes-base|@n8n\/)/.test(type));
			expect(types).toEqual(expect.arrayContaining(ours));
			expect(ours).not.toEqual([]);
		}
	});

	describe('its README', () => {
		const readme = () => readFileSync(join(built, 'README.md'), 'utf8');

		test('has each section once: those of the page, and those of every package', () => {
			const headings = [...readme().matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
			const page = readFileSync(join(rootFolder, 'docs', `${slug}.md`), 'utf8');
			const own = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
			const ofAll = [
				'Install',
				`Five minutes with ${displayName}`,
				'What the triggers guarantee',
				'Examples',
				'Troubleshooting',
				'Compatibility',
				'Move a workflow to another package',
				'Resources',
				'Version history',
				'License',
			];
			expect([...headings].sort()).toEqual([...new Set([...own, ...ofAll])].sort());
		});

		test('says in Troubleshooting what its platform and what every node says', () => {
			const [, section] = readme().split('## Troubleshooting\n');
			const [own, general] = section.split('\n## ')[0].split('### In general');
			expect(own).toMatch(/^\| /m);
			expect(general).toContain('Check the key in the credential');
		});

		test('lists its own examples', () => {
			const listed = [...readme().matchAll(/\/examples\/([\w-]+\.json)\)/g)].map(
				([, file]) => file,
			);
			expect(listed.sort()).toEqual(readdirSync(join(built, 'examples')).sort());
		});

		test('has no link that leads nowhere for who has this package', () => {
			const text = readme();
			const repositories = { [packageName]: source, [root.name]: rootFolder };
			const inRepository = new RegExp(
				`^${webAddress(root).replace(/[^/]+$/, '')}([^/]+)/(?:blob|raw)/main/([^#]+)`,
			);
			for (const [, target] of text.matchAll(/\]\(([^)]+)\)/g)) {
				const [, name, path] = inRepository.exec(target) ?? [];
				if (target.startsWith('#')) {
					expect(anchorsOf(text)).toContain(target.slice(1));
				} else if (name === undefined) {
					// The page is read on npm, too, where nothing is relative to it.
					expect(target).toMatch(/^https:/);
				} else {
					expect(existsSync(join(repositories[name], path)) ? target : '').toBe(target);
				}
			}
			// Node types of the common package, which n8n does not know here.
			expect(text).not.toContain(`${root.name}/blob/main/examples/`);
		});
	});
});

describe('a link from n8n into the repository leads somewhere:', () => {
	const link = new RegExp(`${webAddress(root)}(?:/blob/main/([^'"#]+))?(?:#([\\w-]+))?`, 'g');
	const targets = [...filesIn(join(rootFolder, 'dist')).values()].flatMap((text) =>
		[...text.matchAll(link)].map(
			([, page = 'README.md', anchor = 'readme']) => `${page}#${anchor}`,
		),
	);

	test.each([...new Set(targets)])('%s', (target) => {
		const [page, anchor] = target.split('#');
		const text = readFileSync(join(rootFolder, page), 'utf8');
		expect(['readme', ...anchorsOf(text)]).toContain(anchor);
	});
});
