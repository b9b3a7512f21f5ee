import { z } from 'zod/v4';
import type { Approval } from '../approval.mts';
import { ApiError, found, unprocessable } from '../errors.mts';
import { formNumber, jsonObject, text } from '../fields.mts';
import type { Router } from '../router.mts';
import type { Store } from '../store.mts';

const tag = 'approvals';
const decision = z.enum(['approved', 'denied']);

const ApprovalResponse = z
	.object({
		status: decision,
		reason: text.nullish(),
		modified_arguments: jsonObject.nullish(),
	})
	.meta({ id: 'ApprovalResponse' });

const BulkApprovalResponse = z
	.object({ approval_ids: z.array(text).min(1), status: decision, reason: text.nullish() })
	.meta({ id: 'BulkApprovalResponse' });

const PendingFilter = z.object({
	page: formNumber.int().min(1).default(1),
	page_size: formNumber.int().min(1).max(100).default(20),
	tool_name: text.optional(),
});

export function approvalRoutes(router: Router, store: Store): void {
	const pending = (id: string): Approval => {
		const approval = found(store.approvals.get(id), 'Approval');
		if (approval.status === 'pending') return approval;
		throw new ApiError(409, `Approval is already ${approval.status}`);
	};

	router.add({
		method: 'GET',
		path: '/api/v1/approvals/pending',
		name: 'list_pending_approvals',
		tag,
		query: PendingFilter,
		handle: ({ query: { page, page_size, tool_name } }) => {
			const waiting = [...store.approvals.values()].filter(
				(approval) =>
					approval.status === 'pending' &&
					(tool_name === undefined || approval.tool_name === tool_name),
			);
			const approvals = waiting.slice((page - 1) * page_size, page * page_size).map(view);
			return { approvals, total: waiting.length, page, page_size };
		},
	});

	router.add({
		method: 'GET',
		path: '/api/v1/approvals/stats',
		name: 'get_approval_stats',
		tag,
		handle: () => {
			const counts = { pending: 0, approved: 0, denied: 0, cancelled: 0, expired: 0 };
			for (const { status } of store.approvals.values()) counts[status] += 1;
			return { ...counts, total: store.approvals.size };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/approvals/bulk',
		name: 'respond_to_approvals',
		tag,
		body: BulkApprovalResponse,
		handle: ({ body, caller }) => {
			const approvals = body.approval_ids.map(pending);
			for (const approval of approvals) {
				settle(approval, body.status, caller.userId, body.reason ?? null);
			}
			return { approvals: approvals.map(view) };
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/approvals/{approval_id}/respond',
		name: 'respond_to_approval',
		tag,
		body: ApprovalResponse,
		handle: ({ params, body, caller }) => {
			const approval = pending(params.approval_id);
			if (body.modified_arguments) {
				if (body.status === 'denied') {
					throw unprocessable('modified_arguments', 'Value error, only for an approval');
				}
				approval.arguments = body.modified_arguments;
			}
			return view(settle(approval, body.status, caller.userId, body.reason ?? null));
		},
	});

	router.add({
		method: 'POST',
		path: '/api/v1/approvals/{approval_id}/cancel',
		name: 'cancel_approval',
		tag,
		handle: ({ params, caller }) =>
			view(settle(pending(params.approval_id), 'cancelled', caller.userId, null)),
	});
}

function settle(
	approval: Approval,
	status: 'approved' | 'denied' | 'cancelled',
	approver: string,
	reason: string | null,
): Approval {
	Object.assign(approval, { status, approver, reason });
	approval.settled();
	return approval;
}

function view({ settled: _settled, ...approval }: Approval) {
	return approval;
}
