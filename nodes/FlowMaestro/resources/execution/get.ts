import { executionIdField } from '../../fields';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get an execution',
	description: 'Retrieve the status and the outputs of one execution (scope executions:read)',
	parameters: [executionIdField],
	async execute({ execution }, { session }) {
		return await session.api.executions.get(execution);
	},
});
