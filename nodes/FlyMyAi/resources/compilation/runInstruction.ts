import { PARALLEL_RUNS } from '../../../shared/runs/follow';
import { simplifyField, waitField } from '../../../shared/form/fields';
import { compilationLocator, instructionInputFields, runStartFields } from '../../fields';
import { agentBehind, inputsOf } from '../../inputs';
import { runOutput, simpleRunSchema } from '../../output';
import { followRun } from '../../runChat';
import { operation } from '../../session';

export const runInstruction = operation({
	value: 'runInstruction',
	name: 'Run Instruction',
	action: 'Run a frozen instruction',
	description: 'Start a new run that follows a frozen instruction with fresh inputs',
	parameters: [
		compilationLocator,
		...instructionInputFields,
		waitField('run'),
		simplifyField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: runStartFields,
		},
	],
	output: simpleRunSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute(values, call) {
		const { compilation, waitForCompletion, simplify, options } = values;
		const { compilations } = call.session.api;
		const inputs = await inputsOf(values, call.session, compilation, agentBehind);
		const started = await compilations.runInstruction(compilation, inputs);
		const run = waitForCompletion
			? await followRun(started, options, call)
			: call.session.runs.letGo(started);
		const output = runOutput(run, simplify);
		return await call.session.reports.itemIf(options.includeReport, run, output);
	},
});
