import type { JsonObject, Tool } from './records.mts';
import type { Run, Unit } from './run.mts';
import { newId } from './store.mts';
import type { Store } from './store.mts';

export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'cancelled' | 'expired';

export interface Approval {
	id: string;
	tool_id: string;
	tool_name: string;
	/** As proposed, or as the approver changed them. */
	arguments: JsonObject;
	agent_id: string;
	status: ApprovalStatus;
	conversation_id: string;
	created_at: string;
	expires_at: string;
	reason: string | null;
	approver: string | null;
	/** Lets the run go on. */
	settled: () => void;
}

/**
 * Asks for leave to call a tool and waits until somebody answers, the time is over or the run is
 * cancelled, each of which is an event of the run as well.
 */
export async function askApproval(
	store: Store,
	run: Run,
	unit: Unit,
	call: { tool: Tool; arguments: JsonObject; agentId: string },
): Promise<Approval> {
	const timeoutMs = call.tool.approvalTimeout * 1000;
	const approval: Approval = {
		id: newId('appr'),
		tool_id: call.tool.id,
		tool_name: call.tool.name,
		arguments: call.arguments,
		agent_id: call.agentId,
		status: 'pending',
		conversation_id: run.conversation.id,
		created_at: new Date().toISOString(),
		expires_at: new Date(Date.now() + timeoutMs).toISOString(),
		reason: null,
		approver: null,
		settled: () => {},
	};
	store.approvals.set(approval.id, approval);
	run.emit(unit, 'approval_required', {
		id: approval.id,
		tool_name: approval.tool_name,
		arguments: approval.arguments,
		conversation_id: approval.conversation_id,
	});

	const answered = new AbortController();
	const settled = new Promise<void>((resolve) => {
		approval.settled = resolve;
	});
	try {
		const signal = AbortSignal.any([run.stop.signal, answered.signal]);
		await Promise.race([settled, store.pause(timeoutMs, signal)]);
		if (approval.status === 'pending') approval.status = 'expired';
	} finally {
		answered.abort();
		if (approval.status === 'pending') approval.status = 'cancelled';
		run.emit(unit, `approval_${approval.status}`, {
			id: approval.id,
			tool_name: approval.tool_name,
			approver: approval.approver,
			reason: approval.reason,
		});
	}
	return approval;
}
