import pLimit from 'p-limit';
import { PlatformError } from '../shared/errors';
import { take } from '../shared/list';
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

/** Lists read at the same time. */
const AT_ONCE = 5;

const createdAt = ({ created_at }: Execution): number => Date.parse(created_at ?? '') || 0;

/** The wanted executions of one workflow, newest first, read no further than needed. */
export async function executionsOf(
	api: FlowMaestroApi,
	workflowId: string,
	{ limit, createdAfter, fits }: Wanted,
): Promise<Execution[]> {
	const list = newerThan(createdAfter, api.executions.list(workflowId));
	return await take(list, limit, fits);
}

async function* newerThan(
	time: number,
	executions: AsyncIterable<Execution>,
): AsyncGenerator<Execution> {
	for await (const execution of executions) {
		if (createdAt(execution) < time) return;
		yield execution;
	}
}

/**
 * The wanted executions of all workflows, newest first. FlowMaestro's own list without a workflow
 * cannot be paged and leaves executions out (contract 0.3), so that each workflow's is read.
 *
 * @param unreadable is told of a workflow whose list FlowMaestro cannot make (contract 0.6)
 * @throws PlatformError when no list can be read at all
 */
export async function executionsOfAll(
	api: FlowMaestroApi,
	wanted: Wanted,
	unreadable: (workflow: Workflow, error: PlatformError) => void,
): Promise<Execution[]> {
	const workflows = await take(api.workflows.list());
	const atOnce = pLimit(AT_ONCE);
	const lists = await Promise.all(
		workflows.map(async (workflow) => {
			const { id } = workflow;
			const read = await atOnce(
				async () => await settle(async () => await executionsOf(api, id, wanted)),
			);
			return { workflow, read };
		}),
	);
	const executions: Execution[] = [];
	const failed = lists.find(({ read }) => 'error' in read)?.read;
	// Where none can be read it is not one list that is broken.
	if (failed && 'error' in failed && !lists.some(({ read }) => 'value' in read)) throw failed.error;
	for (const { workflow, read } of lists) {
		if ('value' in read) executions.push(...read.value);
		else if (isBroken(read.error)) unreadable(workflow, read.error);
		else throw read.error;
	}
	return executions.sort((a, b) => createdAt(b) - createdAt(a)).slice(0, wanted.limit);
}

/** Whether FlowMaestro itself stumbles over the list, so that others may be in order. */
export const isBroken = (error: unknown): error is PlatformError =>
	error instanceof PlatformError && error.details.status === 500;
