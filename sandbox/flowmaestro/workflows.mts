import type { FastifyInstance } from 'fastify';
import { keyOf, needs } from './auth.mts';
import { inputsOf, nodesOf, problemsOf } from './definition.mts';
import { paged, readPage, single } from './envelope.mts';
import type { PageQuery } from './envelope.mts';
import { invalid, orFail } from './errors.mts';
import { addExecution, begin } from './executing.mts';
import { fieldsOf, find } from './input.mts';
import type { Workflow } from './records.mts';
import { newestFirst } from './store.mts';
import type { Store } from './store.mts';

type WithId = { Params: { id: string } };

/** Contract, section 3.1. Lists are the workspace's; single workflows are their owner's. */
export function workflowRoutes(api: FastifyInstance, store: Store): void {
	api.get<{ Querystring: PageQuery }>('/', needs('workflows:read'), async (request) => {
		const { workspaceId } = keyOf(request);
		const workflows = newestFirst(store.workflows.values()).filter(
			(workflow) => workflow.workspaceId === workspaceId,
		);
		return paged(store.settings, readPage(request.query), workflows, summary);
	});

	api.get<WithId>('/:id', needs('workflows:read'), async (request) => {
		const { userId } = keyOf(request);
		const workflow = find(
			'Workflow',
			store.workflows,
			request.params.id,
			(candidate) => candidate.userId === userId,
		);
		const { created_at, updated_at, ...rest } = summary(workflow);
		// Only FlowMaestro's SDKs know of a schema (contract 7).
		const { inputSchema: input_schema } = workflow;
		return single({
			...rest,
			inputs: inputsOf(workflow),
			...(input_schema && { input_schema }),
			created_at,
			updated_at,
		});
	});

	api.post<WithId>(
		'/:id/execute',
		needs('workflows:read', 'workflows:execute'),
		async (request, reply) => {
			const execution = await orFail('execution_failed', async () => {
				const { userId } = keyOf(request);
				const { inputs = {} } = fieldsOf(request.body);
				const workflow = find(
					'Workflow',
					store.workflows,
					request.params.id,
					(candidate) => candidate.userId === userId,
				);
				if (!workflow.definition) throw invalid('Workflow has no definition');
				const problems = problemsOf(workflow.definition);
				if (problems.length > 0) {
					throw invalid(`Workflow validation failed: ${problems.join(', ')}`);
				}
				// The row is there before anything can go wrong with the start (contract, 3.1).
				const row = addExecution(store, workflow.id, inputs);
				const nodes = nodesOf(workflow.definition);
				if (!nodes) throw invalid('Invalid workflow definition format');
				if (nodes.length === 0) {
					throw new Error(`No executable nodes found for workflow: ${workflow.name}`);
				}
				await begin(store, row, workflow);
				return row;
			});
			return await reply.code(202).send(
				single({
					execution_id: execution.id,
					workflow_id: execution.workflow_id,
					status: 'pending',
					inputs: execution.inputs,
				}),
			);
		},
	);
}

function summary({ id, name, description, version, created_at, updated_at }: Workflow) {
	return { id, name, description, version, created_at, updated_at };
}
