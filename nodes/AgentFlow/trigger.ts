import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { Http } from '../shared/http/http';
import { field, fields, readNodeParameters } from '../shared/form/parameters';
import { includeReportField, Reporter } from '../shared/report/item';
import { AgentFlowApi } from './api';
import { agentLocator, conversationLocator } from './fields';
import { platform } from './platform';
import { reportOf } from './report';
import { pollAnswers } from './triggers/answers';
import { pollApprovals } from './triggers/approvals';

/** What starts the workflow. */
export const eventField = field({
	displayName: 'Event',
	name: 'event',
	type: 'options',
	options: [
		{
			name: 'Agent Answered',
			value: 'agentAnswered',
			description: 'An agent has said something in a conversation',
		},
		{
			name: 'Approval Requested',
			value: 'approvalRequested',
			description: "Somebody has to approve a tool's call",
		},
	],
	default: 'approvalRequested',
	description: 'What starts the workflow',
});

/** The form of the trigger. */
export const triggerFields = fields([
	eventField,
	{
		displayName: 'Filters',
		name: 'answerFilters',
		type: 'collection',
		placeholder: 'Add Filter',
		displayOptions: { show: { event: ['agentAnswered'] } },
		default: {},
		options: [
			{ ...agentLocator, required: false, description: 'Only what this agent says' },
			{
				...conversationLocator,
				required: false,
				description: 'Only what is said in this conversation',
			},
			{
				displayName: 'Source',
				name: 'source',
				type: 'string',
				default: '',
				placeholder: 'e.g. crm',
				description: 'Only what is said in conversations that come from this source',
			},
		],
	},
	{
		displayName: 'Filters',
		name: 'approvalFilters',
		type: 'collection',
		placeholder: 'Add Filter',
		displayOptions: { show: { event: ['approvalRequested'] } },
		default: {},
		options: [
			{
				displayName: 'Tool Name',
				name: 'toolName',
				type: 'string',
				default: '',
				placeholder: 'e.g. send_email',
				description: 'Only approvals for this tool',
			},
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			includeReportField,
			{
				displayName: 'Include Since',
				name: 'includeSince',
				type: 'dateTime',
				default: '',
				description:
					'Also emit what has happened since this time when the workflow is activated for the first time. Without it only what happens after that counts.',
			},
		],
	},
]);

/** One tick of the AgentFlow trigger. */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const values = readNodeParameters(context, triggerFields);
	const { event, answerFilters = {}, approvalFilters = {}, options } = values;
	const http = await Http.connect(context, platform);
	const api = new AgentFlowApi(http);
	const reports = new Reporter(context, http, reportOf(api));
	const call = {
		context,
		api,
		reports: options.includeReport ? reports : undefined,
		// What the other event has left is of no use for this one.
		account: `${event} ${http.account}`,
		includeSince: options.includeSince || undefined,
	};
	return event === 'agentAnswered'
		? await pollAnswers(call, answerFilters)
		: await pollApprovals(call, approvalFilters);
}
