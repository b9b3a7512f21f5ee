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

export class PyFlue implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'PyFlue',
		name: 'pyFlue',
		icon: { light: 'file:pyFlue.svg', dark: 'file:pyFlue.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(resources),
		description: 'Run agents and workflows of a PyFlue server and use their results',
		defaults: { name: 'PyFlue' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'pyFlueApi', required: true }],
		properties: formOf(resources, { resource: 'workflow', operation: 'run' }),
	};

	methods = methods;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, platform, resources, connect);
	}
}
