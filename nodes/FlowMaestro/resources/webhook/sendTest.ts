import { z } from 'zod';
import { webhookLocator } from '../../fields';
import { operation } from '../../session';

export const test = operation({
	value: 'test',
	name: 'Test',
	action: 'Test a webhook',
	description:
		'Have FlowMaestro send its test event, and see how it was received (scope webhooks:write)',
	parameters: [webhookLocator],
	// Where nothing answers there is an error instead of a status code (contract 3.6).
	output: z
		.object({ success: z.boolean(), status_code: z.number().optional(), message: z.string() })
		.passthrough(),
	async execute({ webhook }, { session }) {
		return await session.api.webhooks.test(webhook);
	},
});
