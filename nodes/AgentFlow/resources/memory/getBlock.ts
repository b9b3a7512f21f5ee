import { hasStatus, PlatformError } from '../../../shared/errors';
import { settle } from '../../../shared/settle';
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
		const owner = await ownerOf(session, values);
		const found = await settle(async () => await session.api.memory.get(values.block, owner));
		if ('value' in found) return found.value;
		if (!hasStatus(found.error, 404)) throw found.error;
		// The form has no ID that could be wrong.
		throw new PlatformError(found.error.message, {
			...found.error.details,
			fix: 'Nothing is remembered there yet: Memory: Update Block begins it.',
		});
	},
});
