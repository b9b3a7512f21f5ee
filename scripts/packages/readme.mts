import { webAddress } from './manifest.mts';
import type { Manifest } from './manifest.mts';
import { anchorsOf, readPage } from './markdown.mts';
import { ownWebAddress } from './naming.mts';
import type { Platform } from './platforms.mts';

/** A section that both the platform's page and the common README have: the package's has both. */
const SHARED = 'Troubleshooting';

/**
 * The README of a platform's package: the platform's page in `docs`, and what the common README and
 * `docs/publishing.md` say for every package.
 * @throws when one of them lacks what is taken from it.
 */
export function readmeOf(platform: Platform, root: Manifest, examples: string[]): string {
	const { packageName, displayName, description, slug } = platform;
	const ownAddress = ownWebAddress(root, platform);
	const address = webAddress(root);
	const common = readPage('README.md', address);
	const page = readPage(`docs/${slug}.md`, address);
	const moving = readPage('docs/publishing.md', address).section(
		'Move a workflow to another package',
	);
	const own = [...page.sections].filter(([heading]) => heading !== SHARED).map(([, text]) => text);
	const parts = [
		`# ${packageName}`,
		`${description}, from [n8n](https://n8n.io) and without code. An n8n community package for ${displayName}.`,
		page.intro,
		withNames(common.section('Install'), packageName),
		...own,
		common.section('What the triggers guarantee'),
		'## Examples',
		'To import one: _Workflow menu → Import from file_.',
		listOf(examples, common.section('Examples'), `${ownAddress}/blob/main/examples`),
		withTable(page.section(SHARED), common.section(SHARED), `${address}/blob/main/README.md`),
		common.section('Compatibility'),
		ofPlatform(moving, platform),
		'## Resources',
		`- [n8n's documentation of community nodes](https://docs.n8n.io/integrations/#community-nodes)\n- [${root.name}](${address}#readme): all platforms in one package, and where this one is developed`,
		'## Version history',
		`[CHANGELOG.md](${ownAddress}/blob/main/CHANGELOG.md)`,
		'## License',
		`[${root.license}](${ownAddress}/blob/main/LICENSE). Not affiliated with ${displayName} or n8n.`,
	];
	const text = `${parts.join('\n\n')}\n`;
	return withOwnAnchors(text, [`README.md`, `docs/${slug}.md`], `${address}/blob/main`);
}

/** The examples of the package, in the order and with the words of the common README's table. */
function listOf(files: string[], table: string, folder: string): string {
	const row = /^\|[^|]*\| ([^|]+?) +\| \[[^\]]*\]\([^)]*\/examples\/([^)]+)\)/gm;
	const rows = [...table.matchAll(row)].map(([, text, file]) => ({ text, file }));
	const missing = files.filter((file) => !rows.some((known) => known.file === file));
	if (missing.length > 0) throw new Error(`README.md lists no examples/${missing.join(', ')}`);
	return rows
		.filter(({ file }) => files.includes(file))
		.map(({ text, file }) => `- [${text}](${folder}/${file})`)
		.join('\n');
}

/**
 * A section of the platform's page with the table of the common README's in the place of the line
 * that leads there.
 */
function withTable(own: string, common: string, readme: string): string {
	const lines = own.split('\n');
	const pointer = lines.findIndex((line) => line.includes(`](${readme}#`));
	if (pointer < 0) throw new Error(`No line leads from ${own.split('\n')[0]} to the README`);
	const table = common.split('\n').filter((line) => line.startsWith('|'));
	return lines.toSpliced(pointer, 1, '### In general', '', ...table).join('\n');
}

/** Links to what this README has itself lead there. */
function withOwnAnchors(text: string, carried: string[], folder: string): string {
	const anchors = anchorsOf(text);
	return text.replace(/\]\(([^)#]+)#([\w-]+)\)/g, (link, target: string, anchor: string) =>
		carried.some((file) => target === `${folder}/${file}`) && anchors.includes(anchor)
			? `](#${anchor})`
			: link,
	);
}

/** The name of the package that a text tells to install, whichever of ours it is. */
const withNames = (text: string, packageName: string): string =>
	text.replace(/`n8n-nodes-[\w-]+`/g, `\`${packageName}\``);

/** A text that takes the package and the node of FlyMyAI for an example, with the platform's. */
const ofPlatform = (text: string, { packageName, nodes }: Platform): string =>
	text
		.replaceAll('n8n-nodes-flymyai', packageName)
		.replaceAll('.flyMyAi`', `.${nodes[0].description.name}\``);
