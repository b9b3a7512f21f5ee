import { field } from '../shared/form/parameters';

/** The events that a webhook can be registered for (contract 5), as options of a form. */
export const webhookEventOptions = field({
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	options: [
		{ name: 'Agent Execution Completed', value: 'agent.execution.completed' },
		{ name: 'Agent Execution Failed', value: 'agent.execution.failed' },
		{ name: 'Agent Execution Started', value: 'agent.execution.started' },
		{ name: 'Execution Cancelled', value: 'execution.cancelled' },
		{ name: 'Execution Completed', value: 'execution.completed' },
		{ name: 'Execution Failed', value: 'execution.failed' },
		{ name: 'Execution Started', value: 'execution.started' },
		{ name: 'Thread Message Completed', value: 'thread.message.completed' },
		{ name: 'Thread Message Created', value: 'thread.message.created' },
		{ name: 'Thread Message Failed', value: 'thread.message.failed' },
	],
	default: ['execution.completed'],
	required: true,
	description: 'What FlowMaestro tells the webhook of',
});
