import type { IDataObject } from 'n8n-workflow';
import { executionIdField } from '../../fields';
import { executionSchema } from '../../schemas';
import { operation } from '../../session';

export const getReport = operation({
	value: 'getReport',
	name: 'Get Report',
	action: 'Get a report of an execution',
	description:
		'Create an HTML page that shows an execution: times, inputs, outputs and error (scope executions:read; for the name of the workflow also workflows:read)',
	parameters: [executionIdField],
	output: executionSchema,
	async execute({ execution }, { session }) {
		const found = await session.api.executions.get(execution);
		return await session.reports.item(found, found as IDataObject);
	},
});
