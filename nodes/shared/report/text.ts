import { maskerOf } from './secrets';

/* Texts of an agent are hostile: what is drawn of them can neither act nor deceive. */

/**
 * What cannot be seen, or turns the direction of what can, but for what writing needs: line breaks,
 * tabs, the joiners of Persian and of emoji, and variation selectors.
 */
const UNSEEN =
	/(?!\t|\n|\u200c|\u200d|[\ufe00-\ufe0f])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/gu;
/** More marks on one letter than any language has. */
const PILE = /(\p{M}{8})\p{M}+/gu;

const REPLACEMENT = '\ufffd';

function shown(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	if (code === 0x2028 || code === 0x2029) return '\n';
	// Unicode has a picture of each of these.
	if (code < 0x20) return String.fromCharCode(0x2400 + code);
	if (code === 0x7f) return '\u2421';
	const isHalf = code >= 0xd800 && code <= 0xdfff;
	if (isHalf || (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef))
		return REPLACEMENT;
	return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** A text in which everything can be seen, and nothing changes how the rest is seen. */
export const plain = (text: string): string =>
	text.replace(/\r\n?/g, '\n').replace(UNSEEN, shown).replace(PILE, `$1${REPLACEMENT}`);

const ENTITIES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
	// Two of them would begin an expression where a page goes through a template, as in n8n's HTML node.
	'{': '&#123;',
};

/** Text for between tags or quotes. */
export const escaped = (text: string): string =>
	plain(text).replace(/[&<>"']|\{(?=\{)/g, (character) => ENTITIES[character]);

export const sizeOf = (html: string): number => Buffer.byteLength(html);

/** The beginning of a text, with no half of a character at its end. */
export function cut(text: string, length: number): string {
	const last = text.charCodeAt(length - 1);
	const isHalf = length < text.length && last >= 0xd800 && last <= 0xdbff;
	return text.slice(0, isHalf ? length - 1 : length);
}

/** A part of a text, and how many characters are left out behind it. */
export interface Excerpt {
	text: string;
	left: number;
}

const SPACED = new Intl.NumberFormat('en', { useGrouping: true });

/** "12 345", with spaces that do not break. */
export const count = (amount: number): string => SPACED.format(amount).replaceAll(',', '\u00a0');

/** "and 12 345 more characters", or nothing. */
export const leftOut = (left: number, what: string): string =>
	left > 0 ? `… and ${count(left)} more ${left === 1 ? what : `${what}s`}` : '';

/** How far behind what is shown a secret may reach that begins in it. */
const LONGEST_SECRET = 4_000;

/** Draws texts, without the secrets in them. */
export class Pen {
	readonly mask: (text: string) => string;

	constructor(secrets: string[]) {
		this.mask = maskerOf(secrets);
	}

	/** The beginning of a text without its secrets, at most so long. */
	excerpt(text: string, length: number): Excerpt {
		const near = length + LONGEST_SECRET;
		const masked = this.mask(text.length > near ? text.slice(0, near) : text);
		const begin = cut(masked, length);
		return { text: begin, left: masked.length - begin.length + Math.max(0, text.length - near) };
	}

	/** The beginning of a text as HTML of at most so many bytes. */
	within(text: string, bytes: number): { html: string; left: number } {
		// Most texts need a byte a character; of hostile ones each may need twelve.
		for (let length = Math.max(0, Math.floor(bytes)); ;) {
			const { text: begin, left } = this.excerpt(text, length);
			const html = escaped(begin);
			const size = sizeOf(html);
			if (size <= bytes || length === 0) return { html, left };
			length = Math.floor(Math.min(length, begin.length) * Math.min(0.9, bytes / size));
		}
	}

	/** A short text in one line, e.g. a name; a longer one ends in "…". */
	line(text: string, bytes = 200): string {
		const { html, left } = this.within(text.replace(/\s+/g, ' ').trim(), bytes);
		return left > 0 ? `${html}…` : html;
	}
}
