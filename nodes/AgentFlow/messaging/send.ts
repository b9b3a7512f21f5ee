import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { chatOf } from '../../shared/chat';
import type { Call } from '../../shared/operation';
import { fields, type Values } from '../../shared/form/parameters';
import type { AgentFlowApi } from '../api';
import type { Session } from '../session';
import { conversationFields } from './conversation';
import { PARALLEL_RUNS, runFields } from './fields';
import { requestOptionFields, requestOptionsOf } from './requestOptions';
import { runMessage } from './run';

/** The form of a message to an agent, whichever it goes to. */
export const messageFields = fields([
	{
		displayName: 'Message',
		name: 'message',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		required: true,
		placeholder: 'e.g. Where is order 1002?',
		description: 'What the agent is asked or told',
	},
	...conversationFields,
	...requestOptionFields,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: runFields,
	},
]);

type MessageValues = Values<typeof messageFields>;

/** Items that are worked on at once. */
export const parallelMessages = ({ options }: MessageValues): number =>
	options.parallelRuns ?? PARALLEL_RUNS;

/**
 * Sends one message and waits for its answer.
 *
 * @param agentId the agent to which the conversation belongs
 * @param chat sends the request to the agent, or to one of its sub-agents
 */
export async function sendMessage(
	values: MessageValues,
	agentId: string,
	chat: (
		request: Parameters<AgentFlowApi['agents']['chat']>[1],
		timing: Parameters<AgentFlowApi['agents']['chat']>[2],
	) => ReturnType<AgentFlowApi['agents']['chat']>,
	{ session, context, itemIndex }: Call<Session>,
) {
	const { message, conversationMode, options, source } = values;
	const conversationId = await session.conversations.choose(agentId, values);
	// One id for all that this item sends: AgentFlow answers a repeated id with the run it has.
	const messageId = source.message_id || randomUUID();
	const request = {
		message,
		conversation_id: conversationId,
		message_id: messageId,
		stream: options.nonStreaming !== true,
		...requestOptionsOf(values),
	};
	const answer = await session.conversations.inTurn(
		conversationId,
		async () =>
			await runMessage(
				{
					agentId,
					conversationId,
					messageId,
					begunWith: conversationMode === 'new' ? message : undefined,
					open: async (timing) => await chat(request, timing),
				},
				session,
				options,
				chatOf(context, itemIndex),
			),
	);
	const told = { conversationId, callId: answer.call_id };
	return await session.reports.itemIf(options.includeReport, told, answer as IDataObject);
}
