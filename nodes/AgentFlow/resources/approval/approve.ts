import { objectOf } from '../../../shared/form/parameters';
import { respond, respondedSchema, respondFields } from '../../messaging/respond';
import { operation } from '../../session';
import { approvalLocator } from './fields';

export const approve = operation({
	value: 'approve',
	name: 'Approve',
	action: 'Approve a tool call',
	description: 'Let a tool do what it asks for, as proposed or with other arguments',
	parameters: [
		approvalLocator,
		{
			displayName: 'Modified Arguments',
			name: 'modifiedArguments',
			type: 'json',
			default: '{}',
			description:
				'Arguments that take the place of the proposed ones, as a JSON object. Leave it empty to approve as proposed.',
		},
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
	async execute({ approval, modifiedArguments, options }, { session }) {
		const modified = objectOf(modifiedArguments, 'Modified Arguments');
		return await respond(
			session,
			approval,
			{
				status: 'approved',
				modified_arguments: Object.keys(modified).length > 0 ? modified : undefined,
			},
			options,
		);
	},
});
