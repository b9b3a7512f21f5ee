/** Likeness of two texts from 0 to 1: the cosine between their counts of words (3 letters and up). */
export function similarity(one: string, other: string): number {
	const a = wordCounts(one);
	const b = wordCounts(other);
	let product = 0;
	for (const [word, count] of a) product += count * (b.get(word) ?? 0);
	return product === 0 ? 0 : Math.min(1, product / (length(a) * length(b)));
}

function wordCounts(text: string): Map<string, number> {
	const counts = new Map<string, number>();
	for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]{3,}/gu)) {
		counts.set(word, (counts.get(word) ?? 0) + 1);
	}
	return counts;
}

function length(counts: Map<string, number>): number {
	return Math.hypot(...counts.values());
}
