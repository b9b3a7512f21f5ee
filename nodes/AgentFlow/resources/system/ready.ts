import { asItems } from '../../output';
import { operation } from '../../session';

export const ready = operation({
	value: 'ready',
	name: 'Ready',
	action: 'Check whether the instance is ready',
	description: 'Say whether the instance can reach its database',
	parameters: [],
	async execute(_values, { session }) {
		return asItems(await session.api.system.ready());
	},
});
