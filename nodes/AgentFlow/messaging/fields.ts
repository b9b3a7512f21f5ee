import { fields, type Values } from '../../shared/form/parameters';
import { includeReportField } from '../../shared/report/item';

/** How a run of an agent, a sub-agent or a tool is waited for. */
export const runFields = fields([
	{
		displayName: 'Approval Reason',
		name: 'approvalReason',
		type: 'string',
		default: '',
		placeholder: 'e.g. Only in working hours',
		description: 'What is noted with an approval or a denial that this node gives by itself',
	},
	{
		displayName: 'Cancel Run on Stop',
		name: 'cancelOnStop',
		type: 'boolean',
		default: true,
		description:
			'Whether to cancel the run when you stop the execution, where your instance shows one clear way to do so',
	},
	{
		displayName: 'Include Events',
		name: 'includeEvents',
		type: 'boolean',
		default: false,
		description: 'Whether to return everything the run has told, as AgentFlow sent it',
	},
	includeReportField,
	{
		displayName: 'Max Wait (Seconds)',
		name: 'maxWait',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 3600,
		description:
			'How long to wait for the run to end. 0 waits without end. As a tool of an AI agent the node waits 100 seconds unless this is set.',
	},
	{
		displayName: 'Non-Streaming',
		name: 'nonStreaming',
		type: 'boolean',
		default: false,
		description:
			'Whether to wait for the answer in one piece, for a proxy that does not let streams through',
	},
	{
		displayName: 'On Max Wait',
		name: 'onMaxWait',
		type: 'options',
		options: [
			{
				name: 'Fail the Item',
				value: 'fail',
				description: 'The error names the message, whose run goes on',
			},
			{
				name: 'Return What Is There',
				value: 'return',
				description: "The item holds the answer so far with the status 'running'",
			},
		],
		default: 'fail',
		description: 'What to do when the run has not ended within Max Wait',
	},
	{
		displayName: 'On Run Failure',
		name: 'onRunFailure',
		type: 'options',
		options: [
			{
				name: 'Fail the Item',
				value: 'fail',
				description: "The error holds the platform's own reason",
			},
			{
				name: 'Return the Run',
				value: 'return',
				description: "The item holds what there is with the status 'failed' and the reason",
			},
		],
		default: 'fail',
		description: 'What to do when the run fails',
	},
	{
		displayName: 'Parallel Runs',
		name: 'parallelRuns',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 5,
		description:
			'How many runs may be in flight at once when the node gets several items. Messages of one conversation always wait for each other.',
	},
	{
		displayName: 'When Approval Is Needed',
		name: 'onApproval',
		type: 'options',
		options: [
			{
				name: 'Approve',
				value: 'approve',
				description: 'Let every tool do what it asks for',
			},
			{
				name: 'Deny',
				value: 'deny',
				description: 'Let no tool do what it asks for; the run goes on without',
			},
			{
				name: 'Return at Once',
				value: 'return',
				description: 'The item holds the pending approval; the run waits on the platform',
			},
			{
				name: 'Wait for Someone to Answer',
				value: 'wait',
				description: 'Wait until it is answered in AgentFlow or elsewhere, or expires',
			},
		],
		default: 'wait',
		description:
			"What to do when the run stops for an approval. A question of the agent is returned at once unless this is 'Wait for Someone to Answer'.",
	},
]);

export type RunOptions = Partial<Values<typeof runFields>>;

/** Runs in flight at once, where the user does not say. */
export const PARALLEL_RUNS = 5;
