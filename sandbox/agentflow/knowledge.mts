import type { KnowledgeBase } from './records.mts';
import { overlap } from './words.mts';

export interface Passage {
	source_file: string;
	content: string;
	score: number;
	document_id: string;
	chunk_index: number;
}

/** The passages that share words with the query, best first. */
export function searchPassages(knowledgeBase: KnowledgeBase, query: string): Passage[] {
	return knowledgeBase.documents
		.flatMap((document) =>
			document.text.split(/\n\s*\n/).map((content, index) => ({
				source_file: document.source_file,
				content: content.trim(),
				score: Math.round(overlap(query, content) * 1000) / 1000,
				document_id: document.id,
				chunk_index: index,
			})),
		)
		.filter(({ score }) => score > 0)
		.sort((a, b) => b.score - a.score);
}
