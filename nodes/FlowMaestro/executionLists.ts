import pLimit from 'p-limit';
import { PlatformError } from '../shared/errors';
import { take } from '../shared/list';
import { isServerFault, type Stretch } from '../shared/http/pagesAround';
import { settle } from '../shared/settle';
import type { FlowMaestroApi } from './api';
import type { Execution, Workflow } from './schemas';

/** Which executions are wanted of a list. */
export interface Wanted {
	/** Most of them; undefined or Infinity wants all. */
	limit: number | undefined;
	/** Created at this time or later, in epoch milliseconds. */
	createdAfter: number;
	fits(execution: Execution): boolean;
}

/** Requests that may go into executions that cannot be listed, where lists are read just once. */
export const MOST_DETOURS = 100;
/** Lists read at the same time. */
const AT_ONCE = 5;

const createdAt = ({ created_at }: Execution): number => Date.parse(created_at ?? '') || 0;

/**
 * The wanted executions of one workflow, newest first, read no further than needed.
 *
 * @param leftOut is told of executions that FlowMaestro cannot list (contract 0.6)
 * @throws PlatformError when none can be read
 */
export async function executionsOf(
	api: FlowMaestroApi,
	workflowId: string,
	{ limit, createdAfter, fits }: Wanted,
	leftOut: (error: PlatformError) => void,
	detours = { left: MOST_DETOURS },
): Promise<Execution[]> {
	const gaveUp = (error: PlatformError, read: number) => {
		if (read === 0) throw error;
		leftOut(error);
	};
	const around = { detours, rowError: leftOut, gaveUp };
	const pages = api.executions.pages(workflowId, around, undefined, limit);
	return await take(newerThan(createdAfter, pages), limit, fits);
}

async function* newerThan(
	time: number,
	pages: AsyncIterable<Stretch<Execution>>,
): AsyncGenerator<Execution> {
	for await (const { rows } of pages) {
		for (const execution of rows) {
			if (createdAt(execution) < time) return;
			yield execution;
		}
	}
}

/**
 * The wanted executions of all workflows, newest first. FlowMaestro's own list without a workflow
 * cannot be paged and leaves executions out (contract 0.3), so that each workflow's is read.
 *
 * @param leftOut is told of executions that FlowMaestro cannot list, and of a workflow of which it
 *   can list none (contract 0.6)
 * @throws PlatformError when no list can be read at all
 */
export async function executionsOfAll(
	api: FlowMaestroApi,
	wanted: Wanted,
	leftOut: (workflow: Workflow, error: PlatformError) => void,
): Promise<Execution[]> {
	const workflows = await take(api.workflows.list());
	const atOnce = pLimit(AT_ONCE);
	const detours = { left: MOST_DETOURS };
	const lists = await Promise.all(
		workflows.map(async (workflow) => {
			const tell = (error: PlatformError) => leftOut(workflow, error);
			const work = async () => await executionsOf(api, workflow.id, wanted, tell, detours);
			return { workflow, read: await atOnce(async () => await settle(work)) };
		}),
	);
	const executions: Execution[] = [];
	const failed = lists.find(({ read }) => 'error' in read)?.read;
	// Where none can be read it is not one list that is broken.
	if (failed && 'error' in failed && !lists.some(({ read }) => 'value' in read)) throw failed.error;
	for (const { workflow, read } of lists) {
		if ('value' in read) executions.push(...read.value);
		else if (isServerFault(read.error)) leftOut(workflow, read.error);
		else throw read.error;
	}
	return executions.sort((a, b) => createdAt(b) - createdAt(a)).slice(0, wanted.limit);
}
