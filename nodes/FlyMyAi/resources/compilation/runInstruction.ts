import { PARALLEL_RUNS, startFields } from '../../../shared/runs/follow';
import { simplifyField, waitField } from '../../../shared/fields';
import { compilationLocator, inputsOf, instructionInputFields } from '../../fields';
import { runOutput } from '../../output';
import { operation } from '../../session';

export const runInstruction = operation({
	value: 'runInstruction',
	name: 'Run Instruction',
	action: 'Run the instruction of a compilation',
	description: 'Start a new run that follows a frozen instruction with fresh inputs',
	parameters: [
		compilationLocator,
		...instructionInputFields,
		waitField,
		simplifyField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: startFields,
		},
	],
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute(values, { session }) {
		const { compilation, waitForCompletion, simplify, options } = values;
		const started = await session.api.compilations.runInstruction(compilation, inputsOf(values));
		const run = waitForCompletion ? await session.runs.follow(started, options) : started;
		return runOutput(run, simplify);
	},
});
