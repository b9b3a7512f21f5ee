import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { formOf, runOperation } from '../shared/operation';
import { subtitleOf } from '../shared/form/subtitle';
import { methods } from './loadOptions';
import { platform } from './platform';
import { resources } from './resources';
import { connect } from './session';

export class FlyMyAi implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'FlyMyAI',
		name: 'flyMyAi',
		icon: { light: 'file:flyMyAi.svg', dark: 'file:flyMyAi.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(resources),
		description: 'Run AI agents on FlyMyAI and use their output',
		defaults: { name: 'FlyMyAI' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'flyMyAiApi', required: true }],
		hints: [
			{
				message:
					'FlyMyAI may answer that requests come too fast: with a Poll Interval under 2 seconds each run in flight is asked about that often',
				type: 'warning',
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
				displayCondition: '={{ $parameter["options"]?.pollInterval < 2 }}',
			},
		],
		properties: formOf(resources, { resource: 'run', operation: 'start' }),
	};

	methods = methods;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, platform, resources, connect);
	}
}
