import { agentLocator, toolLocator } from '../../fields';
import { asItems } from '../../output';
import { operation } from '../../session';

export const setApproval = operation({
	value: 'setApproval',
	name: 'Set Approval',
	action: 'Set the approval of a tool',
	description: 'Say whether somebody must approve each call of a tool',
	parameters: [
		agentLocator,
		toolLocator,
		{
			displayName: 'Approval Needed',
			name: 'enabled',
			type: 'boolean',
			default: true,
			description: 'Whether somebody must approve each call',
		},
		{
			displayName: 'Timeout (Seconds)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			displayOptions: { show: { enabled: [true] } },
			default: 300,
			description: 'How long an approval is waited for before it expires',
		},
	],
	async execute({ agent, tool, enabled, timeout }, { session }) {
		return asItems(
			await session.api.tools.setApproval(await session.agents.idOf(agent), tool, {
				enabled,
				timeout_seconds: timeout,
			}),
		);
	},
});
