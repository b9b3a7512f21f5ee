import { simplifyField } from '../../../shared/form/fields';
import { PARALLEL_RUNS } from '../../../shared/runs/follow';
import { runLocator, startOptionsField } from '../../fields';
import { UNSEEN } from '../../lifecycle';
import { runOutput, simpleRunSchema } from '../../output';
import { operation } from '../../session';

export const wait = operation({
	value: 'wait',
	name: 'Wait for Completion',
	action: 'Wait for a run to end',
	description: 'Wait for a run that was started elsewhere and return its result',
	parameters: [runLocator, simplifyField, startOptionsField],
	output: simpleRunSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute({ run, simplify, options }, { session }) {
		const ended = await session.runs.follow({ runId: run, status: UNSEEN }, options);
		const output = runOutput(ended, simplify);
		return await session.reports.itemIf(options.includeReport, ended, output);
	},
});
