import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { PlatformError } from '../../shared/errors';
import { isObject, type Json } from '../../shared/json';
import { fields, type Values } from '../../shared/form/parameters';
import { approvalOutput } from '../output';
import type { Session } from '../session';
import { take } from '../../shared/list';
import { settle } from '../../shared/settle';
import { Follower } from '../../shared/runs/follow';
import type { RunLifecycle } from '../../shared/runs/lifecycle';
import type { AgentFlowApi } from '../api';
import { readAnswer } from './answer';

/** The options of an answer to an approval. */
export const respondFields = fields([
	{
		displayName: 'Max Wait (Seconds)',
		name: 'maxWait',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 3600,
		description: "How long to wait for the agent's answer",
	},
	{
		displayName: 'Reason',
		name: 'reason',
		type: 'string',
		default: '',
		description: 'What is noted with the decision; the agent may read it',
	},
	{
		displayName: 'Wait for the Answer',
		name: 'waitForAnswer',
		type: 'boolean',
		default: false,
		description: 'Whether to wait for what the agent answers after that, and return its text',
	},
]);

/** What AgentFlow says of the approval then comes on top, and what was waited for. */
export const respondedSchema = z
	.object({ id: z.string(), status: z.enum(['approved', 'denied']) })
	.passthrough();

type Responded = z.infer<typeof respondedSchema>;

type RespondOptions = Partial<Values<typeof respondFields>>;

/**
 * Answers a pending approval, and waits for the agent's answer where the user wants it.
 *
 * @throws PlatformError when the approval is answered already or expired, or no answer comes
 */
export async function respond(
	session: Session,
	id: string,
	decision: { status: Responded['status']; modified_arguments?: Json },
	{ reason, waitForAnswer: wait = false, maxWait = 3600 }: RespondOptions,
): Promise<Responded> {
	const { api, ending, logger } = session;
	const conversationId = wait ? await conversationOf(api, id) : undefined;
	const response = await api.approvals.respond(id, { ...decision, reason: reason || undefined });
	const responded = {
		id,
		...(isObject(response) ? approvalOutput(response) : {}),
		status: decision.status,
	};
	if (!conversationId) return responded;

	const runs = new Follower(afterApproval(session.api, id, conversationId), ending, logger);
	const waited = await settle(async () => await runs.follow({}, { maxWait }));
	if ('error' in waited) throw approvalIsAnswered(waited.error, id);
	const { text, next } = waited.value;
	return {
		...responded,
		...(text === undefined ? { next_approval: next } : { text }),
		conversation_id: conversationId,
	};
}

/** What a run does after its approval was answered: it says something, or asks for the next one. */
interface AfterApproval {
	text?: string;
	next?: IDataObject;
}

function afterApproval(
	api: AgentFlowApi,
	id: string,
	conversationId: string,
): RunLifecycle<AfterApproval> {
	const answer = readAnswer(api, { conversationId, messageId: undefined });
	return {
		noun: 'answer after approval',
		idOf: () => id,
		statusOf: () => 'missing',
		isTerminal: ({ text, next }) => text !== undefined || next !== undefined,
		failureOf: () => undefined,
		async get() {
			const [pending] = await take(
				api.approvals.pending(),
				1,
				(approval) => approval.conversation_id === conversationId && approval.id !== id,
			);
			return pending ? { next: approvalOutput(pending) } : { text: await answer() };
		},
		findLater: `It will be in the conversation ${conversationId}: use Conversation: Get Messages.`,
	};
}

/** The wait has failed, and not the answer to the approval, which must not be given again. */
function approvalIsAnswered(error: unknown, id: string): unknown {
	if (!(error instanceof PlatformError)) return error;
	return error.with({
		runId: id,
		fix: `The approval ${id} is answered. ${error.details.fix ?? ''}`,
	});
}

async function conversationOf(api: Session['api'], id: string): Promise<string> {
	const [approval] = await take(api.approvals.pending(), 1, (row) => row.id === id);
	if (approval?.conversation_id) return approval.conversation_id;
	throw new PlatformError(
		approval
			? `AgentFlow does not say to which conversation approval ${id} belongs`
			: `There is no pending approval ${id}`,
		{
			fix: approval
				? "Switch 'Wait for the Answer' off."
				: 'It is answered already, has expired, or never was. Look with Approval: Get Many.',
		},
	);
}
