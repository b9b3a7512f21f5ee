// What the tests of the PyFlue node share: a sandbox of their own, what a test puts into it, and the
// node on a canvas with a credential for it.
import { afterAll, beforeAll } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { PyFlueApi } from '../../../credentials/PyFlueApi.credentials.ts';
import { PyFlue } from '../../../nodes/PyFlue/PyFlue.node.ts';
import type { WorkflowBehaviour } from '../../../sandbox/pyflue/behaviour.mts';
import { byName, onCanvas, SET_UP } from '../../support/canvas.mts';
import { registerCredentialTypes } from '../../support/n8n.mts';
import type { CredentialStore } from '../../support/credentials.mts';
import { startSandbox } from '../../support/sandbox.mts';
import type { Sandbox, SandboxControl } from '../../support/sandbox.mts';

export { byId, byName, failureOf, until } from '../../support/canvas.mts';

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

export const { result, execute, rows, row, sent, sentLines, offered } = onCanvas({
	node,
	credentials,
	control: () => control,
	shortened: (path) => path.replace(/workflow(:|%3A)[^/?]+|run_\w{26}/g, '*'),
});

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
	workflow: byName(name),
	specifyPayload: 'json',
	payloadJson: JSON.stringify(payload),
	...parameters,
});
