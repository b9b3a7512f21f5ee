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
import { authenticationField, credentials, platform } from './platform';
import { resources } from './resources';
import { connect } from './session';

export class AgentFlow implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AgentFlow',
		name: 'agentFlow',
		icon: { light: 'file:agentFlow.svg', dark: 'file:agentFlow.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(resources),
		description: 'Talk to AgentFlow agents and use what they know and can do',
		defaults: { name: 'AgentFlow' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials,
		properties: [
			authenticationField,
			...formOf(resources, { resource: 'agent', operation: 'sendMessage' }),
		],
	};

	methods = methods;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, platform, resources, connect);
	}
}
