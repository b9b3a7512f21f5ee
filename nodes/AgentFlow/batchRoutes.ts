import { PlatformError } from '../shared/errors';
import type { Http } from '../shared/http/http';
import type { HttpRequest } from '../shared/http/request';
import { encodeSegment } from '../shared/http/paths';
import type { ApiDocument } from '../shared/openApi/document';

/*
 * Two routes of a batch that are inferred from the vendor's SDK and not documented: each is used
 * where the instance's own OpenAPI document shows it (contract: Batches and files).
 */

/** The path of a batch's route in this instance. */
function routeOf(
	{ operations }: ApiDocument,
	method: 'GET' | 'POST',
	ending: 'output' | 'cancel',
	id: string,
): string {
	const route = new RegExp(`/batch(es)?/\\{[^/{}]+\\}/${ending}$`);
	const matches = operations.filter(
		(operation) => operation.method === method && route.test(operation.path),
	);
	if (matches.length === 1) return matches[0].path.replace(/\{[^/{}]+\}/, encodeSegment(id));
	throw new PlatformError(
		`This instance of AgentFlow does not show how to ${ending === 'output' ? 'get the output of a batch' : 'cancel a batch'}`,
		{
			fix: `Its OpenAPI document has no single route ${method} …/batches/{id}/${ending}. Look for another way with API Operation: Call.`,
		},
	);
}

/** The request for a batch's output. */
export const outputRequest = (
	document: ApiDocument,
	id: string,
	query: HttpRequest['query'],
): HttpRequest => ({
	method: 'GET',
	path: routeOf(document, 'GET', 'output', id),
	query,
	headers: { accept: '*/*' },
});

/** Cancels a batch, even after the execution was stopped. */
export async function cancelBatch(http: Http, document: ApiDocument, id: string): Promise<void> {
	await http.send({
		method: 'POST',
		path: routeOf(document, 'POST', 'cancel', id),
		repeatable: true,
		survivesStop: true,
		afterStop: true,
	});
}
