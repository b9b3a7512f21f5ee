// Resource Knowledge Base (docs/contracts/flowmaestro.md, 3.5).
import { describe, expect, test } from '@jest/globals';
import {
	KNOWLEDGE_BASES,
	api,
	byId,
	execute,
	failureOf,
	offered,
	rows,
	sent,
	useSandbox,
} from './support.mts';

useSandbox();

const handbook = { knowledgeBase: byId(KNOWLEDGE_BASES.handbook) };
const query = 'How long is the warranty?';

test('Get Many and Get answer knowledge bases as they are on the wire', async () => {
	expect(await rows('knowledgeBase', 'getAll')).toEqual(
		(await api.get('/knowledge-bases')).data.data,
	);
	expect((await rows('knowledgeBase', 'get', handbook))[0]).toMatchObject({ chunk_size: 1000 });
	expect(
		(await offered('searchKnowledgeBases', { filter: 'handbook' })).map(({ name }) => name),
	).toEqual(['Shop Handbook']);
});

describe('Query', () => {
	test('leaves the number of results to the server unless it is set', async () => {
		const [found] = await rows('knowledgeBase', 'query', { ...handbook, query });

		expect((await sent())[0].body).toEqual({ query });
		expect(found).toMatchObject({
			query,
			top_k: 5,
			results: expect.arrayContaining([
				expect.objectContaining({ document_name: 'warranty.md', score: expect.any(Number) }),
			]),
		});
	});

	test('sends the number that is set', async () => {
		const [found] = await rows('knowledgeBase', 'query', {
			...handbook,
			query,
			options: { topK: 1 },
		});

		expect((await sent())[0].body).toEqual({ query, top_k: 1 });
		expect(found.results).toHaveLength(1);
	});

	test.each([0, 21])('refuses %i results', async (topK) => {
		const failure = await failureOf(
			execute('knowledgeBase', 'query', { ...handbook, query, options: { topK } }),
		);

		expect(failure.message).toMatch(/^'Max Results' must be at (least 1|most 20)$/);
	});

	test('refuses part of a result, which the server stumbles over', async () => {
		const failure = await failureOf(
			execute('knowledgeBase', 'query', { ...handbook, query, options: { topK: 1.5 } }),
		);

		expect(failure.message).toBe("'Max Results' must be a whole number");
	});
});
