// The little the demo's agents know about text.

export function wordsOf(text: string): string[] {
	return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}

export function sentencesOf(text: string): string[] {
	return (
		text
			.match(/[^.!?]+[.!?]*/g)
			?.map((part) => part.trim())
			.filter(Boolean) ?? []
	);
}

/** The `count` sentences with the most frequent words for their length, in their order. */
export function summarize(sentences: string[], count: number): string {
	const frequency = new Map<string, number>();
	for (const word of sentences.flatMap(contentWords)) {
		frequency.set(word, (frequency.get(word) ?? 0) + 1);
	}
	const weight = (sentence: string) => {
		const words = contentWords(sentence);
		const total = words.reduce((sum, word) => sum + (frequency.get(word) ?? 0), 0);
		return total / Math.sqrt(Math.max(words.length, 1));
	};
	const chosen = new Set(sentences.toSorted((a, b) => weight(b) - weight(a)).slice(0, count));
	return sentences.filter((sentence) => chosen.has(sentence)).join(' ');
}

const keywords = {
	billing: ['invoice', 'refund', 'charge', 'charged', 'payment', 'price', 'billing'],
	technical: ['error', 'crash', 'bug', 'broken', 'slow', 'login', 'fails', 'failed'],
	sales: ['buy', 'quote', 'trial', 'demo', 'upgrade', 'plan', 'seats'],
};

/** The category with the most keywords in the text; `other` when there is none. */
export function classify(text: string): { category: string; scores: Record<string, number> } {
	const words = wordsOf(text);
	const scores = Object.fromEntries(
		Object.entries(keywords).map(([category, list]) => [
			category,
			words.filter((word) => list.includes(word)).length,
		]),
	);
	const [best] = Object.entries(scores).toSorted(([, a], [, b]) => b - a);
	return { category: best && best[1] > 0 ? best[0] : 'other', scores };
}

function contentWords(sentence: string): string[] {
	return wordsOf(sentence).filter((word) => word.length > 3);
}
