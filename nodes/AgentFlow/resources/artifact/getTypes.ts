import { z } from 'zod';
import { operation } from '../../session';

export const getTypes = operation({
	value: 'getTypes',
	name: 'Get Types',
	action: 'Get the types of artifacts',
	description: 'Retrieve the types of artifacts that agents can make',
	parameters: [],
	output: z.object({ type: z.string() }),
	async execute(_values, { session }) {
		const types = await session.api.artifacts.types();
		return types.map((type) => (typeof type === 'string' ? { type } : type));
	},
});
