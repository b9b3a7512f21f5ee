import type { FastifyInstance } from 'fastify';
import { keyOf, needs } from './auth.mts';
import { nodesOf } from './definition.mts';
import { paged, readPage, single } from './envelope.mts';
import type { PageQuery } from './envelope.mts';
import { invalid, orFail } from './errors.mts';
import { addExecution, begin } from './executing.mts';
import { fieldsOf, find } from './input.mts';
import type { Trigger } from './records.mts';
import { newestFirst, timestamp } from './store.mts';
import type { Store } from './store.mts';

type WithId = { Params: { id: string } };

/** Contract, section 3.4. A trigger starts a teammate's workflow, too (finding 11). */
export function triggerRoutes(api: FastifyInstance, store: Store): void {
	api.get<{ Querystring: PageQuery }>('/', needs('triggers:read'), async (request) => {
		const { workspaceId } = keyOf(request);
		const triggers = newestFirst(store.triggers.values()).filter(
			(trigger) => trigger.workspaceId === workspaceId,
		);
		return paged(store.settings, readPage(request.query), triggers, wire);
	});

	api.post<WithId>(
		'/:id/execute',
		needs('triggers:read', 'triggers:execute'),
		async (request, reply) => {
			const answer = await orFail('execution_failed', async () => {
				const { workspaceId } = keyOf(request);
				const { inputs = {} } = fieldsOf(request.body);
				const trigger = find(
					'Trigger',
					store.triggers,
					request.params.id,
					(candidate) => candidate.workspaceId === workspaceId,
				);
				if (!trigger.enabled) throw invalid('Trigger is not enabled');
				const workflow = store.workflows.get(trigger.workflow_id);
				if (!workflow?.definition || !nodesOf(workflow.definition)) {
					throw invalid('Invalid workflow definition');
				}
				const execution = addExecution(store, workflow.id, inputs);
				await begin(store, execution, workflow);
				trigger.trigger_count += 1;
				trigger.last_triggered_at = timestamp();
				return {
					execution_id: execution.id,
					workflow_id: workflow.id,
					trigger_id: trigger.id,
					status: 'pending',
					inputs: execution.inputs,
				};
			});
			return await reply.code(202).send(single(answer));
		},
	);
}

function wire({ workspaceId: _workspaceId, ...fields }: Trigger) {
	return fields;
}
