import { webhookLocator } from '../../fields';
import { operation } from '../../session';

export const test = operation({
	value: 'test',
	name: 'Test',
	action: 'Test a webhook',
	description:
		'Have FlowMaestro send its test event, and see how it was received (scope webhooks:write)',
	parameters: [webhookLocator],
	async execute({ webhook }, { session }) {
		return await session.api.webhooks.test(webhook);
	},
});
