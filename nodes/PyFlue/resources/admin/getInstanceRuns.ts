import { returnAllFields, simplifyField } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { instanceField, nameLocator, statusField } from '../../fields';
import { listedRunOutput, simpleRunSchema } from '../../output';
import { operation } from '../../session';

export const getInstanceRuns = operation({
	value: 'getInstanceRuns',
	name: 'Get Runs of Instance',
	action: 'Get runs of an instance',
	description: 'Retrieve the runs of one instance of an agent or workflow, newest first',
	parameters: [
		nameLocator,
		{
			...instanceField,
			description:
				'The instance whose runs to retrieve; Admin: Get Instances shows which there are',
		},
		...returnAllFields,
		simplifyField,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [statusField],
		},
	],
	output: simpleRunSchema,
	async execute(values, { session, context }) {
		const { name, instanceId, returnAll, limit, simplify, filters } = values;
		const most = returnAll ? Infinity : limit;
		const listed = session.api.admin.instanceRuns(
			name,
			instanceId,
			filters.status || undefined,
			(error) => context.logger.warn(`Passed over: ${error.message}`),
			{ limit: most },
		);
		const runs = await take(listed, most);
		return runs.map((run) => listedRunOutput(run, simplify));
	},
});
