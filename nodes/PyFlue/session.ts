import type { Http } from '../shared/http/http';
import type { IExecuteFunctions } from 'n8n-workflow';
import { operationsOf, type Ending } from '../shared/operation';
import type { Hints } from '../shared/hints';
import { Follower } from '../shared/runs/follow';
import { PyFlueApi } from './api';
import { runLifecycle } from './lifecycle';
import type { Run } from './schemas';

/** What the operations of one execution share. */
export interface Session {
	api: PyFlueApi;
	runs: Follower<Run>;
	hints: Hints;
}

/** Defines one operation of the PyFlue node. */
export const operation = operationsOf<Session>();

export function connect(http: Http, ending: Ending, { logger }: IExecuteFunctions): Session {
	const api = new PyFlueApi(http);
	const runs = new Follower(runLifecycle(api), ending, logger);
	return { api, runs, hints: ending.hints };
}
