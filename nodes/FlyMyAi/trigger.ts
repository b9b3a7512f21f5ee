import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { Http } from '../shared/http/http';
import { field, fields, readNodeParameters } from '../shared/form/parameters';
import { includeReportField, Reporter } from '../shared/report/item';
import { attempt, pollCompletions, type TriggerSource } from '../shared/runs/trigger';
import { AgentResolver } from './agentResolver';
import { FlyMyAiApi, MESSAGES } from './api';
import { simplifyField } from '../shared/form/fields';
import { agentLocator } from './fields';
import { runLifecycle } from './lifecycle';
import { simplifyRun } from './output';
import { reportOf } from './report';
import { platform } from './platform';
import type { Run } from './schemas';

/** What starts the workflow. */
export const eventsField = field({
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	options: [
		{ name: 'Run Cancelled', value: 'cancelled', description: 'A run was cancelled' },
		{ name: 'Run Completed', value: 'completed', description: 'A run ended with its output' },
		{ name: 'Run Failed', value: 'failed', description: 'A run ended with an error' },
	],
	default: ['completed'],
	required: true,
	description: 'Which ends of a run start the workflow',
});

/** The form of the trigger. */
export const triggerFields = fields([
	eventsField,
	{
		displayName: 'Agents',
		name: 'agents',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Agent',
		default: {},
		description:
			'Only runs of these agents. Runs of every agent start the workflow when none is added.',
		options: [{ displayName: 'Agent', name: 'agent', values: [agentLocator] }],
	},
	simplifyField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Include Logs',
				name: 'includeLogs',
				type: 'boolean',
				default: false,
				description: "Whether to add the run's log of tool calls and exceptions",
			},
			{
				displayName: 'Include Messages',
				name: 'includeMessages',
				type: 'boolean',
				default: false,
				description: "Whether to add the run's whole conversation, which can be large",
			},
			includeReportField,
			{
				displayName: 'Include Runs Since',
				name: 'includeSince',
				type: 'dateTime',
				default: '',
				description:
					'Also emit runs that ended since this time when the workflow is activated for the first time. Without it only runs that end after that count.',
			},
			{
				displayName: 'Only With Output',
				name: 'onlyWithOutput',
				type: 'boolean',
				default: false,
				description: 'Whether to leave out runs that ended without an output',
			},
		],
	},
]);

const isEmptyOutput = (output: unknown): boolean =>
	output === undefined ||
	output === null ||
	output === '' ||
	(typeof output === 'object' && Object.keys(output).length === 0);

/** How long the items of an agent's runs may wait for its name, in milliseconds. */
const NAME_PATIENCE_MS = 3_000;

/** One tick of the FlyMyAI trigger. */
export async function pollRuns(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const { events, agents, simplify, options } = readNodeParameters(context, triggerFields);
	const http = await Http.connect(context, platform);
	const api = new FlyMyAiApi(http);
	const resolver = new AgentResolver(api);
	const wantedAgents = agents.agent.map(({ agent }) => agent);
	const names = new Map<string, Promise<string | null>>();
	/** The agent's name, asked for once; null where it cannot be had. */
	const nameOf = async (uuid: string): Promise<string | null> => {
		const asked =
			names.get(uuid) ??
			attempt(resolver.nameOf(uuid), NAME_PATIENCE_MS).then((named) =>
				'value' in named ? named.value : null,
			);
		names.set(uuid, asked);
		return await asked;
	};

	const reports = new Reporter(context, http, reportOf(api));
	const source: TriggerSource<Run> = {
		lifecycle: runLifecycle(api),
		account: http.account,
		includeSince: options.includeSince || undefined,
		list: (rowError) => api.runs.list(rowError, MESSAGES),
		// Contract: a follow-up makes the same run complete again, with the next `run_seq`.
		completionKey: ({ id, run_seq, status }) => `${id} ${run_seq ?? ''} ${status}`,
		changedAt: ({ updated_at, created_at }) => updated_at ?? created_at,
		received: () => http.received,
		slim: (run) => ({ ...run, messages: undefined }),
		async wants(run) {
			if (!events.some((event) => event === run.status)) return false;
			if (options.onlyWithOutput && isEmptyOutput(run.agent_result)) return false;
			if (wantedAgents.length === 0) return true;
			return await resolver.isOf(run, wantedAgents);
		},
		async output(run, note) {
			const { logs, messages, ...rest } = run;
			const uuid = run.user_agent_task_uuid;
			return {
				...(simplify ? simplifyRun(run) : (rest as IDataObject)),
				agent_name: uuid ? await nameOf(uuid) : null,
				...(options.includeLogs ? { logs: (logs ?? []) as IDataObject[] } : {}),
				...(options.includeMessages ? { messages: (messages ?? []) as IDataObject[] } : {}),
				...(note ? { note } : {}),
			};
		},
		withReport: options.includeReport
			? async (run, json) => await reports.item(run, json)
			: undefined,
	};
	return await pollCompletions(context, source);
}
