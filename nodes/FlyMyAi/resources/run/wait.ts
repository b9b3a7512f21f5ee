import { PARALLEL_RUNS } from '../../../shared/runs/follow';
import { simplifyField } from '../../../shared/form/fields';
import { runLocator, runWaitFields } from '../../fields';
import { runOutput, simpleRunSchema } from '../../output';
import { followRun } from '../../runChat';
import { operation } from '../../session';

export const wait = operation({
	value: 'wait',
	name: 'Wait for Completion',
	action: 'Wait for a run to end',
	description: 'Wait for a run that was started elsewhere and return its output',
	parameters: [
		runLocator,
		simplifyField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: runWaitFields,
		},
	],
	output: simpleRunSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute({ run, simplify, options }, call) {
		const begun = await call.session.runs.find(run);
		const ended = await followRun(begun, { ...options, cancelOnStop: false }, call);
		const output = runOutput(ended, simplify);
		return await call.session.reports.itemIf(options.includeReport, ended, output);
	},
});
