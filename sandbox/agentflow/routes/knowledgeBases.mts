import { randomUUID } from 'node:crypto';
import { z } from 'zod/v4';
import { addBatch, changeBatch } from '../batch.mts';
import type { Batch } from '../batch.mts';
import { found } from '../errors.mts';
import { files, formNumber, jsonObject, name, text } from '../fields.mts';
import { searchPassages } from '../knowledge.mts';
import type { KnowledgeBase, KnowledgeDocument } from '../records.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';

const tag = 'knowledge bases';

const configuration = {
	chunk_size: formNumber.int().min(1).default(1200),
	overlap_percentage: formNumber.min(0).max(1).default(0.15),
	vector_db_type: text.default('pgvector'),
};

const KnowledgeBaseCreate = z
	.object({
		name,
		files,
		description: text.default(''),
		tags: text.default(''),
		chunking_strategy: text.default('auto'),
		...configuration,
	})
	.meta({ id: 'KnowledgeBaseCreate' });

const KnowledgeBaseFromUrl = z
	.object({
		name,
		description: text,
		website_url: z.url(),
		max_crawl_depth: formNumber.int().min(0).optional(),
		max_crawl_pages: formNumber.int().min(1).optional(),
		...configuration,
	})
	.meta({ id: 'KnowledgeBaseFromUrl' });

const DocumentsAdd = z.object({ files }).meta({ id: 'DocumentsAdd' });

const KnowledgeSearch = z
	.object({
		query: text.min(1),
		limit: z.number().int().min(1).max(100).default(10),
		search_type: z.enum(['semantic', 'keyword', 'hybrid']).default('hybrid'),
		vector_weight: z.number().min(0).max(1).nullish(),
		keyword_weight: z.number().min(0).max(1).nullish(),
		similarity_threshold: z.number().min(0).max(1).default(0),
		metadata_filters: jsonObject.nullish(),
		enable_mmr: z.boolean().default(false),
		mmr_lambda: z.number().min(0).max(1).nullish(),
		neighboring_chunks_count: z.number().int().min(0).nullish(),
	})
	.meta({ id: 'KnowledgeSearch' });

export function knowledgeBaseRoutes(router: Router, store: Store): void {
	const known = (id: string) => found(store.knowledgeBases.get(id), 'Knowledge base');

	router.add({
		method: 'GET',
		path: '/api/v1/knowledge-bases',
		name: 'list_knowledge_bases',
		tag,
		handle: () => {
			const rows = [...store.knowledgeBases.values()].map(view);
			return store.settings.older ? rows : { knowledge_bases: rows, total: rows.length };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/knowledge-bases',
		name: 'create_knowledge_base',
		tag,
		body: KnowledgeBaseCreate,
		encoding: 'multipart',
		handle: ({ body }) => {
			const base = addKnowledgeBase(store, {
				name: body.name,
				description: body.description,
				tags: body.tags
					.split(',')
					.map((one) => one.trim())
					.filter(Boolean),
				source_type: 'files',
				configuration: {
					chunk_size: body.chunk_size,
					overlap_percentage: body.overlap_percentage,
					chunking_strategy: body.chunking_strategy,
					vector_db_type: body.vector_db_type,
				},
			});
			ingest(store, base, documentsOf(body.files));
			return created(base, body.files.length);
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/knowledge-bases/create-from-url',
		name: 'create_knowledge_base_from_url',
		tag,
		body: KnowledgeBaseFromUrl,
		encoding: 'form',
		handle: ({ body }) => {
			const base = addKnowledgeBase(store, {
				name: body.name,
				description: body.description,
				source_type: 'website',
				configuration: {
					chunk_size: body.chunk_size,
					overlap_percentage: body.overlap_percentage,
					chunking_strategy: 'auto',
					vector_db_type: body.vector_db_type,
				},
			});
			// The stand-in fetches nothing: what the user wrote about the site is all it knows of it.
			const page = `${body.name}\n\n${body.description}`;
			ingest(store, base, [{ id: randomUUID(), source_file: body.website_url, text: page }]);
			return created(base, 0);
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/knowledge-bases/{kb_id}',
		name: 'get_knowledge_base',
		tag,
		handle: ({ params }) => view(known(params.kb_id)),
	});

	router.add({
		method: 'POST',
		path: '/api/v1/knowledge-bases/{kb_id}/documents',
		name: 'add_documents',
		tag,
		body: DocumentsAdd,
		encoding: 'multipart',
		handle: ({ params, body }) => {
			const base = known(params.kb_id);
			const job = ingest(store, base, documentsOf(body.files));
			return {
				kb_id: base.id,
				job_id: job.id,
				files_queued: body.files.length,
				status: 'processing',
			};
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/knowledge-bases/{kb_id}/search',
		name: 'search_knowledge_base',
		tag,
		body: KnowledgeSearch,
		handle: ({ params, body }) => {
			const passages = searchPassages(known(params.kb_id), body.query)
				.filter(({ score }) => score >= body.similarity_threshold)
				.slice(0, body.limit);
			if (store.settings.older) {
				return {
					results: passages.map(({ content, document_id, score, source_file }) => ({
						content,
						document_id,
						score,
						metadata: { source_file },
					})),
				};
			}
			return {
				documents: passages.map(({ source_file, content, ...metadata }) => ({
					source_file,
					content,
					metadata,
				})),
				total_results: passages.length,
				search_metadata: { search_type: body.search_type, query: body.query },
			};
		},
	});
}

type NewKnowledgeBase = Pick<KnowledgeBase, 'name' | 'source_type' | 'configuration'> &
	Partial<KnowledgeBase>;

export function addKnowledgeBase(store: Store, given: NewKnowledgeBase): KnowledgeBase {
	const now = new Date().toISOString();
	const base: KnowledgeBase = {
		id: randomUUID(),
		description: '',
		tags: [],
		status: 'ready',
		documents: [],
		created_at: now,
		updated_at: now,
		...given,
	};
	store.knowledgeBases.set(base.id, base);
	return base;
}

/** Brings documents in, in the background; the job can be asked for like a batch. */
function ingest(store: Store, base: KnowledgeBase, documents: KnowledgeDocument[]): Batch {
	const job = addBatch(store, 'kb_ingest', 'ingest', documents.length);
	changeBatch(job, { status: 'processing' });
	base.status = 'processing';
	store.inBackground(async () => {
		await store.pause(store.settings.ingestMs, job.stop.signal);
		base.documents.push(...documents);
		base.status = 'ready';
		base.updated_at = new Date().toISOString();
		changeBatch(job, { status: 'completed', progress: 1 });
	}, job.stop.signal);
	return job;
}

function documentsOf(uploaded: z.output<typeof files>): KnowledgeDocument[] {
	return uploaded.map(({ filename, content }) => ({
		id: randomUUID(),
		source_file: filename,
		text: content.toString(),
	}));
}

function created(base: KnowledgeBase, uploaded: number) {
	const { id, name: title, status, configuration: settings, source_type } = base;
	return {
		message: 'Knowledge base is being created',
		id,
		name: title,
		files_uploaded: uploaded,
		status,
		configuration: settings,
		source_type,
	};
}

function view({ documents, ...base }: KnowledgeBase) {
	return { ...base, document_count: documents.length };
}
