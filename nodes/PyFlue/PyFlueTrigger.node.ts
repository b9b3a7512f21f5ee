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

export class PyFlueTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'PyFlue Trigger',
		name: 'pyFlueTrigger',
		icon: { light: 'file:pyFlue.svg', dark: 'file:pyFlue.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: triggerSubtitleOf(eventsField),
		// The nodes panel shows this one text for the node and its trigger.
		description:
			'Run agents and workflows on PyFlue, or start the workflow when one of their runs ends',
		eventTriggerDescription: 'when a run of a workflow or agent ends',
		defaults: { name: 'PyFlue Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'pyFlueApi', required: true }],
		properties: triggerFields,
	};

	methods = { listSearch: methods.listSearch };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollInStep(this, async () => await pollRuns(this));
	}
}
