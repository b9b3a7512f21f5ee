import type { IExecuteFunctions } from 'n8n-workflow';
import type { Hints } from '../shared/hints';
import type { Http } from '../shared/http/http';
import { operationsOf, type Ending } from '../shared/operation';
import { Reporter } from '../shared/report/item';
import { Follower } from '../shared/runs/follow';
import { FlowMaestroApi } from './api';
import { executionLifecycle } from './lifecycle';
import { reportOf } from './report';
import type { Execution } from './schemas';

/** What the operations of one node execution share. */
export interface Session {
	api: FlowMaestroApi;
	executions: Follower<Execution>;
	reports: Reporter<Execution>;
	/** What is worth knowing about an execution that went through. */
	hints: Hints;
}

/** Defines one operation of the FlowMaestro node. */
export const operation = operationsOf<Session>();

export function connect(http: Http, ending: Ending, context: IExecuteFunctions): Session {
	const api = new FlowMaestroApi(http);
	const executions = new Follower(executionLifecycle(api), ending, context.logger);
	const reports = new Reporter(context, http, reportOf(api));
	return { api, executions, reports, hints: ending.hints };
}
