import { sleep, type IDataObject } from 'n8n-workflow';
import { z } from 'zod';
import { PlatformError } from '../../shared/errors';
import { isObject, type Json } from '../../shared/json';
import { fields, type Values } from '../../shared/form/parameters';
import { approvalOutput } from '../output';
import type { Session } from '../session';
import { take } from '../../shared/list';
import { settle } from '../../shared/settle';
import { timerMs } from '../../shared/timer';
import { waitForAnswer } from './answer';

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
	{ api, ending }: Session,
	id: string,
	decision: { status: Responded['status']; modified_arguments?: Json },
	{ reason, waitForAnswer: wait = false, maxWait = 3600 }: RespondOptions,
): Promise<Responded> {
	const conversationId = wait ? await conversationOf(api, id) : undefined;
	const response = await api.approvals.respond(id, { ...decision, reason: reason || undefined });
	const responded = {
		id,
		...(isObject(response) ? approvalOutput(response) : {}),
		status: decision.status,
	};
	if (!conversationId) return responded;

	const timeUp = new AbortController();
	const done = new AbortController();
	const timer = sleep(timerMs(maxWait), done.signal);
	void timer.then(
		() => timeUp.abort(),
		() => undefined,
	);
	const signals = [ending.stop, ending.abandon, timeUp.signal].filter((one) => one !== undefined);
	let next: IDataObject | undefined;
	const waited = await settle(
		async () =>
			await waitForAnswer(
				api,
				{ conversationId, messageId: undefined },
				AbortSignal.any(signals),
				async () => {
					const [pending] = await take(
						api.approvals.pending(),
						1,
						(approval) => approval.conversation_id === conversationId && approval.id !== id,
					);
					next = pending && approvalOutput(pending);
					return next !== undefined;
				},
			),
	);
	done.abort();
	if ('error' in waited) throw answeredAllTheSame(waited.error, id);
	const text = waited.value;
	if (text !== undefined) return { ...responded, text, conversation_id: conversationId };
	if (next) return { ...responded, next_approval: next, conversation_id: conversationId };
	throw new PlatformError(`The answer after approval ${id} has not come after ${maxWait} s`, {
		runId: id,
		fix: `The approval is answered, and the run goes on: its answer will be in the conversation ${conversationId}.`,
	});
}

/** The wait has failed, and not the answer to the approval, which must not be given again. */
function answeredAllTheSame(error: unknown, id: string): unknown {
	if (!(error instanceof PlatformError)) return error;
	const { details } = error;
	const fix = `The approval ${id} is answered. ${details.fix ?? ''}`.trim();
	return new PlatformError(error.message, { ...details, runId: id, fix });
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
