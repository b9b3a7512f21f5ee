import type { FastifyInstance } from 'fastify';
import { badRequest, found } from './errors.mts';
import { readFields, text } from './fields.mts';
import { addLog, isTerminal, play } from './lifecycle.mts';
import { sendList } from './listing.mts';
import type { Run } from './records.mts';
import type { Store } from './store.mts';
import { suggestSchema } from './suggest.mts';
import { runDetail, runSummary } from './views.mts';

type WithId = { Params: { id: string } };

export function runRoutes(api: FastifyInstance, store: Store): void {
	api.get('/executions/', async (request, reply) => {
		const runs = [...store.runs.values()].filter(({ visible }) => visible).sort(newestFirst);
		return await sendList(store, request, reply, runs, runSummary.bind(null, store));
	});

	api.get<WithId>('/executions/:id/', async (request) =>
		runDetail(store, found(store.runs.get(request.params.id))),
	);

	api.post<WithId>('/executions/:id/cancel/', async (request, reply) => {
		const run = found(store.runs.get(request.params.id));
		if (isTerminal(run)) throw badRequest(`Execution is already ${run.status}.`);
		store.stopWork(run.id);
		addLog(store, run.id, 'task_cancelled', 'Task was cancelled by the user', {});
		store.changeRun(run.id, { status: 'cancelled' });
		return await reply.code(204).send();
	});

	api.post<WithId>('/executions/:id/append-message/', async (request) => {
		const run = found(store.runs.get(request.params.id));
		const { text: message } = readFields(request.body, { text: text() }, ['text']);
		if (!isTerminal(run)) {
			throw badRequest(`Execution is ${run.status}; a message can be added once it has ended.`);
		}
		addLog(store, run.id, 'user_added_message', message, { text: message });
		const restarted = store.changeRun(run.id, {
			status: 'pending',
			run_seq: run.run_seq + 1,
			error: null,
			agent_result: null,
			messages: [...run.messages, { role: 'user', content: message }],
		});
		play(store, run.id);
		return runDetail(store, restarted);
	});

	api.post<WithId>('/executions/:id/suggest-schema/', async (request) => {
		const run = found(store.runs.get(request.params.id));
		const fields = readFields(request.body, {
			inputs_prompt: text({ blank: true }),
			outputs_prompt: text({ blank: true }),
		});
		const { reasoning, ...schemas } = suggestSchema({
			goal: run.original_prompt,
			describe: true,
			inputHint: fields.inputs_prompt,
			outputHint: fields.outputs_prompt,
			variables: run.variables,
		});
		store.changeAgent(run.agentUuid, schemas);
		return { reasoning, ...schemas };
	});
}

function newestFirst(a: Run, b: Run): number {
	return b.order[0] - a.order[0] || b.order[1] - a.order[1];
}
