import { simplifyField } from '../../../shared/form/fields';
import { PARALLEL_RUNS } from '../../../shared/runs/follow';
import {
	payloadFields,
	payloadOf,
	startOptionsField,
	waitModeField,
	workflowLocator,
} from '../../fields';
import { runOutput, simpleStartedRunSchema } from '../../output';
import { operation } from '../../session';
import { start } from '../../starting';

export const run = operation({
	value: 'run',
	name: 'Run',
	action: 'Run a workflow',
	description: 'Run a workflow with a payload and, by default, wait for its result',
	parameters: [workflowLocator, ...payloadFields, waitModeField, simplifyField, startOptionsField],
	output: simpleStartedRunSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute(values, { session }) {
		const { workflow, waitMode, simplify, options } = values;
		const { workflows } = session.api;
		const payload = payloadOf(values);
		const work = {
			name: workflow,
			accept: async () => await workflows.accept(workflow, payload),
			wait: async (timeoutMs: number) => await workflows.wait(workflow, payload, timeoutMs),
		};
		const ended = await start(session, work, waitMode, options);
		const output = runOutput(ended, simplify);
		return await session.reports.itemIf(options.includeReport, ended, output);
	},
});
