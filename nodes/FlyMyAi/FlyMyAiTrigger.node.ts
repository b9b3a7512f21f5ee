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
import { eventsField, pollRuns, triggerFields } from './trigger';

export class FlyMyAiTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'FlyMyAI Trigger',
		name: 'flyMyAiTrigger',
		icon: { light: 'file:flyMyAi.svg', dark: 'file:flyMyAi.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: triggerSubtitleOf(eventsField),
		// The nodes panel shows this one text for the node and its trigger.
		description: 'Run AI agents on FlyMyAI, or start the workflow when one of their runs ends',
		eventTriggerDescription: 'when a run of an agent ends',
		defaults: { name: 'FlyMyAI Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'flyMyAiApi', required: true }],
		properties: triggerFields,
	};

	methods = { listSearch: methods.listSearch };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollInStep(this, async () => await pollRuns(this));
	}
}
