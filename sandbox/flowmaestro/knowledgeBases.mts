import type { FastifyInstance } from 'fastify';
import { keyOf, needs } from './auth.mts';
import { paged, readPage, single } from './envelope.mts';
import type { PageQuery } from './envelope.mts';
import { DatabaseError, invalid, orFail } from './errors.mts';
import { fieldsOf, filled, find } from './input.mts';
import type { ApiKey, KnowledgeBase } from './records.mts';
import { similarity } from './similarity.mts';
import { newestFirst } from './store.mts';
import type { Store } from './store.mts';

const MOST_RESULTS = 20;

type WithId = { Params: { id: string } };

/** Contract, section 3.5. Knowledge bases are their owner's, in every workspace. */
export function knowledgeBaseRoutes(api: FastifyInstance, store: Store): void {
	api.get<{ Querystring: PageQuery }>('/', needs('knowledge-bases:read'), async (request) => {
		const { userId } = keyOf(request);
		const own = newestFirst(store.knowledgeBases.values()).filter((base) => base.userId === userId);
		return paged(store.settings, readPage(request.query), own, (base) => ({
			id: base.id,
			name: base.name,
			description: base.description,
			...counts(base),
			created_at: base.created_at,
			updated_at: base.updated_at,
		}));
	});

	api.get<WithId>('/:id', needs('knowledge-bases:read'), async (request) => {
		const base = findBase(store, keyOf(request), request.params.id);
		return single({
			id: base.id,
			name: base.name,
			description: base.description,
			embedding_model: base.embedding_model,
			chunk_size: base.chunk_size,
			chunk_overlap: base.chunk_overlap,
			...counts(base),
			created_at: base.created_at,
			updated_at: base.updated_at,
		});
	});

	api.post<WithId>(
		'/:id/query',
		needs('knowledge-bases:read', 'knowledge-bases:query'),
		async (request) => {
			const { query, top_k = 5 } = fieldsOf(request.body);
			const text = filled(query);
			if (text === undefined) throw invalid('Query is required');
			const base = findBase(store, keyOf(request), request.params.id);
			const topK = Math.min(Number(top_k), MOST_RESULTS);
			const results = await orFail('internal_error', () => {
				checkLimit(topK);
				return search(base, text).slice(0, topK);
			});
			return single({ results, query: text, top_k: topK });
		},
	);
}

/** Every chunk of the knowledge base, the likest first. */
export function search(base: KnowledgeBase, query: string) {
	return base.documents
		.flatMap((document) =>
			document.chunks.map(({ id, content, metadata }) => ({
				id,
				content,
				document_id: document.id,
				document_name: document.name,
				score: similarity(query, content),
				metadata,
			})),
		)
		.sort((a, b) => b.score - a.score);
}

/** What PostgreSQL says to a `LIMIT` it cannot take. */
function checkLimit(limit: number): void {
	if (!Number.isInteger(limit)) {
		throw new DatabaseError('22P02', `invalid input syntax for type bigint: "${limit}"`);
	}
	if (limit < 0) throw new DatabaseError('2201W', 'LIMIT must not be negative');
}

/** The backend counts documents joined with chunks, so its `chunk_count` is their product. */
function counts({ documents }: KnowledgeBase) {
	const chunks = documents.reduce((sum, document) => sum + document.chunks.length, 0);
	return { document_count: documents.length, chunk_count: documents.length * chunks };
}

function findBase(store: Store, { userId }: ApiKey, id: string): KnowledgeBase {
	return find('Knowledge Base', store.knowledgeBases, id, (base) => base.userId === userId);
}
