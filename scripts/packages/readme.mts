import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { rootFolder } from '../lib/paths.mts';
import { webAddress } from './manifest.mts';
import type { Manifest } from './manifest.mts';
import { ownWebAddress } from './naming.mts';
import type { Platform } from './platforms.mts';

/**
 * The README of a platform's package: the platform's page in `docs`, and what the common README and
 * `docs/publishing.md` say for every package.
 * @throws when one of them lacks what is taken from it.
 */
export function readmeOf(platform: Platform, root: Manifest, examples: string[]): string {
	const { packageName, displayName, description, slug } = platform;
	const page = `docs/${slug}.md`;
	const ownAddress = ownWebAddress(root, platform);
	const commonAddress = webAddress(root);
	const links = examples.map(
		(file) => `- [${titleOf(file)}](${ownAddress}/blob/main/examples/${file})`,
	);
	const parts = [
		`# ${packageName}`,
		`${description}, from [n8n](https://n8n.io) and without code. An n8n community package for ${displayName}.`,
		withNames(section('README.md', 'Install', root), packageName),
		withoutTitle(read(page, root)),
		...(links.length > 0
			? ['## Examples', 'To import one: _Workflow menu → Import from file_.', links.join('\n')]
			: []),
		section('README.md', 'Troubleshooting', root),
		section('README.md', 'Compatibility', root),
		section('docs/publishing.md', 'Move a workflow to another package', root),
		'## Resources',
		`- [n8n's documentation of community nodes](https://docs.n8n.io/integrations/#community-nodes)\n- [${root.name}](${commonAddress}#readme): all platforms in one package, and where this one is developed`,
		'## Version history',
		`[CHANGELOG.md](${ownAddress}/blob/main/CHANGELOG.md)`,
		'## License',
		`[${root.license}](${ownAddress}/blob/main/LICENSE). Not affiliated with ${displayName} or n8n.`,
	];
	return `${parts.join('\n\n')}\n`;
}

/** A Markdown file whose links lead into the common repository from wherever they are read. */
function read(file: string, root: Manifest): string {
	const path = join(rootFolder, file);
	if (!existsSync(path))
		throw new Error(`${file} is missing: a platform's package is made from it`);
	return readFileSync(path, 'utf8').replace(
		/(!?)\[([^\]]*)\]\((?!https?:|#)([^)]+)\)/g,
		(_link, image: string, text: string, target: string) => {
			const kind = image === '' ? 'blob' : 'raw';
			const path = posix.join(posix.dirname(file), target);
			return `${image}[${text}](${webAddress(root)}/${kind}/main/${path})`;
		},
	);
}

const withoutTitle = (markdown: string): string => markdown.replace(/^# .*\n+/, '').trim();

/** A section of a Markdown file, with its heading. */
function section(file: string, heading: string, root: Manifest): string {
	const found = read(file, root)
		.split(/^(?=## )/m)
		.find((part) => part.startsWith(`## ${heading}\n`));
	if (found === undefined) {
		throw new Error(`${file} has no section "${heading}": the packages' READMEs are made from it`);
	}
	return found.trim();
}

/** The name of the package that a text tells to install, whichever of ours it is. */
const withNames = (text: string, packageName: string): string =>
	text.replace(/`n8n-nodes-[\w-]+`/g, `\`${packageName}\``);

const titleOf = (example: string): string => {
	const words = example.replace(/\.json$/, '').replaceAll('-', ' ');
	return words[0].toUpperCase() + words.slice(1);
};
