import { PlatformError } from '../shared/errors';

/** What no HTTP header can hold. n8n would leave it out, and the header would name somebody else. */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/u;

/**
 * A field of the credential as a header's text; empty where it is not filled in.
 *
 * @throws PlatformError when no header can hold it
 */
export function headerText(value: unknown, label: string): string {
	const text = String(value ?? '').trim();
	const [character] = UNSENDABLE.exec(text) ?? [];
	if (character === undefined) return text;
	throw new PlatformError(
		`'${label}' in the AgentFlow credential holds ${JSON.stringify(character)}, which cannot be sent`,
		{
			fix: `Open the credential and fill in '${label}' without it, in a form that AgentFlow knows. It goes out in an HTTP header, which takes Western European letters, digits and signs only.`,
		},
	);
}
