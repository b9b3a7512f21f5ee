import { simplifyField } from '../../../shared/form/fields';
import { PARALLEL_RUNS } from '../../../shared/runs/follow';
import {
	agentLocator,
	instanceField,
	payloadFields,
	payloadOf,
	startOptionsField,
	waitModeField,
} from '../../fields';
import { runOutput, simpleStartedRunSchema } from '../../output';
import { operation } from '../../session';
import { start } from '../../starting';

export const call = operation({
	value: 'call',
	name: 'Call',
	action: 'Call an agent',
	description: 'Call a file-handler agent with a payload and, by default, wait for its result',
	parameters: [
		agentLocator,
		instanceField,
		...payloadFields,
		waitModeField,
		simplifyField,
		startOptionsField,
	],
	output: simpleStartedRunSchema,
	parallel: ({ options }) => options.parallelRuns ?? PARALLEL_RUNS,
	async execute(values, { session }) {
		const { agent, instanceId, waitMode, simplify, options } = values;
		const { agents } = session.api;
		const payload = payloadOf(values);
		const work = {
			name: agent,
			instanceId,
			accept: async () => await agents.accept(agent, instanceId, payload),
			wait: async (timeoutMs: number) => await agents.call(agent, instanceId, payload, timeoutMs),
		};
		const ended = await start(session, work, waitMode, options);
		const output = runOutput(ended, simplify);
		return await session.reports.itemIf(options.includeReport, ended, output);
	},
});
