import { returnAllFields } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { webhookLocator } from '../../fields';
import { deliverySchema } from '../../schemas';
import { operation } from '../../session';

export const getDeliveries = operation({
	value: 'getDeliveries',
	name: 'Get Deliveries',
	action: 'Get deliveries of a webhook',
	description:
		'Retrieve how the events of a webhook were received, newest first; test events are not kept (scope webhooks:read)',
	parameters: [webhookLocator, ...returnAllFields],
	output: deliverySchema,
	async execute({ webhook, returnAll, limit }, { session }) {
		return await take(session.api.webhooks.deliveries(webhook), returnAll ? Infinity : limit);
	},
});
