import type { IExecuteFunctions, Logger, ResourceMapperField } from 'n8n-workflow';
import type { Http } from '../shared/http/http';
import { operationsOf, type Ending } from '../shared/operation';
import { Remembered } from '../shared/remembered';
import { Reporter } from '../shared/report/item';
import { Follower } from '../shared/runs/follow';
import { Agents } from './agents';
import { AgentFlowApi } from './api';
import { batchLifecycle } from './lifecycle';
import { Conversations } from './messaging/conversation';
import { reportOf, type Told } from './report';
import type { Batch } from './schemas';

/** What the operations of one execution share. */
export interface Session {
	http: Http;
	api: AgentFlowApi;
	ending: Ending;
	logger: Logger;
	agents: Agents;
	conversations: Conversations;
	batches: Follower<Batch>;
	/** The fields of tools whose stored form does not tell what they take. */
	toolArguments: Remembered<ResourceMapperField[] | undefined>;
	reports: Reporter<Told>;
}

/** Defines one operation of the AgentFlow node. */
export const operation = operationsOf<Session>();

export function connect(http: Http, ending: Ending, context: IExecuteFunctions): Session {
	const { logger } = context;
	const api = new AgentFlowApi(http);
	return {
		http,
		api,
		ending,
		logger,
		agents: new Agents(api),
		conversations: new Conversations(api),
		batches: new Follower(batchLifecycle(api, http), ending, logger),
		reports: new Reporter(context, http, reportOf(api)),
		toolArguments: new Remembered(),
	};
}
