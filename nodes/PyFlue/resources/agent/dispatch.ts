import { z } from 'zod';
import { agentLocator, instanceField, sessionField } from '../../fields';
import { operation } from '../../session';

export const dispatch = operation({
	value: 'dispatch',
	name: 'Dispatch',
	action: 'Dispatch an input to an agent',
	description:
		'Hand an input to a persistent agent and go on at once. PyFlue has no way to look up what becomes of it.',
	parameters: [
		agentLocator,
		instanceField,
		{
			displayName: 'Input',
			name: 'input',
			type: 'json',
			default: '{}',
			description: 'What the agent gets, as any JSON: an object, a list, text in quotes',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [sessionField],
		},
	],
	output: z.object({ dispatch_id: z.string(), accepted_at: z.string().nullable() }),
	async execute({ agent, instanceId, input, options }, { session }) {
		const { dispatchId, acceptedAt } = await session.api.agents.dispatch(agent, instanceId, {
			input: input ?? null,
			// The server refuses a blank one.
			session: options.session?.trim() || undefined,
		});
		return { dispatch_id: dispatchId, accepted_at: acceptedAt ?? null };
	},
});
