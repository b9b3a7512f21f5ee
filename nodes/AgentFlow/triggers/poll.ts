import type { IPollFunctions } from 'n8n-workflow';
import type { Reporter } from '../../shared/report/item';
import type { AgentFlowApi } from '../api';
import type { Told } from '../report';

/** What both events of the trigger are polled with. */
export interface Poll {
	context: IPollFunctions;
	api: AgentFlowApi;
	/** Which account, and which event, the cursor belongs to. */
	account: string;
	/** With no cursor yet: what has happened from this time on is emitted, as an ISO time. */
	includeSince: string | undefined;
	/** Where the user wants a report with each item. */
	reports: Reporter<Told> | undefined;
}
