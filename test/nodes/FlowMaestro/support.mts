// What the tests of the FlowMaestro nodes share: a sandbox of their own, what a test puts into it, and
// the node on a canvas with a credential for it.
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { NodeApiError, NodeOperationError, sleep } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { FlowMaestroApi } from '../../../credentials/FlowMaestroApi.credentials.ts';
import { FlowMaestro } from '../../../nodes/FlowMaestro/FlowMaestro.node.ts';
import type { LoggedRequest } from '../../../sandbox/core/requestLog.mts';
import type { Course } from '../../../sandbox/flowmaestro/records.mts';
import { KEYS } from '../../../sandbox/flowmaestro/seed/accounts.mts';
import { AGENTS } from '../../../sandbox/flowmaestro/seed/agents.mts';
import { TRIGGERS } from '../../../sandbox/flowmaestro/seed/index.mts';
import { KNOWLEDGE_BASES } from '../../../sandbox/flowmaestro/seed/knowledgeBases.mts';
import { WORKFLOWS } from '../../../sandbox/flowmaestro/seed/workflows.mts';
import { executeNode, loadOptions, registerCredentialTypes } from '../../support/n8n.mts';
import type { ExecuteOptions, ExecuteResult } from '../../support/n8n.mts';
import type { CredentialStore } from '../../support/credentials.mts';
import { startSandbox } from '../../support/sandbox.mts';
import type { Sandbox, SandboxControl } from '../../support/sandbox.mts';

export { AGENTS, KEYS, KNOWLEDGE_BASES, TRIGGERS, WORKFLOWS };

export const API = '/api/v1';
/** A UUID that nothing has. */
export const NOBODY = '99999999-9999-4999-8999-999999999999';
/** An execution that is over at the first looks. */
export const QUICK: Partial<Course> = { outcome: 'completed', pendingMs: 10, durationMs: 50 };

const SET_UP = 'x-set-up';

export const node = new FlowMaestro();

let sandbox: Sandbox;
/** The sandbox's FlowMaestro, asked by the test itself; such requests are not in `sent`. */
export let api: AxiosInstance;
export let control: SandboxControl;

/** Starts the sandbox before the tests of this file, resets it before each, and ends it after them. */
export function useSandbox(): void {
	beforeAll(async () => {
		registerCredentialTypes(new FlowMaestroApi());
		sandbox = await startSandbox();
		control = sandbox.flowmaestro.control;
		api = axios.create({
			baseURL: baseUrl() + API,
			headers: { 'x-api-key': KEYS.full.key, [SET_UP]: 'yes' },
		});
	});
	beforeEach(async () => await control.reset());
	afterAll(async () => await sandbox.close());
}

export const baseUrl = (): string => sandbox.flowmaestro.baseUrl;

export const credentials = (changed: IDataObject = {}): CredentialStore => ({
	flowMaestroApi: { apiKey: KEYS.full.key, baseUrl: baseUrl(), ...changed },
});

/** The credential with another of the seeded keys. */
export const withKey = (name: keyof typeof KEYS): Settings => ({
	credentials: credentials({ apiKey: KEYS[name].key }),
});

type Settings = Partial<Omit<ExecuteOptions, 'node' | 'parameters'>>;

/** Executes one operation of the node. */
export async function run(
	resource: string,
	operation: string,
	parameters: INodeParameters = {},
	settings: Settings = {},
): Promise<ExecuteResult> {
	return await executeNode({
		node,
		parameters: { resource, operation, ...parameters },
		credentials: credentials(),
		...settings,
	});
}

/** The same, for the items of the first output. */
export async function execute(...call: Parameters<typeof run>): Promise<INodeExecutionData[]> {
	return (await run(...call)).output[0];
}

/** The same, for what is in these items. */
export async function rows(...call: Parameters<typeof run>): Promise<IDataObject[]> {
	return (await execute(...call)).map(({ json }) => json);
}

/** How an execution failed; fails itself when it did not, or with an error n8n has no form for. */
export async function failureOf(
	execution: Promise<unknown>,
): Promise<NodeApiError | NodeOperationError> {
	const error: unknown = await execution.then(
		() => new Error('The execution went through'),
		(reason: unknown) => reason,
	);
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	throw error;
}

/** What the node asked of the platform, oldest first. */
export async function sent(match = /./): Promise<LoggedRequest[]> {
	const requests = await control.requests();
	return requests.filter(({ path, headers }) => !(SET_UP in headers) && match.test(path));
}

/** The same, as lines such as `GET /api/v1/workflows`. */
export async function sentLines(match = /./): Promise<string[]> {
	return (await sent(match)).map(({ method, path }) => `${method} ${path}`);
}

/** The picked entry of a resource locator. */
export const byId = (value: string): INodeParameters => ({ __rl: true, mode: 'id', value });

export const jsonInputs = (inputs: unknown): INodeParameters => ({
	specifyInputs: 'json',
	inputsJson: JSON.stringify(inputs),
});

/** Adds workflows whose executions are over soon. */
export async function newWorkflows(
	count: number,
	course: Partial<Course> = QUICK,
): Promise<string[]> {
	const { ids } = await control.post<{ ids: string[] }>('flowmaestro/workflows', { count });
	await Promise.all(ids.map(async (id) => await behave(id, course)));
	return ids;
}

export async function newWorkflow(course?: Partial<Course>): Promise<string> {
	return (await newWorkflows(1, course))[0];
}

export async function behave(workflow: string, course: Partial<Course>): Promise<void> {
	await control.post(`flowmaestro/workflows/${workflow}/behaviour`, course);
}

/** Adds executions that are over, the last one now, and answers their ids in that order. */
export async function ended(
	workflow_id: string,
	count = 1,
	fields: IDataObject = {},
): Promise<string[]> {
	const order = { count, workflow_id, ...fields };
	return (await control.post<{ ids: string[] }>('flowmaestro/executions', order)).ids;
}

/** Starts an execution past the node. */
export async function started(workflow: string, inputs: unknown = {}): Promise<string> {
	const { data } = await api.post(`/workflows/${workflow}/execute`, { inputs });
	return data.data.execution_id;
}

/** Makes an execution stand as it is said to, whatever it was doing. */
export async function change(execution: string, fields: IDataObject): Promise<void> {
	await control.post(`flowmaestro/executions/${execution}`, fields);
}

/** The workflow's executions as the platform has them, newest first. */
export async function executionsOf(workflow_id: string): Promise<IDataObject[]> {
	return (await api.get('/executions', { params: { workflow_id, per_page: 100 } })).data.data;
}

export async function newThread(agent = AGENTS.listener): Promise<string> {
	return (await api.post(`/agents/${agent}/threads`)).data.data.id;
}

/** Looks again and again until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
	while (!(await isSo())) await sleep(20);
}

/** What the editor asks the node for while the form is being filled in. */
export async function pick(method: string, filter?: string) {
	const { results } = await loadOptions({
		node,
		kind: 'listSearch',
		method,
		filter,
		credentials: credentials(),
	});
	return results;
}
