import type { INodeExecutionData } from 'n8n-workflow';
import { PlatformError } from '../../shared/errors';
import { defined } from '../../shared/json';
import { pollCompletions, type TriggerSource } from '../../shared/runs/trigger';
import { approvalOutput } from '../output';
import type { Approval } from '../schemas';
import { inUtc } from '../times';
import type { Poll } from './poll';

/** One tick: every approval that is pending, once. */
export async function pollApprovals(
	{ context, api, account, includeSince, reports }: Poll,
	{ toolName }: { toolName?: string },
): Promise<INodeExecutionData[][] | null> {
	const rows = new Map<string, Approval>();
	const source: TriggerSource<Approval> = {
		lifecycle: {
			noun: 'approval',
			idOf: ({ id }) => id,
			// Being pending is what it is waited for.
			isTerminal: () => true,
			// There is no route for a single one: its row says everything.
			get: async (id) => rows.get(id) ?? (await notPending(id)),
		},
		ifNone: ['No pending approval', 'Have an agent ask for approval'],
		account,
		includeSince,
		async *list() {
			for await (const approval of api.approvals.pending(toolName || undefined)) {
				rows.set(approval.id, approval);
				yield approval;
			}
		},
		completionKey: ({ id }) => id,
		changedAt: ({ created_at }) => inUtc(created_at),
		wants: ({ tool_name }) => !toolName || tool_name === toolName,
		slim: (approval) => approval,
		output: (approval, note) => ({ ...approvalOutput(approval), ...defined({ note }) }),
		withReport: reports
			? async ({ conversation_id: conversationId }, json) =>
					conversationId ? await reports.item({ conversationId }, json) : json
			: undefined,
	};
	return await pollCompletions(context, source);
}

const notPending = async (id: string): Promise<never> =>
	await Promise.reject(
		new PlatformError(`The approval ${id} is not pending any more`, { status: 404 }),
	);
