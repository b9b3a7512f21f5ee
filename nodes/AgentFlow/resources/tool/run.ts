import type { IDataObject } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { PlatformError } from '../../../shared/errors';
import { defined, type Json } from '../../../shared/json';
import { settle } from '../../../shared/settle';
import { withUndrawn } from '../../../shared/form/mapper';
import { objectOf } from '../../../shared/form/parameters';
import { agentLocator, toolLocator } from '../../fields';
import { argumentFields, findTool } from '../../toolArguments';
import { conversationFields } from '../../messaging/conversation';
import { PARALLEL_RUNS, runFields } from '../../messaging/fields';
import { answerSchema, runMessage } from '../../messaging/run';
import { operation } from '../../session';

export const run = operation({
	value: 'run',
	name: 'Run',
	action: 'Run a tool of an agent',
	description: 'Call a tool directly, with the same approvals as when its agent calls it',
	parameters: [
		agentLocator,
		toolLocator,
		{
			displayName: 'Specify Arguments',
			name: 'specifyArguments',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Using Fields Below',
					value: 'fields',
					description: "Fill in the tool's own arguments",
				},
				{
					name: 'Using JSON',
					value: 'json',
					description: 'Give all arguments as one JSON object, for example from an expression',
				},
			],
			default: 'fields',
			description: 'How to give the arguments of the tool',
		},
		{
			displayName: 'Arguments',
			name: 'arguments',
			type: 'resourceMapper',
			displayOptions: { show: { specifyArguments: ['fields'] } },
			default: { mappingMode: 'defineBelow', value: null },
			description: "What the tool needs to know, drawn from the tool's own schema",
			typeOptions: {
				loadOptionsDependsOn: ['agent.value', 'tool.value'],
				resourceMapper: {
					resourceMapperMethod: 'getToolArguments',
					// Says which arguments are required, and keeps them in the form.
					mode: 'add',
					valuesLabel: 'Arguments',
					fieldWords: { singular: 'argument', plural: 'arguments' },
					addAllFields: true,
					supportAutoMap: false,
					hideNoDataError: true,
					showTypeConversionOptions: false,
				},
			},
		},
		{
			displayName: 'Arguments (JSON)',
			name: 'argumentsJson',
			type: 'json',
			displayOptions: { show: { specifyArguments: ['json'] } },
			default: '{}',
			description: "The tool's arguments as one JSON object",
		},
		...conversationFields,
		{
			displayName: 'Idempotency Key',
			name: 'idempotencyKey',
			type: 'string',
			default: '',
			description: 'While a call with this key is running, AgentFlow refuses another one',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: runFields,
		},
	],
	output: answerSchema.extend({ result: z.unknown() }),
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute(values, { session }) {
		const { tool, specifyArguments, argumentsJson, idempotencyKey, options } = values;
		const { api, conversations, agents } = session;
		const agentId = await agents.idOf(values.agent);
		const conversationId = await conversations.choose(agentId, values);
		const given =
			specifyArguments === 'fields'
				? await withUndrawn(
						values.arguments,
						{
							otherwise: 'The tool takes no such arguments',
							fields: async () =>
								await session.toolArguments.of(`${agentId} ${tool}`, async () =>
									argumentFields(await findTool(api, agentId, tool)),
								),
						},
						session.ending.hints,
					)
				: objectOf(argumentsJson, 'Arguments (JSON)');
		const messageId = randomUUID();
		const request = {
			arguments: given,
			conversation_id: conversationId,
			message_id: messageId,
			stream: options.nonStreaming !== true,
			...(defined({ idempotency_key: idempotencyKey || undefined }) as { [key: string]: Json }),
		};
		const outcome = await settle(
			async () =>
				await runMessage(
					{
						tool,
						agentId,
						conversationId,
						messageId,
						open: async (timing) => await api.tools.run(agentId, tool, request, timing),
					},
					session,
					options,
				),
		);
		if ('error' in outcome) throw explained(outcome.error, idempotencyKey);
		const told = { conversationId, callId: outcome.value.call_id };
		const output = outcome.value as IDataObject;
		return await session.reports.itemIf(options.includeReport, told, output);
	},
});

/** Contract: Tools. A 409 means that a call with the same key is running, not what came of it. */
function explained(error: unknown, key: string): unknown {
	if (!(error instanceof PlatformError) || error.details.status !== 409 || !key) return error;
	return error.with({
		fix: `A call with the idempotency key '${key}' is still running, so this one was not begun. Wait for it to end, or use another key. Its result comes to whoever began it, and is in the timeline of its conversation.`,
	});
}
