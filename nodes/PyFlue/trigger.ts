import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { simplifyField } from '../shared/form/fields';
import { Http } from '../shared/http/http';
import { field, fields, readNodeParameters } from '../shared/form/parameters';
import { includeReportField, Reporter } from '../shared/report/item';
import { pollerOf } from '../shared/runs/poller';
import { pollCompletions, type TriggerSource } from '../shared/runs/trigger';
import { PyFlueApi } from './api';
import { nameLocator } from './fields';
import { hasFailed, readRun, runLifecycle } from './lifecycle';
import { simplifyRun } from './output';
import { platform } from './platform';
import { isElsewhere, RecentRuns } from './recentRuns';
import { reportOf } from './report';
import { nameOf, type Run } from './schemas';

/** What starts the workflow. */
export const eventsField = field({
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	options: [
		{ name: 'Run Completed', value: 'completed', description: 'A run ended with its result' },
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
		displayName: 'Agents and Workflows',
		name: 'names',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Agent or Workflow',
		default: {},
		description:
			'Only runs of these. Runs of every workflow and file-handler agent start the workflow when none is added.',
		options: [{ displayName: 'Agent or Workflow', name: 'entry', values: [nameLocator] }],
	},
	simplifyField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			includeReportField,
			{
				displayName: 'Include Runs Since',
				name: 'includeSince',
				type: 'dateTime',
				default: '',
				description:
					'Also emit runs that ended since this time when the workflow is activated for the first time. Without it only runs that end after that count.',
			},
		],
	},
]);

/** Runs that the server keeps, unless it is told another number (contract: Auth, errors, limits). */
const KEPT = 1024;

const GAP =
	'The server lists no run that an earlier poll has seen, so runs may have ended without starting this workflow. It keeps the newest 1024 (PYFLUE_RUN_STORE_MAX) and forgets them when it is restarted, unless PYFLUE_RUN_STORE=sqlite; several workers show different runs in turn.';

/** One tick of the PyFlue trigger. */
export async function pollRuns(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const { events, names, simplify, options } = readNodeParameters(context, triggerFields);
	const http = await Http.connect(context, platform);
	const api = new PyFlueApi(http);
	const wanted = names.entry.map(({ name }) => name);
	const poller = `${pollerOf(context)} ${http.account}`;
	const recent = new RecentRuns(api, poller);

	const reports = new Reporter(context, http, reportOf(api));
	const source: TriggerSource<Run> = {
		lifecycle: {
			...runLifecycle(api),
			get: async (id) => recent.get(id) ?? (await readRun(api, id)),
		},
		account: http.account,
		includeSince: options.includeSince || undefined,
		list: (rowError, known) => recent.list(rowError, known),
		completionKey: ({ runId, status }) => `${runId} ${status}`,
		changedAt: ({ endedAt, startedAt }) => endedAt ?? startedAt,
		wants: (run) =>
			events.includes(hasFailed(run) ? 'failed' : 'completed') &&
			(wanted.length === 0 || wanted.includes(nameOf(run) ?? '')),
		slim: (run) => recent.slim(run),
		isLarge: (run) => recent.isLarge(run),
		received: () => http.received,
		clock: () => http.clock && { ...http.clock, ...(recent.several && { several: true }) },
		isElsewhere: async (id) => await isElsewhere(api, id),
		gapNote: GAP,
		mostListed: KEPT,
		output: (run, note) => ({
			...(simplify ? simplifyRun(run) : (run as IDataObject)),
			...(note ? { note } : {}),
		}),
		withReport: options.includeReport
			? async (run, json) => await reports.item(run, json)
			: undefined,
	};
	const items = await pollCompletions(context, source);
	if (context.getMode() !== 'manual') recent.keep();
	return items;
}
