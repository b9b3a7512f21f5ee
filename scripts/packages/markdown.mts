import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { rootFolder } from '../lib/paths.mts';

/** A page of the documentation, cut at its headings of the second level. */
export interface Page {
	/** What comes before the first section, without the page's title. */
	intro: string;
	/** Of each section its heading's text, and all of it with the heading. */
	sections: Map<string, string>;
	/** @throws when there is no such section. */
	section(heading: string): string;
}

/**
 * Reads a Markdown file whose links lead into the repository from wherever they are read.
 * @param address the repository's, in a browser
 * @throws when there is no such file: a package's README is made from it.
 */
export function readPage(file: string, address: string): Page {
	const path = join(rootFolder, file);
	if (!existsSync(path)) {
		throw new Error(`${file} is missing: a platform's package is made from it`);
	}
	const text = withAbsoluteLinks(readFileSync(path, 'utf8'), posix.dirname(file), address);
	const [top, ...rest] = text.split(/^(?=## )/m).map((part) => part.trim());
	const sections = new Map(rest.map((part) => [part.slice(3).split('\n')[0], part]));
	return {
		intro: top.replace(/^# .*\n*/, ''),
		sections,
		section(heading) {
			const found = sections.get(heading);
			if (found === undefined) {
				throw new Error(
					`${file} has no section "${heading}": the packages' READMEs are made from it`,
				);
			}
			return found;
		},
	};
}

/** Where a link in a page leads, and what stands around it. */
export const relativeLink = /(!?)\[([^\]]*)\]\((?!https?:|#)([^)]+)\)/g;

function withAbsoluteLinks(text: string, folder: string, address: string): string {
	return text.replace(relativeLink, (_link, image: string, label: string, target: string) => {
		const kind = image === '' ? 'blob' : 'raw';
		return `${image}[${label}](${address}/${kind}/main/${posix.join(folder, target)})`;
	});
}

/** What follows the # in a link to each heading of a page, as GitHub makes it. */
export function anchorsOf(text: string): string[] {
	return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\w -]/g, '')
			.replaceAll(' ', '-'),
	);
}
