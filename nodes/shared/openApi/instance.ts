import { z } from 'zod';
import { hasStatus, PlatformError } from '../errors';
import type { Http } from '../http/http';
import { settle } from '../settle';
import { readDocument, type ApiDocument, type ApiOperation } from './document';

/** How long a document that was read is taken for the instance's own, in milliseconds. */
const FRESH_MS = 300_000;
/** Accounts whose documents are kept: each may take megabytes. */
const MOST_KEPT = 10;

interface Kept {
	readAt: number;
	document: Promise<ApiDocument>;
}

const kept = new Map<string, Kept>();

/**
 * The OpenAPI document that an instance serves about itself.
 *
 * @param maxAgeMs an older copy is read anew
 * @throws PlatformError when the instance serves none
 */
export async function openApiDocumentOf(http: Http, maxAgeMs = FRESH_MS): Promise<ApiDocument> {
	const known = kept.get(http.account);
	if (known && Date.now() - known.readAt < maxAgeMs) return await known.document;
	const document = load(http);
	const entry = { readAt: Date.now(), document };
	kept.delete(http.account);
	kept.set(http.account, entry);
	for (const account of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(account);
	// A document that could not be read is asked for again next time.
	document.catch(() => {
		if (kept.get(http.account) === entry) kept.delete(http.account);
	});
	return await document;
}

async function load(http: Http): Promise<ApiDocument> {
	const answer = await settle(
		async () =>
			await http.json(
				// Other executions may wait for it too, and what was stopped is ended by it.
				{ method: 'GET', path: '/openapi.json', survivesStop: true, afterStop: true },
				z.unknown(),
			),
	);
	if ('error' in answer && !hasStatus(answer.error, 404)) throw answer.error;
	const document = 'value' in answer ? readDocument(answer.value, http.baseUrl) : undefined;
	if (document) return document;
	throw new PlatformError('The instance serves no OpenAPI document at /openapi.json', {
		fix: 'Check that the Base URL of the credential leads to the API itself, and that the instance has its documentation switched on.',
	});
}

/**
 * One operation by its key (`POST /api/v1/agents`) or its operation id. One that the kept copy
 * does not have is looked for in a new one.
 *
 * @throws PlatformError when the instance has no such operation
 */
export async function findOperation(
	http: Http,
	name: string,
): Promise<{ document: ApiDocument; operation: ApiOperation }> {
	for (const maxAgeMs of [FRESH_MS, 0]) {
		const document = await openApiDocumentOf(http, maxAgeMs);
		const operation = document.operations.find(
			({ key, operationId }) => key === name || operationId === name,
		);
		if (operation) return { document, operation };
	}
	throw new PlatformError(`The instance has no operation '${name}'`, {
		fix: 'Pick the operation from the list, which is read from the instance itself.',
	});
}
