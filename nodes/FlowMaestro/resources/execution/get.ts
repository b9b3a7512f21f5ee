import { executionIdField } from '../../fields';
import { executionSchema } from '../../schemas';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get an execution',
	description: 'Retrieve the status and the outputs of one execution (scope executions:read)',
	parameters: [executionIdField],
	output: executionSchema,
	async execute({ execution }, { session }) {
		return await session.api.executions.get(execution);
	},
});
