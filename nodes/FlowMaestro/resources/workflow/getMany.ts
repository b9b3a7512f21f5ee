import { returnAllFields } from '../../../shared/fields';
import { take } from '../../../shared/list';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many workflows',
	description: "Retrieve a list of the workspace's workflows, newest first (scope workflows:read)",
	parameters: returnAllFields,
	async execute({ returnAll, limit }, { session }) {
		return await take(session.api.workflows.list(), returnAll ? Infinity : limit);
	},
});
