import { z } from 'zod/v4';
import { found, unprocessable } from '../errors.mts';
import { text } from '../fields.mts';
import type { Run } from '../run.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';

const scope = 'agentflow:cancellations';
const tag = 'cancellations';

const CancellationRequest = z
	.object({
		call_id: text.nullish(),
		run_id: text.nullish(),
		conversation_id: text.nullish(),
		message_id: text.nullish(),
	})
	.meta({ id: 'CancellationRequest' });

const AgentCancelRequest = z.object({ call_id: text }).meta({ id: 'AgentCancelRequest' });

/** The contract names the ability and not its routes: an instance may offer none, or several. */
export function cancellationRoutes(router: Router, store: Store): void {
	router.add({
		method: 'POST',
		path: '/api/v1/cancellations',
		name: 'cancel_run',
		tag,
		scope,
		body: CancellationRequest,
		offered: ({ settings }) => settings.cancelRoutes !== 'none',
		handle: ({ body }) => cancel(found(runOf(store, body), 'Run')),
	});

	router.add({
		method: 'POST',
		path: '/api/v1/agent/{agent_id}/cancel',
		name: 'cancel_agent_call',
		tag,
		scope,
		body: AgentCancelRequest,
		offered: ({ settings }) => settings.cancelRoutes === 'ambiguous',
		handle: ({ body }) => cancel(found(store.runs.get(body.call_id), 'Run')),
	});
}

function runOf(store: Store, body: z.output<typeof CancellationRequest>): Run | undefined {
	if (body.call_id) return store.runs.get(body.call_id);
	const runs = [...store.runs.values()];
	if (body.run_id) return runs.find(({ runId }) => runId === body.run_id);
	if (!body.conversation_id || !body.message_id) {
		throw unprocessable(
			'call_id',
			'Value error, name a call, a run, or a conversation and message',
		);
	}
	return runs.find(
		({ conversation, messageId }) =>
			conversation.id === body.conversation_id && messageId === body.message_id,
	);
}

function cancel(run: Run) {
	const cancelled = run.status === 'running';
	run.stop.abort();
	return { call_id: run.root.callId, run_id: run.runId, cancelled };
}
