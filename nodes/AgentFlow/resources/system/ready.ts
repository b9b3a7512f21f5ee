import { asItems } from '../../output';
import { operation } from '../../session';

export const ready = operation({
	value: 'ready',
	name: 'Ready',
	action: 'Check the readiness',
	description: 'Say whether the instance can reach its database',
	parameters: [],
	async execute(_values, { session }) {
		return asItems(await session.api.system.ready());
	},
});
