import type { IDataObject, INodeExecutionData, IPollFunctions, Logger } from 'n8n-workflow';
import { hasStatus, PlatformError } from '../shared/errors';
import { Http } from '../shared/http/http';
import { take } from '../shared/list';
import { isServerFault, type Around, type Stretch } from '../shared/http/pagesAround';
import { field, fields, readNodeParameters } from '../shared/form/parameters';
import type { RunLifecycle } from '../shared/runs/lifecycle';
import { includeReportField, Reporter } from '../shared/report/item';
import { pollerOf } from '../shared/runs/poller';
import { pollCompletions, type Known, type TriggerSource } from '../shared/runs/trigger';
import { settle } from '../shared/settle';
import { FlowMaestroApi } from './api';
import { MOST_DETOURS } from './executionLists';
import { workflowLocator } from './fields';
import { executionLifecycle, isTerminal } from './lifecycle';
import { PER_PAGE } from './paging';
import { platform } from './platform';
import { reportOf } from './report';
import type { Execution } from './schemas';

/** What starts the workflow. */
export const eventsField = field({
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	options: [
		{ name: 'Execution Cancelled', value: 'cancelled', description: 'It was cancelled' },
		{ name: 'Execution Completed', value: 'completed', description: 'It ended with its outputs' },
		{ name: 'Execution Failed', value: 'failed', description: 'It ended with an error' },
		{
			name: 'Execution Paused',
			value: 'paused',
			description: 'It waits for somebody; it may go on and pause again',
		},
	],
	default: ['completed'],
	required: true,
	description: 'What starts the workflow',
});

/** The form of the trigger. */
export const triggerFields = fields([
	{
		displayName:
			'Without workflows, the list of every workflow is read: up to 20 of them at each poll, a request for each. Choose workflows to hear of an end sooner and to spare the rate limit of the key.',
		name: 'listNotice',
		type: 'notice',
		default: '',
	},
	eventsField,
	{
		displayName: 'Workflows',
		name: 'workflows',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Workflow',
		default: {},
		description:
			'Only executions of these workflows of FlowMaestro; of every workflow when none is added. The trigger begins anew when this changes.',
		options: [{ displayName: 'Workflow', name: 'workflow', values: [workflowLocator] }],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Include Executions Since',
				name: 'includeSince',
				type: 'dateTime',
				default: '',
				description:
					'Also emit executions that ended since this time when the workflow is activated for the first time. Without it only those that end after that count.',
			},
			includeReportField,
		],
	},
]);

/** Lists read in one poll, so that it leaves something of the usual 60 requests a minute. */
const MOST_LISTS = 20;
/** More awaited executions of a workflow than are going on at once, as a rule. */
const BACKLOG = 50;
/** Requests that such a poll may spend on executions that cannot be listed, for the same reason. */
const MOST_DETOURS_A_POLL = 30;
/** So many executions in a row that add nothing new: what lies deeper in the list is old. */
const ENOUGH_KNOWN = 10;

/** Between an execution's id and its workflow's, for errors and for the cursor alike. */
const OF_WORKFLOW = ' of workflow ';

/**
 * The lifecycle with ids that name the workflow, too: a teammate's execution is shown by the list of
 * its workflow alone (contract 0.11), and a poll may not have read that one.
 */
const byWorkflow = (lifecycle: RunLifecycle<Execution>): RunLifecycle<Execution> => ({
	...lifecycle,
	idOf: ({ id, workflow_id }) => (workflow_id ? id + OF_WORKFLOW + workflow_id : id),
	async get(known) {
		const [id, workflow_id] = known.split(OF_WORKFLOW);
		return await lifecycle.get(id, { id, workflow_id, status: 'unknown' });
	},
});

/**
 * The newest end known when each workflow's list was read, by workflow and in the order of their last
 * turns: ends dated later may be unread in it. In memory only: what is not known holds the cursor's
 * floor down for a round.
 */
type Turns = Map<string, number>;
/** By trigger. */
const turns = new Map<string, Turns>();

