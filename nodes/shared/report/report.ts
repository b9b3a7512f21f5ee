/* What a report tells about a run, whatever the platform calls it. */

/** How a run or a step stands; `noted` is something that happened at one moment. */
export type State = 'succeeded' | 'failed' | 'cancelled' | 'running' | 'waiting' | 'noted';

/** Something to read under a heading, such as the inputs. */
export interface Part {
	title: string;
	value: unknown;
}

/** Something that the run did. */
export interface Step {
	/** What kind of thing it is, e.g. "Tool call". */
	kind: string;
	name: string;
	state: State;
	/** Epoch milliseconds, as all times. */
	begin?: number;
	/** Without an end it is a moment, or goes on where its state says so. */
	end?: number;
	/** The platform tells only the end: the step began at `begin` at the earliest. */
	beganLater?: boolean;
	/** Why it failed, in the platform's words. */
	reason?: string;
	/** Arguments, results and the like. */
	parts: Part[];
}

/** A run as a platform describes it for a report. */
export interface Report {
	/** Name for people, e.g. "FlyMyAI". */
	platform: string;
	/** What the platform calls a run, e.g. "execution". */
	noun: string;
	id: string;
	/** Of what it is a run: the name of the agent or workflow. */
	title: string;
	/** The platform's word for how it stands. */
	status: string;
	state: State;
	begin?: number;
	end?: number;
	/** What else is known, e.g. the usage, in a few words each. */
	facts: Array<[label: string, text: string]>;
	/** Inputs and outputs, in the order in which they are read. */
	parts: Part[];
	/** Why it failed, in the platform's words. */
	reason?: string;
	steps: Step[];
	/** What the platform does not tell about the steps. */
	note?: string;
}

/** How a report is drawn. */
export interface Drawing {
	/** The time zone of all times, e.g. "Europe/Berlin". */
	zone: string;
	/** When it is drawn. */
	at: number;
	/** Texts that must not be told, such as the credential's key. */
	secrets: string[];
}

/** A platform's time as epoch milliseconds; undefined where there is none, or none that can be. */
export function timeOf(time: string | number | null | undefined): number | undefined {
	const ms = typeof time === 'number' ? time : Date.parse(time ?? '');
	return Math.abs(ms) <= 8.64e15 ? ms : undefined;
}

/** How long it took, as far as that is known. */
export const durationOf = ({ begin, end }: Pick<Step, 'begin' | 'end'>): number | undefined =>
	begin === undefined || end === undefined ? undefined : Math.max(0, end - begin);
