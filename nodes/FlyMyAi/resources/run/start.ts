import { explainRefusal } from '../../advice';
import { PARALLEL_RUNS } from '../../../shared/runs/follow';
import { simplifyField, waitField } from '../../../shared/form/fields';
import { agentInputFields, agentLocator, runStartFields } from '../../fields';
import { inputsOf } from '../../inputs';
import { runOutput, simpleRunSchema } from '../../output';
import { followRun } from '../../runChat';
import { operation } from '../../session';

export const start = operation({
	value: 'start',
	name: 'Start',
	action: 'Start a run of an agent',
	description: 'Run an agent with inputs and, by default, wait for its output',
	parameters: [
		agentLocator,
		...agentInputFields,
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
		const { agent, waitForCompletion, simplify, options } = values;
		const { api } = call.session;
		const inputs = await inputsOf(
			values,
			call.session,
			agent,
			async () => await api.agents.get(agent),
		);
		const started = await api.agents
			.run(agent, inputs)
			.catch(async (error: unknown) => await explainRefusal(api, agent, error));
		const run = waitForCompletion
			? await followRun(started, options, call)
			: call.session.runs.letGo(started);
		// Only a run's detail names its agent; here it is known anyway.
		const known = { ...run, user_agent_task_uuid: run.user_agent_task_uuid ?? agent };
		const output = runOutput(known, simplify);
		return await call.session.reports.itemIf(options.includeReport, known, output);
	},
});
