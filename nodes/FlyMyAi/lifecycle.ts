import { isObject } from '../shared/json';
import type { RunLifecycle } from '../shared/runs/lifecycle';
import { MESSAGES, type FlyMyAiApi } from './api';
import type { Compilation, Run } from './schemas';

/** Contract: Runs. Any other status is one that this package does not know and not an end. */
const RUN_ENDS = ['completed', 'failed', 'cancelled'];
const COMPILATION_GOES_ON = ['pending', 'compiling'];
const SCRIPT_RUN_ENDS = ['completed', 'failed'];

/** The platform's reason as text: `error` is text on most answers, an object on some. */
export function reasonOf(error: unknown, status: string): string {
	if (typeof error === 'string' && error !== '') return error;
	if (isObject(error)) {
		const said = error.message ?? error.detail;
		return typeof said === 'string' ? said : JSON.stringify(error);
	}
	return `FlyMyAI gives no reason for the status '${status}'`;
}

/** How FlyMyAI's runs go from pending to their end. */
export const runLifecycle = (api: FlyMyAiApi): RunLifecycle<Run> => ({
	noun: 'run',
	idOf: ({ id }) => id,
	statusOf: ({ status }) => status,
	isTerminal: ({ status }) => RUN_ENDS.includes(status),
	failureOf: ({ status, error }) =>
		status === 'failed' || status === 'cancelled' ? reasonOf(error, status) : undefined,
	seeWhatItDid: 'Run: Get Events shows what it did.',
	get: api.runs.get,
	// A row of the wrong form is passed over here: a look at the run itself reports it.
	listRecent: (_groups, signal) => api.runs.list(() => undefined, MESSAGES, signal),
	groupOf: ({ user_agent_task }) => user_agent_task ?? '',
	durationOf: ({ created_at, updated_at, run_seq }) => {
		// A follow-up's round began later than the run.
		if ((run_seq ?? 0) > 1) return undefined;
		const took = Date.parse(updated_at ?? '') - Date.parse(created_at ?? '');
		return Number.isNaN(took) ? undefined : took;
	},
	cancel: api.runs.cancel,
});

/** How a compilation goes from pending to a script or an instruction. */
export const compilationLifecycle = (api: FlyMyAiApi): RunLifecycle<Compilation> => ({
	noun: 'compilation',
	idOf: ({ id }) => id,
	statusOf: ({ status }) => status,
	isTerminal: ({ status }) => !COMPILATION_GOES_ON.includes(status),
	failureOf: ({ status, error }) => (status === 'failed' ? reasonOf(error, status) : undefined),
	get: api.compilations.get,
});

/** How the replay of a compiled script goes from running to its result. */
export const scriptRunLifecycle = (api: FlyMyAiApi): RunLifecycle<Compilation> => ({
	...compilationLifecycle(api),
	noun: 'script run of compilation',
	isTerminal: ({ status }) => SCRIPT_RUN_ENDS.includes(status),
});
