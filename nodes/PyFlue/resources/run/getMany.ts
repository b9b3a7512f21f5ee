import { returnAllFields, simplifyField } from '../../../shared/form/fields';
import { PlatformError } from '../../../shared/errors';
import { take } from '../../../shared/list';
import { settle } from '../../../shared/settle';
import { field } from '../../../shared/form/parameters';
import { nameLocator, statusField } from '../../fields';
import { listedRunOutput, simpleRunSchema } from '../../output';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many runs',
	description: 'Retrieve a list of runs, newest first. Needs the admin routes of the server.',
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
				field({
					...nameLocator,
					required: false,
					description: 'Only runs of this agent or workflow',
				}),
				statusField,
			],
		},
	],
	output: simpleRunSchema,
	async execute({ returnAll, limit, simplify, filters }, { session, context }) {
		const { name, status } = filters;
		const most = returnAll ? Infinity : limit;
		const listed = await settle(
			async () =>
				await take(
					session.api.admin.runs(
						{ name: name || undefined, status: status || undefined },
						(error) => context.logger.warn(`Passed over: ${error.message}`),
						{ limit: most },
					),
					most,
				),
		);
		if ('value' in listed) return listed.value.map((run) => listedRunOutput(run, simplify));
		const { error } = listed;
		// A name that has no runs in the history is one that the server does not know.
		if (name && error instanceof PlatformError && error.details.type === 'agent_not_found')
			return [];
		throw error;
	},
});
