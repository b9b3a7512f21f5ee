import { webhookEventOptions } from '../../events';
import { field } from '../../../shared/form/parameters';
import { webhookLocator } from '../../fields';
import { webhookSchema } from '../../schemas';
import { operation } from '../../session';
import { headersField, headersOf } from './fields';

export const update = operation({
	value: 'update',
	name: 'Update',
	action: 'Update a webhook',
	description: 'Change a webhook; what is not added below stays as it is (scope webhooks:write)',
	parameters: [
		webhookLocator,
		{
			displayName: 'Update Fields',
			name: 'updateFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Active',
					name: 'active',
					type: 'boolean',
					default: true,
					description: 'Whether the webhook gets events',
				},
				field({ ...webhookEventOptions, required: false }),
				headersField,
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					description: 'What to call the webhook',
				},
				{
					displayName: 'URL',
					name: 'url',
					type: 'string',
					default: '',
					description: 'The address that gets the events',
				},
			],
		},
	],
	output: webhookSchema,
	async execute({ webhook, updateFields }, { session }) {
		const { active, events, headers, name, url } = updateFields;
		return await session.api.webhooks.update(webhook, {
			name: name || undefined,
			url: url || undefined,
			events,
			headers: headersOf(headers),
			is_active: active,
		});
	},
});
