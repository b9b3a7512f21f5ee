import { returnAllFields } from '../../../shared/form/fields';
import { promptBlockSchema } from '../../schemas';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many prompt blocks',
	description: 'Retrieve the texts that agents are told beside a message',
	parameters: [...returnAllFields],
	output: promptBlockSchema,
	async execute({ returnAll, limit }, { session }) {
		const blocks = await session.api.promptBlocks.list();
		return returnAll ? blocks : blocks.slice(0, limit);
	},
});
