import type { IDataObject } from 'n8n-workflow';
import { waitField } from '../../../shared/form/fields';
import { PARALLEL_RUNS } from '../../../shared/runs/follow';
import { executionStartFields, inputsOf, triggerInputFields, triggerLocator } from '../../fields';
import { executionSchema } from '../../schemas';
import { operation } from '../../session';
import { currentInputs, workflowBehind } from '../../workflowInputs';

export const execute = operation({
	value: 'execute',
	name: 'Execute',
	action: 'Execute a trigger',
	description:
		"Run the workflow of a trigger and, by default, wait for its outputs; a teammate's workflow can be run so, too (scopes triggers:read, triggers:execute; to wait also executions:read, to cancel on stop executions:cancel)",
	parameters: [
		triggerLocator,
		...triggerInputFields,
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
		const { trigger, waitForCompletion, options } = values;
		const current = currentInputs(
			session.api,
			async () => await workflowBehind(session.api, trigger),
		);
		const inputs = await inputsOf(values, current, session.hints);
		const started = await session.api.triggers.execute(trigger, inputs);
		const execution = waitForCompletion
			? await session.executions.follow(started, options)
			: session.executions.letGo(started);
		const output = execution as IDataObject;
		return await session.reports.itemIf(options.includeReport, execution, output);
	},
});
