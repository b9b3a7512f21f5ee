import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { keyOf, needs } from './auth.mts';
import { announceExecution } from './deliveries.mts';
import { list, paged, readPage, single } from './envelope.mts';
import type { Page, PageQuery } from './envelope.mts';
import { invalid, orFail } from './errors.mts';
import { streamEvents } from './events.mts';
import { readInputs } from './executing.mts';
import { find, uuid } from './input.mts';
import type { ApiKey, Execution } from './records.mts';
import { newestFirst } from './store.mts';
import type { Store } from './store.mts';

/** As many workflows of a workspace as its list of executions looks at. */
const CONSIDERED_WORKFLOWS = 1000;

type WithId = { Params: { id: string } };
type ListQuery = PageQuery & { workflow_id?: string; status?: string };

/** Contract, sections 3.2 and 4. */
export function executionRoutes(api: FastifyInstance, store: Store): void {
	api.get<{ Querystring: ListQuery }>('/', needs('executions:read'), async (request) =>
		request.query.workflow_id
			? listOfWorkflow(store, keyOf(request), request.query.workflow_id, request.query)
			: listOfWorkspace(store, keyOf(request), request.query),
	);

	api.get<WithId>('/:id', needs('executions:read'), async (request) =>
		single(wire(findOwn(store, keyOf(request), request.params.id))),
	);

	api.post<WithId>(
		'/:id/cancel',
		needs('executions:read', 'executions:cancel'),
		async (request) =>
			await orFail('internal_error', () => {
				const execution = findOwn(store, keyOf(request), request.params.id);
				if (execution.status !== 'pending' && execution.status !== 'running') {
					throw invalid(`Execution cannot be cancelled. Current status: ${execution.status}`);
				}
				store.background.stop(execution.id);
				execution.status = 'cancelled';
				const workflow = store.workflows.get(execution.workflow_id);
				if (workflow) announceExecution(store, execution, workflow);
				return single({
					id: execution.id,
					status: 'cancelled',
					message: 'Execution cancelled successfully',
				});
			}),
	);

	api.get<WithId>('/:id/events', needs('executions:read'), async (request, reply) => {
		streamEvents(wire(findOwn(store, keyOf(request), request.params.id)), reply);
	});
}

/** Pages rightly, but filters by status only what is on the page (contract, finding 3). */
function listOfWorkflow(store: Store, key: ApiKey, workflowId: string, query: ListQuery) {
	const page = readPage(query);
	const workflow = store.workflows.get(uuid(workflowId));
	const executions =
		workflow?.workspaceId === key.workspaceId
			? newestFirst(store.executions.values()).filter(
					(execution) => execution.workflow_id === workflow.id,
				)
			: [];
	const { status } = query;
	executions.sort(newestFirstOnPage(page));
	if (!status) return paged(store.settings, page, executions, wire);

	const start = (page.page - 1) * page.perPage;
	const onPage = executions
		.slice(start, start + page.perPage)
		.map(wire)
		.filter((execution) => execution.status === status);
	return list(store.settings, page, onPage, onPage.length);
}

/**
 * PostgreSQL orders rows of the same `created_at` differently for each LIMIT and OFFSET, so that one
 * of them may be on two pages and another on none.
 */
function newestFirstOnPage({ page, perPage }: Page) {
	const rank = ({ id }: Execution) =>
		createHash('sha1').update(`${id} ${page} ${perPage}`).digest('hex');
	return (a: Execution, b: Execution) =>
		b.created_at.localeCompare(a.created_at) || rank(a).localeCompare(rank(b));
}

/** Reads everybody's rows up to the page's end and drops what is not its own (finding 3). */
function listOfWorkspace(store: Store, key: ApiKey, query: ListQuery) {
	const page = readPage(query);
	const own = new Set(
		newestFirst(store.workflows.values())
			.filter(({ workspaceId }) => workspaceId === key.workspaceId)
			.slice(0, CONSIDERED_WORKFLOWS)
			.map(({ id }) => id),
	);
	const seen = newestFirst(store.executions.values())
		.filter((execution) => !query.status || execution.status === query.status)
		.slice(0, page.page * page.perPage)
		.map(wire)
		.filter((execution) => own.has(execution.workflow_id));
	const onPage = seen.slice((page.page - 1) * page.perPage);
	return list(store.settings, page, onPage, seen.length);
}

/** Only executions of the key owner's own workflows (contract, finding 11). */
function findOwn(store: Store, { userId }: ApiKey, id: string): Execution {
	return find(
		'Execution',
		store.executions,
		id,
		(execution) => store.workflows.get(execution.workflow_id)?.userId === userId,
	);
}

function wire(execution: Execution): Execution {
	return { ...execution, inputs: readInputs(execution) };
}
