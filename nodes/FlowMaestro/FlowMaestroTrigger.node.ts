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
import { eventsField, pollExecutions, triggerFields } from './trigger';

export class FlowMaestroTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'FlowMaestro Trigger',
		name: 'flowMaestroTrigger',
		icon: { light: 'file:flowMaestro.svg', dark: 'file:flowMaestro.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: triggerSubtitleOf(eventsField),
		// The nodes panel shows this one text for the node and its trigger.
		description:
			'Run workflows and agents on FlowMaestro, or start the workflow when one of their executions ends',
		eventTriggerDescription: 'when an execution of a workflow ends or pauses',
		defaults: { name: 'FlowMaestro Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'flowMaestroApi', required: true }],
		properties: triggerFields,
	};

	methods = { listSearch: methods.listSearch };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollInStep(this, async () => await pollExecutions(this));
	}
}
