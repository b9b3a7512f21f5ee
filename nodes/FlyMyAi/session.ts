import type { IExecuteFunctions } from 'n8n-workflow';
import type { Hints } from '../shared/hints';
import type { Http } from '../shared/http/http';
import { operationsOf, type Ending } from '../shared/operation';
import { Remembered } from '../shared/remembered';
import { Reporter } from '../shared/report/item';
import { Follower } from '../shared/runs/follow';
import { FlyMyAiApi } from './api';
import { compilationLifecycle, runLifecycle, scriptRunLifecycle } from './lifecycle';
import { reportOf } from './report';
import type { Agent, Compilation, Run } from './schemas';

/** What the operations of one execution share. */
export interface Session {
	api: FlyMyAiApi;
	runs: Follower<Run>;
	compilations: Follower<Compilation>;
	scriptRuns: Follower<Compilation>;
	/** The agents that are asked for what they take, by the ID they are found by. */
	agents: Remembered<Agent>;
	reports: Reporter<Run>;
	hints: Hints;
}

/** Defines one operation of the FlyMyAI node. */
export const operation = operationsOf<Session>();

export function connect(http: Http, ending: Ending, context: IExecuteFunctions): Session {
	const { logger } = context;
	const api = new FlyMyAiApi(http);
	return {
		api,
		runs: new Follower(runLifecycle(api), ending, logger),
		compilations: new Follower(compilationLifecycle(api), ending, logger),
		scriptRuns: new Follower(scriptRunLifecycle(api), ending, logger),
		agents: new Remembered(),
		reports: new Reporter(context, http, reportOf(api)),
		hints: ending.hints,
	};
}
