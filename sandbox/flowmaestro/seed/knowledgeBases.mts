import { randomUUID } from 'node:crypto';
import type { KnowledgeBase, Owner } from '../records.mts';
import { timestamp } from '../store.mts';
import type { Store } from '../store.mts';
import { OWNER, OWNER_ELSEWHERE, TEAMMATE } from './accounts.mts';

export const KNOWLEDGE_BASES = {
	handbook: '66666666-0000-4000-8000-000000000001',
	elsewhere: '66666666-0000-4000-8000-000000000002',
	teammates: '66666666-0000-4000-8000-000000000003',
};

const HANDBOOK = {
	'shipping.md': [
		'Standard shipping takes three to five working days and is free above 50 euros.',
		'Express shipping takes one working day and costs 12 euros.',
	],
	'returns.md': [
		'Customers may return a product within 30 days and get a full refund.',
		'A refund is paid back to the original payment method within 10 days.',
	],
	'warranty.md': ['Every product has a warranty of two years that covers defects in material.'],
};

export function seedKnowledgeBases(store: Store): void {
	addKnowledgeBase(store, KNOWLEDGE_BASES.handbook, 'Shop Handbook', OWNER, HANDBOOK);
	addKnowledgeBase(store, KNOWLEDGE_BASES.elsewhere, 'Side Project', OWNER_ELSEWHERE, {
		'ideas.md': ['A garden that waters itself.'],
	});
	addKnowledgeBase(store, KNOWLEDGE_BASES.teammates, "Teammate's Notes", TEAMMATE, {});
}

function addKnowledgeBase(
	store: Store,
	id: string,
	name: string,
	owner: Owner,
	documents: Record<string, string[]>,
): void {
	const now = timestamp();
	const base: KnowledgeBase = {
		id,
		name,
		description: null,
		embedding_model: 'text-embedding-3-small',
		chunk_size: 1000,
		chunk_overlap: 200,
		documents: Object.entries(documents).map(([document, chunks]) => ({
			id: randomUUID(),
			name: document,
			chunks: chunks.map((content, index) => ({
				id: randomUUID(),
				content,
				metadata: { chunk_index: index },
			})),
		})),
		created_at: now,
		updated_at: now,
		...owner,
	};
	store.knowledgeBases.set(id, base);
}
