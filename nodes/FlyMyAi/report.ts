import { isObject } from '../shared/json';
import { namesBy } from '../shared/report/names';
import { timeOf, type Report, type State, type Step } from '../shared/report/report';
import { humanise } from '../shared/form/labels';
import { AgentResolver } from './agentResolver';
import type { FlyMyAiApi } from './api';
import { reasonOf } from './lifecycle';
import type { LogRow, Run } from './schemas';

const STATES: Record<string, State> = {
	completed: 'succeeded',
	failed: 'failed',
	cancelled: 'cancelled',
	running: 'running',
	pending: 'waiting',
};

/** Contract: Runs. Others are named after their type. */
const KINDS: Record<string, string> = {
	declared_functions: 'Functions declared',
	tool_called: 'Tool call',
	tool_call_exception: 'Tool call',
	task_cancelled: 'Cancelled',
	user_added_message: 'Message',
};

/** Makes the function that describes runs for reports, asking for each agent's name once. */
export function reportOf(api: FlyMyAiApi): (run: Run) => Promise<Report> {
	const resolver = new AgentResolver(api);
	const nameOf = namesBy(async (uuid) => await resolver.nameOf(uuid), 'Agent');
	return async (run) => {
		const uuid = run.user_agent_task_uuid;
		return describe(run, uuid ? await nameOf(uuid) : '');
	};
}

function describe(run: Run, title: string): Report {
	const { id, status, run_seq, user_agent_task_uuid: uuid, previous_execution } = run;
	const isOver = status === 'completed' || status === 'failed' || status === 'cancelled';
	return {
		platform: 'FlyMyAI',
		noun: 'run',
		id,
		title,
		status,
		state: STATES[status] ?? 'noted',
		begin: timeOf(run.created_at),
		end: isOver ? timeOf(run.updated_at) : undefined,
		facts: [
			...(uuid ? [['Agent ID', uuid] as [string, string]] : []),
			...((run_seq ?? 0) > 1 ? [['Round', String(run_seq)] as [string, string]] : []),
			...(previous_execution ? [['Previous run', previous_execution] as [string, string]] : []),
		],
		parts: [
			{ title: 'Goal', value: run.original_prompt },
			{ title: 'Inputs', value: run.variables },
			{ title: 'Output', value: run.agent_result },
		],
		reason: status === 'failed' || run.error ? reasonOf(run.error, status) : undefined,
		steps: stepsOf(run),
		note: run.logs
			? undefined
			: 'The log of this run is not available yet. Get its report again when it has ended.',
	};
}

/**
 * A row of the log is written when something has happened, so that a call lies between the row before
 * it and its own.
 */
function stepsOf({ created_at, logs }: Run): Step[] {
	let before = timeOf(created_at);
	return (logs ?? []).map((row) => {
		const at = timeOf(row.created_at);
		const step = stepOf(row, at, before);
		before = at ?? before;
		return step;
	});
}

function stepOf(row: LogRow, at: number | undefined, before: number | undefined): Step {
	const { type, message, data } = row;
	const isFailed = type === 'tool_call_exception';
	const { function: called, arguments: args, result, ...rest } = isObject(data) ? data : { data };
	const name = typeof called === 'string' ? called : undefined;
	const kind = KINDS[type] ?? (humanise(type) || 'Event');
	const reason = isFailed ? (message ?? 'FlyMyAI gives no reason') : undefined;
	const isCall = isFailed || type === 'tool_called';
	return {
		kind,
		name: name ?? (isFailed ? '' : (message ?? '')),
		state: isFailed
			? 'failed'
			: type === 'task_cancelled'
				? 'cancelled'
				: isCall
					? 'succeeded'
					: 'noted',
		...(isCall && at !== undefined && before !== undefined && before <= at
			? { begin: before, end: at, beganLater: true }
			: { begin: at }),
		reason,
		parts: [
			{ title: 'Arguments', value: args },
			{ title: 'Result', value: result === reason ? undefined : result },
			{ title: 'Details', value: rest },
		],
	};
}
