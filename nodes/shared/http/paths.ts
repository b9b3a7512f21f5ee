import { PlatformError } from '../errors';

/* Where a request goes: nothing that a user fills in leads anywhere else. */

/** Builds a path, percent-encoding every value put into it. */
export function path(texts: TemplateStringsArray, ...ids: string[]): string {
	return texts.reduce((built, text, index) => {
		return built + encodeSegment(ids[index - 1]) + text;
	});
}

/**
 * A value as one segment of a path.
 *
 * @throws PlatformError for dots, which would be resolved away and lead to another route
 */
export function encodeSegment(id: string): string {
	if (!/^\.*$/.test(id)) return encodeURIComponent(id);
	throw new PlatformError(`'${id}' is not an ID`, {
		fix: 'Give the ID as the platform or the output of another node shows it.',
	});
}

/**
 * The base URL of a credential without its trailing slash.
 *
 * @throws PlatformError when it is no http(s) URL
 */
export function readBaseUrl(value: unknown, platform: string): string {
	const text = typeof value === 'string' ? value.trim() : '';
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash) {
		throw new PlatformError(`The Base URL of the ${platform} credential is not an http(s) URL`, {
			fix: `Open the credential and set Base URL to an address such as https://example.com, without anything behind a '?' or '#'.`,
		});
	}
	return url.href.replace(/\/+$/, '');
}
