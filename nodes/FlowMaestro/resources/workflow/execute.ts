import type { IDataObject } from 'n8n-workflow';
import { waitField } from '../../../shared/form/fields';
import { PARALLEL_RUNS } from '../../../shared/runs/follow';
import { executionStartFields, inputsOf, workflowInputFields, workflowLocator } from '../../fields';
import { executionSchema } from '../../schemas';
import { operation } from '../../session';
import { currentInputs } from '../../workflowInputs';

export const execute = operation({
	value: 'execute',
	name: 'Execute',
	action: 'Execute a workflow',
	description:
		'Run a workflow with inputs and, by default, wait for its outputs (scopes workflows:read, workflows:execute; to wait also executions:read, to cancel on stop executions:cancel)',
	parameters: [
		workflowLocator,
		...workflowInputFields,
		waitField('execution'),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: executionStartFields,
		},
	],
	output: executionSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute(values, { session }) {
		const { workflow, waitForCompletion, options } = values;
		const current = currentInputs(session.api, workflow);
		const inputs = await inputsOf(values, current, session.hints);
		const started = await session.api.workflows.execute(workflow, inputs);
		const execution = waitForCompletion
			? await session.executions.follow(started, options)
			: session.executions.letGo(started);
		const output = execution as IDataObject;
		return await session.reports.itemIf(options.includeReport, execution, output);
	},
});
