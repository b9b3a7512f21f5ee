// What the tests of the FlyMyAI node share: a sandbox of their own, what a test puts into it, and the
// node on a canvas with a credential for it.
import { afterAll, beforeAll } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { FlyMyAiApi } from '../../../credentials/FlyMyAiApi.credentials.ts';
import { FlyMyAi } from '../../../nodes/FlyMyAi/FlyMyAi.node.ts';
import type { Behaviour, Run } from '../../../sandbox/flymyai/records.mts';
import { byId, onCanvas, SET_UP, until } from '../../support/canvas.mts';
import { registerCredentialTypes } from '../../support/n8n.mts';
import type { CredentialStore } from '../../support/credentials.mts';
import { startSandbox } from '../../support/sandbox.mts';
import type { Sandbox, SandboxControl } from '../../support/sandbox.mts';

export { byId, byName, failureOf, until } from '../../support/canvas.mts';

export const API = '/api/v1/agents';
export const RESEARCHER = '5eed0000-0000-4000-8000-000000000001';
export const PROFILER = '5eed0000-0000-4000-8000-000000000002';
export const DRAFT = '5eed0000-0000-4000-8000-000000000005';
/** A completed run of the Web Researcher. */
export const PAST_RUN = 'won-gsfr-mxp';
export const FAILED_RUN = 'fen-rilo-qas';
/** A run's way that is over at the first look. */
export const QUICK = { pendingMs: 10, runningMs: 50, compileMs: 50 };

export const node = new FlyMyAi();

let sandbox: Sandbox;
/** The sandbox's FlyMyAI, asked by the test itself; such requests are not in `sent`. */
export let api: AxiosInstance;
export let control: SandboxControl;

/** Starts the sandbox before the tests of this file, and ends it after them. */
export function useSandbox(): void {
	beforeAll(async () => {
		registerCredentialTypes(new FlyMyAiApi());
		sandbox = await startSandbox();
		control = sandbox.flymyai.control;
		api = axios.create({
			baseURL: sandbox.flymyai.baseUrl + API,
			headers: { 'x-api-key': sandbox.flymyai.apiKey, [SET_UP]: 'yes' },
		});
	});
	afterAll(async () => await sandbox.close());
}

export const baseUrl = (): string => sandbox.flymyai.baseUrl;

export const credentials = (changed: IDataObject = {}): CredentialStore => ({
	flyMyAiApi: { apiKey: sandbox.flymyai.apiKey, baseUrl: baseUrl(), ...changed },
});

export const { result, execute, rows, sent, sentLines, drawn, offered } = onCanvas({
	node,
	credentials,
	control: () => control,
});

/** Executes one operation of the node; answers the items of each output. */
export async function outputs(...call: Parameters<typeof result>): Promise<INodeExecutionData[][]> {
	return (await result(...call)).output;
}

/** Adds an agent that takes any inputs and whose runs are over soon. */
export async function newAgent(
	fields: IDataObject = {},
	behaviour: Partial<Behaviour> = {},
): Promise<string> {
	const { data } = await api.post<{ uuid: string }>('/tasks/', {
		name: 'Test Agent',
		user_prompt: 'Summarize the topic',
		...fields,
	});
	await control.post(`flymyai/agents/${data.uuid}/behaviour`, { ...QUICK, ...behaviour });
	return data.uuid;
}

/** Adds a run that is over, of the seeded Web Researcher unless `agent` says otherwise. */
export async function newRun({
	agent = RESEARCHER,
	...patch
}: Partial<Run> & { agent?: string } = {}): Promise<string> {
	const { ids } = await control.post<{ ids: string[] }>('flymyai/runs', { count: 1, agent });
	if (Object.keys(patch).length > 0) await control.post(`flymyai/runs/${ids[0]}`, patch);
	return ids[0];
}

export async function newTool(name: string): Promise<string> {
	return String((await api.post<{ id: number }>('/tools/', { mcp_tool: name })).data.id);
}

/** Compiles (`compile`) or freezes (`freeze-instruction`) a run of a quick agent to its end. */
export async function newCompilation(route: string, runId: string): Promise<string> {
	const { data } = await api.post<{ id: string }>(`/compilations/${route}/${runId}/`);
	await until(async () => (await api.get(`/compilations/${data.id}/`)).data.status === 'compiled');
	return data.id;
}

/** The status of a run as the platform has it. */
export async function statusOf(runId: string): Promise<string> {
	return (await api.get<{ status: string }>(`/executions/${runId}/`)).data.status;
}

/** The runs that were started with this input `key`, newest first. */
export async function runsWith(key: unknown): Promise<Run[]> {
	const { data } = await api.get<Run[] | { results: Run[] }>('/executions/');
	const runs = Array.isArray(data) ? data : data.results;
	return runs.filter(({ variables }) => variables.key === key);
}

/** Run: Start of an agent, with an input `key` to know its runs by. */
export const startOf = (agent: string, key: string = agent): INodeParameters => ({
	agent: byId(agent),
	specifyInputs: 'json',
	inputsJson: JSON.stringify({ key }),
});

/** Run: Start's inputs as the editor stores them: the values, and the fields it drew. */
export async function inputsFor(agent: string, value: INodeParameters): Promise<INodeParameters> {
	const { fields } = await drawn('getAgentInputs', {
		resource: 'run',
		operation: 'start',
		agent: byId(agent),
	});
	return {
		agent: byId(agent),
		inputs: {
			mappingMode: 'defineBelow',
			value,
			matchingColumns: [],
			schema: JSON.parse(JSON.stringify(fields)),
		},
	};
}
