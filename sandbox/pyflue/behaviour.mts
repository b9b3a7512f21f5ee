// What the deployed agents and workflows do, with what the control routes changed about it.
import { Cancelled, RaisedError, TypedError } from './errors.mts';
import type { ErrorFields } from './errors.mts';
import type { Agent, Handler, Project, RunContext } from './project.mts';
import { demo } from './projects/demo.mts';
import { recorded } from './projects/recorded.mts';
import { NOT_JSON, NOT_UTF8, NO_FIELDS } from './records.mts';
import type { Duration } from './records.mts';
import { draw, hang } from './store.mts';
import type { Store } from './store.mts';

/** With a `type` it is a typed error, without one any other exception. */
export type ErrorSpec = Partial<ErrorFields>;

export interface WorkflowBehaviour {
	/** Added to what the workflow itself takes. */
	ms?: Duration;
	/** Log events, spread over `ms`. */
	logs?: number;
	/** It is synchronous: while `ms` pass, its process answers nobody. */
	blocking?: boolean;
	/** Default: `success`. */
	outcome?: (typeof OUTCOMES)[number];
	/** Of a success; by default what the workflow itself computes. */
	result?: unknown;
	error?: ErrorSpec;
}

/**
 * How a workflow ends. `cancel`: somebody cancels its task, and nobody records that; `broken`: its
 * file cannot be imported, so a run of it is never recorded. The others are successes with a result
 * that some encoder does not take.
 */
export const OUTCOMES = [
	'success',
	'error',
	'hang',
	'cancel',
	'broken',
	'nonJson',
	'noFields',
	'notUtf8',
	'nan',
] as const;

export interface AgentBehaviour {
	ms?: Duration;
	error?: ErrorSpec;
	/** Pieces a persistent agent's streamed answer comes in. */
	deltas?: number;
}

const projects: Record<Store['settings']['project'], Project> = {
	demo,
	recorded,
	noWorkflows: { ...demo, workflows: {} },
};

export function project(store: Store): Project {
	return projects[store.settings.project];
}

/** Sorted, as the server lists them. */
export function workflowNames(store: Store): string[] {
	const names = [...Object.keys(project(store).workflows), ...store.workflowBehaviours.keys()];
	return [...new Set(names)].sort();
}

/**
 * The workflow's `run(ctx)`, `undefined` when there is none. Throws a `RaisedError` when its file
 * cannot be imported.
 */
export function workflow(store: Store, name: string): Handler | undefined {
	const own = entry(project(store).workflows, name);
	const behaviour = store.workflowBehaviours.get(name);
	if (!behaviour) return own;
	if (behaviour.outcome === 'broken') {
		throw new RaisedError('ModuleNotFoundError', "No module named 'does_not_exist'");
	}
	return async (context) => {
		await steps(context, behaviour);
		switch (behaviour.outcome) {
			case 'error':
				throw raise(behaviour.error);
			case 'hang':
				return await hang(store.life);
			case 'cancel':
				throw new Cancelled();
			case 'nonJson':
				return NOT_JSON;
			case 'noFields':
				return NO_FIELDS;
			case 'notUtf8':
				return NOT_UTF8;
			case 'nan':
				return { v: Number.NaN };
			default:
				if ('result' in behaviour) return behaviour.result;
				return own ? await own(context) : { payload: context.payload };
		}
	};
}

/**
 * The deployed agents by name. Throws a `RaisedError` when one file is broken: the server imports
 * all of them for each request.
 */
export function agents(store: Store): Record<string, Agent> {
	const { brokenAgent } = store.settings;
	if (brokenAgent !== null) throw new RaisedError('ModuleNotFoundError', brokenAgent);
	return project(store).agents;
}

export function agent(store: Store, name: string): Agent | undefined {
	return entry(agents(store), name);
}

/** The error that was asked for. */
export function raise(spec: ErrorSpec = {}): TypedError | RaisedError {
	const { type, message = 'Told to fail.' } = spec;
	return type
		? new TypedError({ ...spec, type, message })
		: new RaisedError('RuntimeError', message);
}

async function steps(
	context: RunContext,
	{ ms = 0, logs = 0, blocking = false }: WorkflowBehaviour,
): Promise<void> {
	const total = draw(ms);
	const pause = blocking ? context.block : context.pause;
	for (let step = 1; step <= logs; step += 1) {
		context.log('info', `step ${step} of ${logs}`, { step });
		await pause(total / logs);
	}
	if (logs === 0) await pause(total);
}

function entry<T>(record: Record<string, T>, name: string): T | undefined {
	return Object.hasOwn(record, name) ? record[name] : undefined;
}
