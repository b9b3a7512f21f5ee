import { returnAllFields } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { triggerSchema } from '../../schemas';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many triggers',
	description: "Retrieve a list of the triggers of the workspace's workflows (scope triggers:read)",
	parameters: returnAllFields,
	output: triggerSchema,
	async execute({ returnAll, limit }, { session }) {
		const wanted = returnAll ? Infinity : limit;
		return await take(session.api.triggers.list(wanted), wanted);
	},
});
