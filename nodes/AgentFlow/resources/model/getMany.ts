import { returnAllFields } from '../../../shared/form/fields';
import { modelSchema } from '../../schemas';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many models',
	description: 'Retrieve the models that your tenant allows',
	parameters: [...returnAllFields],
	output: modelSchema,
	async execute({ returnAll, limit }, { session }) {
		const models = await session.api.models.list();
		return returnAll ? models : models.slice(0, limit);
	},
});
