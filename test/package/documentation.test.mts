// The pages that people read in the repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { platforms } from '../../sandbox/platforms.mts';
import { exampleFiles } from '../../scripts/lib/examples.mts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { anchorsOf, relativeLink } from '../../scripts/packages/markdown.mts';
import { readPlatforms } from '../../scripts/packages/platforms.mts';

const read = (file: string) => readFileSync(join(rootFolder, file), 'utf8');
const markdownIn = (folder: string) =>
	readdirSync(join(rootFolder, folder))
		.filter((file) => file.endsWith('.md'))
		.map((file) => join(folder, file));
const pages = [...markdownIn('.'), ...markdownIn('docs')];

test('the README lists every example, each once', () => {
	const listed = [...read('README.md').matchAll(/\]\(examples\/([^)]+)\)/g)].map(
		([, file]) => file,
	);
	expect(listed.sort()).toEqual(exampleFiles().sort());
});

test('every picture is shown somewhere', () => {
	const text = pages.map(read).join('\n');
	const pictures = readdirSync(join(rootFolder, 'docs', 'images'));
	expect(pictures.filter((picture) => !text.includes(`images/${picture})`))).toEqual([]);
});

test.each(pages)('%s has no heading twice in one place', (page) => {
	const above: string[] = [];
	const headings = [...read(page).matchAll(/^(#+) (.+)$/gm)].map(([, { length: level }, text]) => {
		above.length = level - 1;
		above.push(text);
		return above.join(' > ');
	});
	expect(headings.filter((heading, index) => headings.indexOf(heading) !== index)).toEqual([]);
});

test.each(readPlatforms())(
	'the page of $displayName has a section for each trigger',
	(platform) => {
		const triggers = platform.nodes.filter(({ description }) =>
			description.group.includes('trigger'),
		);
		const headings = [...read(join('docs', `${platform.slug}.md`)).matchAll(/^## (.+)$/gm)];
		expect(headings.map(([, heading]) => heading)).toEqual(
			expect.arrayContaining(triggers.map(({ description }) => description.displayName)),
		);
	},
);

test.each(Object.keys(platforms))('the sandbox names the control routes of %s', (name) => {
	expect(read(join('sandbox', 'README.md'))).toContain(`/__sandbox/${name}/`);
});

describe('the links lead somewhere:', () => {
	test.each(pages)('%s', (page) => {
		const text = read(page);
		const within = [...text.matchAll(/\]\((#[^)]+)\)/g)].map(([, anchor]) => `${page}${anchor}`);
		const beyond = [...text.matchAll(relativeLink)].map(([, , , target]) =>
			join(dirname(page), target),
		);
		const broken = [...within, ...beyond].filter((target) => {
			const [file, anchor] = target.split('#');
			if (!existsSync(join(rootFolder, file))) return true;
			return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
		});
		expect(broken).toEqual([]);
	});
});
