import { byId, fromList } from '../../../shared/form/locator';
import { field } from '../../../shared/form/parameters';
import { agentLocator } from '../../fields';
import { answerSchema } from '../../messaging/run';
import { messageFields, parallelMessages, sendMessage as send } from '../../messaging/send';
import { operation } from '../../session';

const subagentLocator = field({
	displayName: 'Subagent',
	name: 'subagent',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: "The agent's subagent to ask",
	modes: [fromList('searchSubagents'), byId('e.g. 3f2a8c1e-5b7d-4e9a-9c61-0d4f7a2b8e35')],
});

export const sendMessage = operation({
	value: 'sendMessage',
	name: 'Send Message',
	action: 'Send a message to a subagent',
	description: 'Ask a subagent of an agent directly and wait for its answer',
	parameters: [agentLocator, subagentLocator, ...messageFields],
	output: answerSchema,
	parallel: parallelMessages,
	async execute(values, call) {
		const { agents, api } = call.session;
		const agentId = await agents.idOf(values.agent);
		return await send(
			values,
			agentId,
			async (request, timing) =>
				await api.agents.subagentChat(agentId, values.subagent, request, timing),
			call,
		);
	},
});
