import { chatOf } from '../../../shared/chat';
import { timerMs } from '../../../shared/timer';
import { agentLocator, instanceField, sessionField } from '../../fields';
import { answerSchema, replyOutput } from '../../output';
import { relay, whenFree } from '../../prompting';
import type { Reply } from '../../schemas';
import { operation } from '../../session';

export const prompt = operation({
	value: 'prompt',
	name: 'Prompt',
	action: 'Prompt an agent',
	description: 'Send a message to a persistent agent and get its answer',
	parameters: [
		agentLocator,
		instanceField,
		{
			displayName: 'Message',
			name: 'message',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			required: true,
			placeholder: 'e.g. What did we agree on last week?',
			description: 'What to say to the agent',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Enable Streaming',
					name: 'enableStreaming',
					type: 'boolean',
					default: true,
					description:
						'Whether to show the answer in the chat while it is being written, where the workflow streams. PyFlue then tells neither usage nor model.',
				},
				{
					displayName: 'Max Wait (Seconds)',
					name: 'maxWait',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 600,
					description: 'How long to wait for the answer',
				},
				sessionField,
				{
					displayName: 'Wait for Busy Session (Seconds)',
					name: 'busyWait',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 60,
					description:
						'How long to try again while the session is busy with another message, which PyFlue does not queue',
				},
			],
		},
	],
	output: answerSchema,
	async execute({ agent, instanceId, message, options }, { session, context, itemIndex }) {
		const { enableStreaming = true, maxWait = 600, busyWait = 60 } = options;
		const { api } = session;
		const said = { message, session: options.session?.trim() || undefined };
		const limitMs = timerMs(maxWait);
		const chat = enableStreaming ? chatOf(context, itemIndex) : undefined;
		const ask = async (): Promise<Reply> => {
			if (!chat) return await api.agents.prompt(agent, instanceId, said, limitMs);
			const deadline = AbortSignal.timeout(limitMs);
			const events = await api.agents.promptStream(agent, instanceId, said, limitMs, deadline);
			return await relay(events, chat, deadline);
		};
		return replyOutput(await whenFree(ask, busyWait * 1000, api.signal));
	},
});