// A cancelled execution has no time of its end (contract 3.2).
const changedAt = ({ completed_at, started_at, created_at }: Execution) =>
	completed_at ?? started_at ?? created_at;

/** One tick of the FlowMaestro trigger. */
export async function pollExecutions(
	context: IPollFunctions,
): Promise<INodeExecutionData[][] | null> {
	const { events, workflows, options } = readNodeParameters(context, triggerFields);
	const http = await Http.connect(context, platform);
	const api = new FlowMaestroApi(http);
	const wanted = [...new Set(workflows.workflow.map(({ workflow }) => workflow))].sort();
	const since = options.includeSince ? Date.parse(options.includeSince) : Infinity;
	// A workflow that is added later has ended executions that were never seen, and are not new.
	const account = [http.account, ...wanted].join(' ');
	const poller = `${pollerOf(context)} ${account}`;
	const read: Turns = new Map(turns.get(poller));
	let all = wanted;

	const reports = new Reporter(context, http, reportOf(api));
	const source: TriggerSource<Execution> = {
		lifecycle: byWorkflow(executionLifecycle(api)),
		account,
		includeSince: options.includeSince || undefined,
		async *list(rowError, known) {
			if (wanted.length === 0) all = (await take(api.workflows.list())).map(({ id }) => id);
			else if (known.nothing) await refuseUnknown(api, wanted);
			yield* changedExecutions(api, all, read, known, since, rowError, context.logger);
		},
		oldBefore: () => (all.every((id) => read.has(id)) ? undefined : http.clock?.at),
		readUpTo: () => Math.min(...all.map((id) => read.get(id) ?? -Infinity)),
		completionKey: (execution) =>
			`${execution.id} ${isTerminal(execution) ? execution.status : 'paused'}`,
		changedAt,
		wants: ({ status }) => events.some((event) => event === status),
		received: () => http.received,
		slim: (execution) => execution,
		output: (execution, note) =>
			({ ...execution, ...(note ? { note } : {}) }) as unknown as IDataObject,
		withReport: options.includeReport
			? async (execution, json) => await reports.item(execution, json)
			: undefined,
	};
	const output = await pollCompletions(context, source);
	// A poll that threw has handled nothing of what it read.
	if (context.getMode() !== 'manual') turns.set(poller, read);
	return output;
}

/**
 * A workflow that does not exist has an empty list, like one that was never executed: the trigger would
 * stay silent for ever.
 *
 * @throws PlatformError naming the first one that neither the workspace nor a list of executions shows
 */
async function refuseUnknown(api: FlowMaestroApi, workflowIds: string[]): Promise<void> {
	const listed = await settle(async () => await take(api.workflows.list()));
	// The key may lack the scope for that list, which the trigger does without.
	if ('error' in listed && hasStatus(listed.error, 403)) return;
	if ('error' in listed) throw listed.error;
	const known = new Set(listed.value.map(({ id }) => id));
	for (const id of workflowIds.filter((workflowId) => !known.has(workflowId))) {
		const looked = await settle(async () => await api.executions.newest(id));
		// What is wrong with a list that cannot be read, its reading says.
		if ('error' in looked || looked.value.length > 0) continue;
		throw new PlatformError(`FlowMaestro has no workflow ${id}`, {
			fix: "Pick the workflow from the list under 'Workflows', or copy its ID again.",
		});
	}
}

/**
 * The executions that may have changed, list by list: each poll reads `MOST_LISTS` lists, those first
 * that were read longest ago. So the first one is over soon, however many workflows there are, and
 * what it has not read and ended before it counts as old by the platform's time (`oldBefore`).
 *
 * @param read the turns so far; those taken now are entered
 *
 * @throws PlatformError when a list cannot be read; one that FlowMaestro itself stumbles over is
 *   passed over, but not by the first poll, for which its executions would be new later
 */
