import { PlatformError } from '../errors';

/** What no HTTP header can hold. n8n leaves it out, and the header would say something else. */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/u;

/**
 * A text that can go out in a header, as it is.
 *
 * @param name what the user knows it by
 * @throws PlatformError when no header can hold it
 */
export function headerText(text: string, name: string): string {
	const [character] = UNSENDABLE.exec(text) ?? [];
	if (character === undefined) return text;
	throw new PlatformError(
		`${name} holds ${JSON.stringify(character)}, which cannot be sent in an HTTP header`,
		{
			fix: `Write ${name} without it: headers take Western European letters, digits and signs only.`,
		},
	);
}
