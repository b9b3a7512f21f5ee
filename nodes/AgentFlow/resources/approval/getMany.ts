import { returnAllFields } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { approvalOutput, approvalOutputSchema } from '../../output';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many pending approvals',
	description: 'Retrieve the approvals that somebody has to answer',
	parameters: [
		...returnAllFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Conversation ID',
					name: 'conversationId',
					type: 'string',
					default: '',
					description: 'Only those of this conversation',
				},
				{
					displayName: 'Tool Name',
					name: 'toolName',
					type: 'string',
					default: '',
					placeholder: 'e.g. send_email',
					description: 'Only those of this tool',
				},
			],
		},
	],
	output: approvalOutputSchema,
	async execute({ returnAll, limit, filters }, { session }) {
		const { conversationId, toolName } = filters;
		const approvals = await take(
			session.api.approvals.pending(toolName || undefined),
			returnAll ? Infinity : limit,
			(approval) => !conversationId || approval.conversation_id === conversationId,
		);
		return approvals.map(approvalOutput);
	},
});
