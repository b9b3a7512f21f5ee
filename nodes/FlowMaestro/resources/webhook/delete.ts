import { webhookLocator } from '../../fields';
import { deletedSchema } from '../../../shared/output';
import { operation } from '../../session';

export const remove = operation({
	value: 'delete',
	name: 'Delete',
	action: 'Delete a webhook',
	description: 'Delete a webhook, so that it gets no more events (scope webhooks:write)',
	parameters: [webhookLocator],
	output: deletedSchema,
	async execute({ webhook }, { session }) {
		await session.api.webhooks.delete(webhook);
		return { deleted: true };
	},
});
