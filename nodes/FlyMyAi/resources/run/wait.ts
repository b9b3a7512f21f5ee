import { PARALLEL_RUNS, waitFields } from '../../../shared/runs/follow';
import { simplifyField } from '../../../shared/form/fields';
import { runLocator } from '../../fields';
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
			options: waitFields,
		},
	],
	output: simpleRunSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute({ run, simplify, options }, call) {
		const begun = await call.session.runs.find(run);
		return runOutput(await followRun(begun, { ...options, cancelOnStop: false }, call), simplify);
	},
});
