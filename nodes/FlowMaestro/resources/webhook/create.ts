import { webhookEventOptions } from '../../events';
import { newWebhookSchema } from '../../schemas';
import { operation } from '../../session';
import { headersField, headersOf } from './fields';

export const create = operation({
	value: 'create',
	name: 'Create',
	action: 'Create a webhook',
	description:
		'Have FlowMaestro send events to an address; only this answer holds the secret that they are signed with (scope webhooks:write)',
	parameters: [
		{
			displayName: 'Name',
			name: 'name',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. Orders to n8n',
			description: 'What to call the webhook',
		},
		{
			displayName: 'URL',
			name: 'url',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://example.com/hook',
			description: 'The address that gets the events',
		},
		webhookEventOptions,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [headersField],
		},
	],
	output: newWebhookSchema,
	async execute({ name, url, events, options }, { session }) {
		const headers = headersOf(options.headers) ?? undefined;
		return await session.api.webhooks.create({ name, url, events, headers });
	},
});
