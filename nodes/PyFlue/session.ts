import type { Http } from '../shared/http/http';
import type { IExecuteFunctions } from 'n8n-workflow';
import { operationsOf, type Ending } from '../shared/operation';
import type { Hints } from '../shared/hints';
import { Reporter } from '../shared/report/item';
import { Follower } from '../shared/runs/follow';
import { PyFlueApi } from './api';
import { runLifecycle } from './lifecycle';
import { reportOf } from './report';
import type { Run, StartedRun } from './schemas';

/** What the operations of one execution share. */
export interface Session {
	api: PyFlueApi;
	runs: Follower<Run>;
	hints: Hints;
	reports: Reporter<StartedRun>;
}

/** Defines one operation of the PyFlue node. */
export const operation = operationsOf<Session>();

export function connect(http: Http, ending: Ending, context: IExecuteFunctions): Session {
	const api = new PyFlueApi(http);
	const runs = new Follower(runLifecycle(api), ending, context.logger);
	const reports = new Reporter(context, http, reportOf(api));
	return { api, runs, reports, hints: ending.hints };
}
