const STOP_WORDS = new Set(
	(
		'a an and are as at be by can do does for from has have how i in is it its me my of on or our ' +
		'please so that the their there they this to was we were what when where which who will with ' +
		'you your'
	).split(' '),
);

/** The words of a text that carry meaning, without their endings, in order. */
export function stems(text: string): string[] {
	// Camel case is how agents are named.
	const apart = text.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase();
	return (apart.match(/[\p{L}\p{N}]+/gu) ?? [])
		.filter((word) => !STOP_WORDS.has(word))
		.map((word) => (word.length > 4 ? word.replace(/(?:ing|ies|ed|es|s|y|e)$/, '') : word));
}

/** How much of `query` is in `text`: 0 (no word) to 1 (all of them). */
export function overlap(query: string, text: string): number {
	const asked = new Set(stems(query));
	if (asked.size === 0) return 0;
	const there = new Set(stems(text));
	const shared = [...asked].filter((stem) => there.has(stem));
	return shared.length / asked.size;
}

/** The first sentences of a text. */
export function firstSentences(text: string, count: number): string {
	const sentences = text.trim().match(/[^.!?]+(?:[.!?]+(?=\s|$)|$|[.!?])/g) ?? [];
	return sentences
		.slice(0, count)
		.map((sentence) => sentence.trim())
		.join(' ');
}

/** Cuts a text at blanks into `count` pieces, or fewer where it has fewer words. */
export function pieces(text: string, count: number): string[] {
	const words = text.match(/\s*\S+(?:\s+$)?/g) ?? [text];
	const total = Math.min(count, words.length);
	return Array.from({ length: total }, (_unused, index) =>
		words
			.slice(
				Math.floor((index * words.length) / total),
				Math.floor(((index + 1) * words.length) / total),
			)
			.join(''),
	);
}
