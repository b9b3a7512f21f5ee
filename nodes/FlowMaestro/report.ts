import { namesBy } from '../shared/report/names';
import { timeOf, type Report, type State, type Step } from '../shared/report/report';
import type { FlowMaestroApi } from './api';
import { isTerminal, reasonOf } from './lifecycle';
import type { Execution } from './schemas';

/** Contract 3.2. */
const STATES: Record<string, State> = {
	completed: 'succeeded',
	failed: 'failed',
	cancelled: 'cancelled',
	running: 'running',
	pending: 'waiting',
	paused: 'waiting',
};

/** Makes the function that describes executions for reports, asking for each workflow's name once. */
export function reportOf(api: FlowMaestroApi): (execution: Execution) => Promise<Report> {
	// A teammate's workflow cannot be read (contract 0.11), nor can any without the scope for it.
	const nameOf = namesBy(async (id) => (await api.workflows.get(id)).name, 'Workflow');
	return async (execution) => {
		const { workflow_id: id, workflow_name: name } = execution;
		// The documentation has the name in the execution itself (contract 7).
		if (typeof name === 'string' && name !== '') return describe(execution, name);
		return describe(execution, id ? await nameOf(id) : '');
	};
}

function describe(execution: Execution, title: string): Report {
	const { id, status, workflow_id, inputs, outputs, completed_at } = execution;
	const state = STATES[status] ?? 'noted';
	return {
		platform: 'FlowMaestro',
		noun: 'execution',
		id,
		title,
		status,
		state,
		begin: timeOf(execution.created_at) ?? timeOf(execution.started_at),
		end: timeOf(completed_at),
		facts: workflow_id ? [['Workflow ID', workflow_id]] : [],
		parts: [
			{ title: 'Inputs', value: inputs },
			{ title: 'Outputs', value: outputs },
		],
		reason: isTerminal(execution) && status !== 'completed' ? reasonOf(execution) : undefined,
		steps: stepsOf(execution, state),
		note: 'FlowMaestro reports when an execution started and ended, but not what its nodes did.',
	};
}

/** The two things that are known of an execution: how long it waited, and how long it ran. */
function stepsOf(execution: Execution, state: State): Step[] {
	const [created, started, completed] = [
		timeOf(execution.created_at),
		timeOf(execution.started_at),
		timeOf(execution.completed_at),
	];
	const isOver = isTerminal(execution);
	const waited: Step = {
		kind: 'FlowMaestro',
		name: 'Waiting to start',
		state: started !== undefined ? 'succeeded' : isOver ? state : 'waiting',
		begin: created,
		end: started ?? completed,
		parts: [],
	};
	const ran: Step = {
		kind: 'Workflow',
		name: 'Execution',
		state,
		begin: started,
		end: completed,
		reason: undefined,
		parts: [],
	};
	return [...(created === undefined ? [] : [waited]), ...(started === undefined ? [] : [ran])];
}
