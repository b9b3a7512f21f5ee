import { asItems } from '../../output';
import { operation } from '../../session';

export const getStatistics = operation({
	value: 'getStatistics',
	name: 'Get Statistics',
	action: 'Get statistics of the agents',
	description: 'Retrieve the numbers that the instance keeps of its agents',
	parameters: [],
	async execute(_values, { session }) {
		return asItems(await session.api.agents.statistics());
	},
});
