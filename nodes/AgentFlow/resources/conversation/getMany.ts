import { PlatformError } from '../../../shared/errors';
import { returnAllFields, simplifyField } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { field } from '../../../shared/form/parameters';
import { agentLocator } from '../../fields';
import { conversationOutput, simpleConversationSchema } from '../../output';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many conversations',
	description: 'Retrieve a list of conversations',
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
				field({ ...agentLocator, required: false, description: 'Only those with this agent' }),
				{
					displayName: 'All Users',
					name: 'allUsers',
					type: 'boolean',
					default: false,
					description:
						"Whether to include other users' conversations. Needs the filter Source Reference ID.",
				},
				{
					displayName: 'Exclude Source',
					name: 'excludeSource',
					type: 'string',
					default: '',
					description: 'Only those that do not come from this source',
				},
				{
					displayName: 'Source',
					name: 'source',
					type: 'string',
					default: '',
					placeholder: 'e.g. crm',
					description: 'Only those that come from this source',
				},
				{
					displayName: 'Source Reference ID',
					name: 'sourceRefId',
					type: 'string',
					default: '',
					description: 'Only those that belong to this thing of their source',
				},
			],
		},
	],
	output: simpleConversationSchema.omit({ has_active_generation: true }),
	async execute({ returnAll, limit, simplify, filters }, { session }) {
		if (filters.allUsers && !filters.sourceRefId) {
			throw new PlatformError("The filter 'All Users' needs 'Source Reference ID'", {
				fix: "Add the filter 'Source Reference ID', or leave 'All Users' out.",
			});
		}
		const rows = session.api.conversations.list({
			agent_id: filters.agent ? await session.agents.idOf(filters.agent) : undefined,
			all_users: filters.allUsers || undefined,
			source_ref_id: filters.sourceRefId || undefined,
			source: filters.source || undefined,
			exclude_source: filters.excludeSource || undefined,
		});
		const conversations = await take(rows, returnAll ? Infinity : limit);
		return conversations.map((row) => conversationOutput(row, simplify));
	},
});
