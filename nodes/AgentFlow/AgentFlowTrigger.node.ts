import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { pollInStep } from '../shared/runs/inStep';
import { triggerSubtitleOf } from '../shared/form/subtitle';
import { methods } from './loadOptions';
import { authenticationField, credentials } from './platform';
import { eventField, poll, triggerFields } from './trigger';

export class AgentFlowTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AgentFlow Trigger',
		name: 'agentFlowTrigger',
		icon: { light: 'file:agentFlow.svg', dark: 'file:agentFlow.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: triggerSubtitleOf(eventField),
		// The nodes panel shows this one text for the node and its trigger.
		description:
			'Talk to AgentFlow agents, or start the workflow when one asks for approval or has answered',
		eventTriggerDescription: 'when an agent asks for approval or has answered',
		defaults: { name: 'AgentFlow Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials,
		properties: [authenticationField, ...triggerFields],
	};

	methods = { listSearch: methods.listSearch };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollInStep(this, async () => await poll(this));
	}
}
