import { take } from '../../../shared/list';
import { field } from '../../../shared/form/parameters';
import { returnAllFields, simplifyField } from '../../../shared/form/fields';
import { agentLocator } from '../../fields';
import { runOutput, simpleRunSchema } from '../../output';
import { operation } from '../../session';
import { AgentResolver } from '../../agentResolver';
import type { Run } from '../../schemas';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many runs',
	description: 'Retrieve a list of runs, newest first',
	parameters: [
		...returnAllFields,
		simplifyField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				field({ ...agentLocator, required: false, description: 'Only runs of this agent' }),
				{
					displayName: 'Started After',
					name: 'startedAfter',
					type: 'dateTime',
					default: '',
					description: 'Only runs that were started after this time',
				},
				{
					displayName: 'Status',
					name: 'status',
					type: 'multiOptions',
					options: [
						{ name: 'Cancelled', value: 'cancelled' },
						{ name: 'Completed', value: 'completed' },
						{ name: 'Failed', value: 'failed' },
						{ name: 'Pending', value: 'pending' },
						{ name: 'Running', value: 'running' },
					],
					default: [],
					description: 'Only runs with one of these statuses',
				},
			],
		},
	],
	output: simpleRunSchema,
	// The API has no filters, so the list is walked and filtered here.
	async execute({ returnAll, limit, simplify, filters }, { session }) {
		const { agent, startedAfter, status } = filters;
		const after = startedAfter ? Date.parse(startedAfter) : -Infinity;
		const agents = new AgentResolver(session.api);
		const fits = async (run: Run): Promise<boolean> => {
			if (status?.length && !status.some((wanted) => wanted === run.status)) return false;
			if (startedAfter && !(Date.parse(run.created_at ?? '') > after)) return false;
			return !agent || (await agents.isOf(run, [agent]));
		};
		// Simplified one by one: the messages of thousands of runs are too much to hold.
		const outputs = async function* () {
			for await (const run of session.api.runs.list()) {
				if (!(await fits(run))) continue;
				// A listed run does not name its agent, unless that is what was asked for.
				yield runOutput(agent ? { ...run, user_agent_task_uuid: agent } : run, simplify);
			}
		};
		return await take(outputs(), returnAll ? Infinity : limit);
	},
});
