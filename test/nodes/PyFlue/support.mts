// What the tests of the PyFlue node share: a sandbox of their own, what a test puts into it, and the
// node on a canvas with a credential for it.
import { afterAll, beforeAll } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { NodeApiError, NodeOperationError, sleep } from 'n8n-workflow';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { PyFlueApi } from '../../../credentials/PyFlueApi.credentials.ts';
import { PyFlue } from '../../../nodes/PyFlue/PyFlue.node.ts';
import type { WorkflowBehaviour } from '../../../sandbox/pyflue/behaviour.mts';
import type { LoggedRequest } from '../../../sandbox/core/requestLog.mts';
import { executeNode, loadOptions, registerCredentialTypes } from '../../support/n8n.mts';
import type { ExecuteOptions } from '../../support/n8n.mts';
import type { CredentialStore } from '../../support/credentials.mts';
import { startSandbox } from '../../support/sandbox.mts';
import type { Sandbox, SandboxControl } from '../../support/sandbox.mts';

/** Marks the requests of the tests themselves. */
const SET_UP = 'x-set-up';

export const node = new PyFlue();

let sandbox: Sandbox;
/** The sandbox's PyFlue, asked by the test itself; such requests are not in `sent`. */
export let api: AxiosInstance;
export let control: SandboxControl;

/** Starts the sandbox before the tests of this file, and ends it after them. */
export function useSandbox(): void {
	beforeAll(async () => {
		registerCredentialTypes(new PyFlueApi());
		sandbox = await startSandbox();
		control = sandbox.pyflue.control;
		api = axios.create({ baseURL: baseUrl(), headers: { [SET_UP]: 'yes' } });
	});
	afterAll(async () => await sandbox.close());
}

export const baseUrl = (): string => sandbox.pyflue.baseUrl;

export const credentials = (changed: IDataObject = {}): CredentialStore => ({
	pyFlueApi: { baseUrl: baseUrl(), ...changed } as CredentialStore[string],
});

type Settings = Partial<Omit<ExecuteOptions, 'node' | 'parameters'>>;

/** Executes one operation of the node; answers all that came of it. */
export async function result(
	resource: string,
	operation: string,
	parameters: INodeParameters = {},
	settings: Settings = {},
) {
	return await executeNode({
		node,
		parameters: { resource, operation, ...parameters },
		credentials: credentials(),
		...settings,
	});
}

/** The same, for the items of the first output. */
export async function execute(...call: Parameters<typeof result>): Promise<INodeExecutionData[]> {
	return (await result(...call)).output[0];
}

/** The same, for what is in these items. */
export async function rows(...call: Parameters<typeof result>): Promise<IDataObject[]> {
	return (await execute(...call)).map(({ json }) => json);
}

/** The same, where there is one item. */
export async function row(...call: Parameters<typeof result>): Promise<IDataObject> {
	const [first, ...others] = await rows(...call);
	if (first === undefined || others.length > 0) throw new Error('Not one item');
	return first;
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

/** What the node asked of the server, oldest first. */
export async function sent(match = /./): Promise<LoggedRequest[]> {
	const requests = await control.requests();
	return requests.filter(({ path, headers }) => !(SET_UP in headers) && match.test(path));
}

/** The same, as lines such as `GET /runs/run_1`, with `*` for the ids of runs. */
export async function sentLines(match = /./): Promise<string[]> {
	return (await sent(match)).map(
		({ method, path }) => `${method} ${path.replace(/workflow(:|%3A)[^/?]+|run_\w{26}/g, '*')}`,
	);
}

/** The picked entry of a resource locator. */
export const pick = (value: string, mode = 'name'): INodeParameters => ({
	__rl: true,
	mode,
	value,
});

export const byId = (value: string): INodeParameters => pick(value, 'id');

/** Changes what kind of server the sandbox is. */
export async function settings(change: object): Promise<void> {
	await control.post('pyflue/settings', change);
}

/** Adds a workflow, or changes what one does. */
export async function workflow(name: string, behaviour: WorkflowBehaviour): Promise<void> {
	await control.post('pyflue/workflows', { name, ...behaviour });
}

/** Adds runs that are there already; answers their ids, oldest first. */
export async function newRuns(runs: object = {}): Promise<string[]> {
	return (await control.post<{ runIds: string[] }>('pyflue/runs', runs)).runIds;
}

/** Starts a workflow without the node; answers the id of its run. */
export async function started(name: string, payload: object = {}): Promise<string> {
	return (await api.post(`/workflows/${name}`, { payload })).data.runId;
}

/** Workflow: Run with a JSON payload. */
export const runOf = (
	name: string,
	payload: object = {},
	parameters: INodeParameters = {},
): INodeParameters => ({
	workflow: pick(name),
	specifyPayload: 'json',
	payloadJson: JSON.stringify(payload),
	...parameters,
});

/** Looks again and again until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
	while (!(await isSo())) await sleep(20);
}

/** What the editor offers in a list. */
export async function offered(method: string, filter?: string, changed: IDataObject = {}) {
	const { results } = await loadOptions({
		node,
		kind: 'listSearch',
		method,
		filter,
		credentials: credentials(changed),
	});
	return results;
}
