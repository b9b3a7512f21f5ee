import { asItems } from '../../output';
import { operation } from '../../session';

export const health = operation({
	value: 'health',
	name: 'Health',
	action: 'Check the health',
	description: 'Say whether the API and its memory are in order',
	parameters: [],
	async execute(_values, { session }) {
		return asItems(await session.api.system.health());
	},
});
