import { PARALLEL_RUNS } from '../../../shared/runs/follow';
import { simplifyField, waitField } from '../../../shared/form/fields';
import { runLocator, runStartFields } from '../../fields';
import { runOutput, simpleRunSchema } from '../../output';
import { followRun } from '../../runChat';
import { operation } from '../../session';

export const sendFollowUp = operation({
	value: 'sendFollowUp',
	name: 'Send Follow-Up',
	action: 'Send a follow-up to a run',
	description: 'Ask a finished run something more; it goes on under the same ID with all it knows',
	parameters: [
		runLocator,
		{
			displayName: 'Message',
			name: 'message',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			required: true,
			placeholder: 'e.g. Also check their blog',
			description: 'What the agent is to do next',
		},
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
	async execute({ run, message, waitForCompletion, simplify, options }, call) {
		const restarted = await call.session.api.runs.appendMessage(run, message);
		const ended = waitForCompletion
			? await followRun(restarted, options, call)
			: call.session.runs.letGo(restarted);
		const output = runOutput(ended, simplify);
		return await call.session.reports.itemIf(options.includeReport, ended, output);
	},
});
