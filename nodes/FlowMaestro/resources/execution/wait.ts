import type { IDataObject } from 'n8n-workflow';
import { PARALLEL_RUNS } from '../../../shared/runs/follow';
import { executionIdField, executionWaitFields } from '../../fields';
import { executionSchema } from '../../schemas';
import { operation } from '../../session';

export const wait = operation({
	value: 'wait',
	name: 'Wait for Completion',
	action: 'Wait for an execution to end',
	description:
		'Wait for an execution that was started elsewhere and return its outputs (scope executions:read)',
	parameters: [
		executionIdField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: executionWaitFields,
		},
	],
	output: executionSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute({ execution, options }, { session }) {
		const begun = await session.executions.find(execution);
		const ended = await session.executions.follow(begun, { ...options, cancelOnStop: false });
		return await session.reports.itemIf(options.includeReport, ended, ended as IDataObject);
	},
});
