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

export class FlowMaestro implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'FlowMaestro',
		name: 'flowMaestro',
		icon: { light: 'file:flowMaestro.svg', dark: 'file:flowMaestro.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(resources),
		description: 'Run workflows and agents on FlowMaestro and use their output',
		defaults: { name: 'FlowMaestro' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'flowMaestroApi', required: true }],
		properties: formOf(resources, { resource: 'workflow', operation: 'execute' }),
	};

	methods = methods;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, platform, resources, connect);
	}
}
