import { PARALLEL_RUNS, waitFields } from '../../../shared/runs/follow';
import { simplifyField, waitField } from '../../../shared/form/fields';
import { compilationLocator } from '../../fields';
import { compilationOutput, simpleCompilationSchema } from '../../output';
import { operation } from '../../session';

export const runScript = operation({
	value: 'runScript',
	name: 'Run Script',
	action: 'Run a compiled script',
	description: 'Replay a compiled script exactly as it is, without inputs',
	parameters: [
		compilationLocator,
		waitField('run'),
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
	output: simpleCompilationSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute({ compilation, waitForCompletion, simplify, options }, { session }) {
		const begun = await session.api.compilations.run(compilation);
		const ended = waitForCompletion
			? await session.scriptRuns.follow(begun, options)
			: session.scriptRuns.letGo(begun);
		return compilationOutput(ended, simplify);
	},
});
