import type { Platform } from './platforms.mts';

export interface Changelog {
	/** Of the newest release that changed the platform. */
	version: string;
	/** The whole file. */
	text: string;
}

/**
 * A platform's own history, drawn from the common one: the entries that name it or no platform at
 * all, and of the releases only those that have such an entry. Its version is the newest of these,
 * so a release that leaves a platform alone gives it no new version.
 * @throws when no entry names the platform: it would have no first release.
 */
export function changelogOf(platform: Platform, all: Platform[], common: string): Changelog {
	const others = all.filter(({ slug }) => slug !== platform.slug);
	const names = (text: string, { displayName }: Platform) => text.includes(displayName);
	const concerns = (entry: string) =>
		names(entry, platform) || !others.some((other) => names(entry, other));

	const releases = common
		.split(/^## /m)
		.slice(1)
		.map((release) => {
			const [version, ...lines] = release.split('\n');
			// An entry goes on in the indented lines below it.
			const entries = lines.join('\n').match(/^- .*(?:\n[ \t]+.*)*/gm) ?? [];
			return { version: version.trim(), entries: entries.filter(concerns) };
		})
		.filter(({ entries }) => entries.length > 0);
	if (!releases.some(({ entries }) => entries.some((entry) => names(entry, platform)))) {
		throw new Error(`CHANGELOG.md has no entry for ${platform.displayName}`);
	}

	const sections = releases.map(({ version, entries }) => `## ${version}\n\n${entries.join('\n')}`);
	return {
		version: releases[0].version.split(' ')[0],
		text: `${['# Changelog', ...sections].join('\n\n')}\n`,
	};
}
