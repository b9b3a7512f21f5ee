import type { PlatformError } from '../../../shared/errors';
import { returnAllFields } from '../../../shared/form/fields';
import { field } from '../../../shared/form/parameters';
import { executionsOf, executionsOfAll } from '../../executionLists';
import { workflowLocator } from '../../fields';
import { executionSchema } from '../../schemas';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many executions',
	description:
		'Retrieve a list of executions, newest first (scope executions:read; without a workflow also workflows:read)',
	parameters: [
		{
			displayName:
				"Without a workflow, the list of every workflow is read, a request or more for each, because FlowMaestro's list of all executions leaves some out. Executions of deleted workflows stay missing. Add the filter Workflow to spare the key's rate limit.",
			name: 'listNotice',
			type: 'notice',
			default: '',
		},
		...returnAllFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Created After',
					name: 'createdAfter',
					type: 'dateTime',
					default: '',
					description: 'Only executions that were created after this time',
				},
				{
					displayName: 'Status',
					name: 'status',
					type: 'multiOptions',
					options: [
						{ name: 'Cancelled', value: 'cancelled' },
						{ name: 'Completed', value: 'completed' },
						{ name: 'Failed', value: 'failed' },
						{ name: 'Paused', value: 'paused' },
						{ name: 'Pending', value: 'pending' },
						{ name: 'Running', value: 'running' },
					],
					default: [],
					description: 'Only executions with one of these statuses',
				},
				field({
					...workflowLocator,
					required: false,
					description: 'Only executions of this workflow',
				}),
			],
		},
	],
	output: executionSchema,
	// FlowMaestro filters by status only what is on a page, so that is done here (contract 0.3).
	async execute({ returnAll, limit, filters }, { session }) {
		const { createdAfter, status, workflow } = filters;
		const wanted = {
			limit: returnAll ? Infinity : limit,
			createdAfter: createdAfter ? Date.parse(createdAfter) : -Infinity,
			fits: (execution: { status: string }) =>
				!status?.length || status.some((one) => one === execution.status),
		};
		const leftOut = (name: string, { message }: PlatformError) =>
			session.hints.add(
				'Executions that FlowMaestro cannot list were left out',
				`${name} (${message})`,
			);
		if (workflow) {
			const tell = (error: PlatformError) => leftOut(`workflow ${workflow}`, error);
			return await executionsOf(session.api, workflow, wanted, tell);
		}
		return await executionsOfAll(session.api, wanted, ({ name }, error) => leftOut(name, error));
	},
});
