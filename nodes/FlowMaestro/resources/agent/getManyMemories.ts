import { returnAllFields } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { agentLocator } from '../../fields';
import { memorySchema } from '../../schemas';
import { operation } from '../../session';

export const getManyMemories = operation({
	value: 'getManyMemories',
	name: 'Get Many Memories',
	action: 'Get many memories of an agent',
	description:
		'Retrieve what an agent remembers of its users: one item per user and thread (scope agents:read)',
	parameters: [agentLocator, ...returnAllFields],
	output: memorySchema,
	async execute({ agent, returnAll, limit }, { session }) {
		const wanted = returnAll ? Infinity : limit;
		return await take(session.api.memories.list(agent, wanted), wanted);
	},
});
