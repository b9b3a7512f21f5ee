import type { INodeListSearchItems } from 'n8n-workflow';
import { editorOf, when } from '../shared/form/loadOptions';
import { PyFlueApi } from './api';
import { platform } from './platform';
import { nameOf, type Agent, type Run } from './schemas';

const { search } = editorOf(platform, (http) => new PyFlueApi(http));

/** A list that comes in one answer. */
async function* each<T>(list: Promise<T[]>): AsyncGenerator<T> {
	yield* await list;
}

const agentItem = ({ name, triggers }: Agent): INodeListSearchItems => ({
	name: triggers?.webhook === false ? `${name} (Dispatch only)` : name,
	value: name,
});

const runItem = (run: Run): INodeListSearchItems => ({
	name: `${when(run.startedAt)} ${nameOf(run) ?? ''}: ${run.status}`,
	value: run.runId,
	description: run.runId,
});

const nameItem = (name: string): INodeListSearchItems => ({ name, value: name });

/** A list entry shows neither, and either can be several MB. */
const RESULTS = { fields: ['result', 'error'], beyond: 0 };

/** The methods the editor calls while the node is being filled in. */
export const methods = {
	listSearch: {
		searchAgents: search((api) => each(api.agents.list()), agentItem),
		searchWorkflows: search((api) => each(api.workflows.names()), nameItem),
		searchNames: search(
			(api) => api.admin.agents(),
			({ name }) => nameItem(name),
		),
		searchRuns: search(
			(api) => api.admin.runs({}, () => undefined, { leaveOut: RESULTS }),
			runItem,
		),
	},
};
