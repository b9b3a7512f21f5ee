import { PARALLEL_RUNS, waitFields } from '../../../shared/runs/follow';
import { simplifyField, waitField } from '../../../shared/form/fields';
import { runLocator } from '../../fields';
import { simpleCompilationSchema } from '../../output';
import { operation } from '../../session';
import { compilationItem, fileFields } from './fields';

export const freeze = operation({
	value: 'freeze',
	name: 'Freeze',
	action: 'Freeze a run',
	description:
		'Turn a completed run into a Markdown instruction that can be run again with other inputs',
	parameters: [
		runLocator,
		waitField('compilation'),
		simplifyField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [...waitFields, ...fileFields],
		},
	],
	output: simpleCompilationSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute({ run, waitForCompletion, simplify, options }, { session, context }) {
		const begun = await session.api.compilations.freeze(run);
		const ended = waitForCompletion
			? await session.compilations.follow(begun, options)
			: session.compilations.letGo(begun);
		return await compilationItem(ended, simplify, options, context);
	},
});
