import { agentLocator } from '../../fields';
import { asItems } from '../../output';
import { configurationSchema } from '../../schemas';
import { operation } from '../../session';

export const getConfiguration = operation({
	value: 'getConfiguration',
	name: 'Get Configuration',
	action: 'Get an agent configuration',
	description: "Retrieve an agent's prompt, model and switches",
	parameters: [agentLocator],
	output: configurationSchema,
	async execute({ agent }, { session }) {
		const id = await session.agents.idOf(agent);
		return asItems(await session.api.agents.getConfiguration(id));
	},
});
