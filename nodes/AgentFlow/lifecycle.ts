import type { RunLifecycle } from '../shared/runs/lifecycle';
import { openApiDocumentOf } from '../shared/openApi/instance';
import type { Http } from '../shared/http/http';
import { cancelBatch } from './batchRoutes';
import type { AgentFlowApi } from './api';
import { reasonIn } from './messaging/transcript';
import type { Batch } from './schemas';

/** However a server spells it; any other status is not known to be an end (contract: Batches). */
const SUCCEEDED = /^(completed?|succe(ss|eded)|done|partial.*)$/i;
const FAILED = /^(failed|failure|error|cancell?ed|expired)$/i;

/** How a batch, or the ingestion of documents, goes from queued to its end. */
export const batchLifecycle = (api: AgentFlowApi, http: Http): RunLifecycle<Batch> => ({
	noun: 'batch',
	idOf: ({ id }) => id,
	statusOf: ({ status }) => status,
	isTerminal: ({ status }) => SUCCEEDED.test(status) || FAILED.test(status),
	failureOf: ({ status, error }) =>
		FAILED.test(status)
			? error
				? reasonIn(error)
				: `AgentFlow gives no reason for the status '${status}'`
			: undefined,
	get: api.batches.get,
	cancel: async (id) => await cancelBatch(http, await openApiDocumentOf(http), id),
});
