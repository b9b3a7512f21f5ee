import { respond, respondedSchema, respondFields } from '../../messaging/respond';
import { operation } from '../../session';
import { approvalLocator } from './fields';

export const deny = operation({
	value: 'deny',
	name: 'Deny',
	action: 'Deny a tool call',
	description: 'Do not let a tool do what it asks for; its agent goes on without',
	parameters: [
		approvalLocator,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: respondFields,
		},
	],
	output: respondedSchema,
	async execute({ approval, options }, { session }) {
		return await respond(session, approval, { status: 'denied' }, options);
	},
});
