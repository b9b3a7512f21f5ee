import { agentLocator } from '../../fields';
import { answerSchema } from '../../messaging/run';
import { messageFields, parallelMessages, sendMessage as send } from '../../messaging/send';
import { operation } from '../../session';

export const sendMessage = operation({
	value: 'sendMessage',
	name: 'Send Message',
	action: 'Send a message to an agent',
	description: 'Ask an agent and wait for its answer',
	parameters: [agentLocator, ...messageFields],
	output: answerSchema,
	parallel: parallelMessages,
	async execute(values, call) {
		const { agents, api } = call.session;
		const agentId = await agents.idOf(values.agent);
		return await send(
			values,
			agentId,
			async (request, timing) => await api.agents.chat(agentId, request, timing),
			call,
		);
	},
});