async function* changedExecutions(
	api: FlowMaestroApi,
	workflowIds: string[],
	read: Turns,
	known: Known<Execution>,
	since: number,
	rowError: (error: PlatformError) => void,
	logger: Logger,
): AsyncGenerator<Execution> {
	const backlogged = withBacklog(known.missing());
	const behind = workflowIds.filter((id) => backlogged.has(id)).slice(0, MOST_LISTS / 2);
	const unread = workflowIds.filter((id) => !read.has(id));
	const byTurn = [...unread, ...[...read.keys()].filter((id) => workflowIds.includes(id))];
	const inTurn = [...new Set([...behind, ...byTurn])].slice(0, MOST_LISTS);
	let newest = Math.max(-Infinity, ...read.values());
	const had = (id: string, upTo: number) => {
		read.delete(id);
		read.set(id, upTo);
	};
	const detours = { left: known.nothing ? MOST_DETOURS : MOST_DETOURS_A_POLL };
	/** With fewer, the first poll could not tell what is old, and another would stay silent for ever. */
	const fewest = known.nothing ? ENOUGH_KNOWN : 1;
	let broken: PlatformError | undefined;
	let sound = 0;
	for (const id of inTurn) {
		const around: Around = {
			detours,
			rowError: (error) => rowError(ofWorkflow(id, error)),
			gaveUp(error, rows) {
				if (rows < fewest) throw error;
				rowError(ofWorkflow(id, error));
			},
		};
		const pages = api.executions.pages(id, around, rowError);
		const list = await settle(async () => await take(newPart(pages, known, since)));
		if ('value' in list) {
			sound++;
			const ends = list.value.map((execution) => Date.parse(changedAt(execution) ?? ''));
			newest = Math.max(newest, ...ends.filter((time) => !Number.isNaN(time)));
			had(id, newest);
			yield* list.value;
		} else if (known.nothing || !isServerFault(list.error)) {
			throw naming(list.error, id);
		} else {
			broken = list.error;
			had(id, read.get(id) ?? -Infinity);
			logger.warn(`The executions of workflow ${id} were passed over: ${broken.message}`);
		}
	}
	if (broken && sound === 0) throw broken;
}

/** The workflows of which the last poll left many ends for the next one: their lists come first. */
function withBacklog(awaited: string[]): Set<string> {
	const counts = new Map<string, number>();
	for (const known of awaited) {
		const [, workflowId = ''] = known.split(OF_WORKFLOW);
		counts.set(workflowId, (counts.get(workflowId) ?? 0) + 1);
	}
	return new Set([...counts].filter(([, count]) => count > BACKLOG).map(([id]) => id));
}

/** The error, naming the workflow whose executions it is about. */
const ofWorkflow = (workflowId: string, { message, details }: PlatformError): PlatformError =>
	new PlatformError(`${message} (executions of workflow ${workflowId})`, details);

/** The error for a list that cannot be read. */
function naming(error: unknown, workflowId: string): unknown {
	if (!isServerFault(error)) return error;
	const { message, details } = ofWorkflow(workflowId, error);
	const fix = `${details.fix ?? ''} Until it is repaired, choose the other workflows in the trigger.`;
	return new PlatformError(message, { ...details, fix: fix.trim() });
}

/**
 * The part of a workflow's list that may hold something new, newest first: whole pages, at least the
 * newest `PER_PAGE` executions, the first poll's down to `since`, others' down to what an earlier
 * poll saw. What lies deeper than the first poll read and has ended was over before it.
 */
async function* newPart(
	pages: AsyncIterable<Stretch<Execution>>,
	known: Known<Execution>,
	since: number,
): AsyncGenerator<Execution> {
	let knownInARow = 0;
	let isOld = false;
	for await (const { rows, end } of pages) {
		for (const execution of rows) {
			// What is awaited is known as well, but not its end, which a backlog may hold for many polls.
			knownInARow = known.has(execution) ? knownInARow + 1 : 0;
			isOld ||= known.nothing
				? !(Date.parse(execution.created_at ?? '') >= since)
				: knownInARow >= ENOUGH_KNOWN;
			const mayMatter = known.saw(execution) || !isTerminal(execution);
			if (known.nothing || !isOld || mayMatter) yield execution;
		}
		if (isOld && end >= PER_PAGE) return;
	}
}
