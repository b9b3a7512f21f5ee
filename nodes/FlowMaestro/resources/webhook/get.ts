import { webhookLocator } from '../../fields';
import { webhookSchema } from '../../schemas';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a webhook',
	description:
		'Retrieve one webhook with its headers; its secret is never shown again (scope webhooks:read)',
	parameters: [webhookLocator],
	output: webhookSchema,
	async execute({ webhook }, { session }) {
		return await session.api.webhooks.get(webhook);
	},
});
