import { memoryBlockSchema } from '../../schemas';
import { operation } from '../../session';
import { blockFields, ownerOf } from './fields';

export const getBlock = operation({
	value: 'getBlock',
	name: 'Get Block',
	action: 'Get a memory block',
	description: 'Retrieve what is remembered of the user or by an agent',
	parameters: [...blockFields],
	output: memoryBlockSchema,
	async execute(values, { session }) {
		return await session.api.memory.get(values.block, await ownerOf(session, values));
	},
});
