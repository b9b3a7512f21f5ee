// What the tests of the FlowMaestro nodes share: a sandbox of their own, what a test puts into it, and
// the node on a canvas with a credential for it.
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { FlowMaestroApi } from '../../../credentials/FlowMaestroApi.credentials.ts';
import { FlowMaestro } from '../../../nodes/FlowMaestro/FlowMaestro.node.ts';
import type { Course } from '../../../sandbox/flowmaestro/records.mts';
import { KEYS } from '../../../sandbox/flowmaestro/seed/accounts.mts';
import { AGENTS } from '../../../sandbox/flowmaestro/seed/agents.mts';
import { TRIGGERS } from '../../../sandbox/flowmaestro/seed/index.mts';
import { KNOWLEDGE_BASES } from '../../../sandbox/flowmaestro/seed/knowledgeBases.mts';
import { WORKFLOWS } from '../../../sandbox/flowmaestro/seed/workflows.mts';
import { onCanvas, SET_UP } from '../../support/canvas.mts';
import type { Settings } from '../../support/canvas.mts';
import { registerCredentialTypes } from '../../support/n8n.mts';
import type { CredentialStore } from '../../support/credentials.mts';
import { startSandbox } from '../../support/sandbox.mts';
import type { Sandbox, SandboxControl } from '../../support/sandbox.mts';

export { byId, failureOf, until } from '../../support/canvas.mts';
export { AGENTS, KEYS, KNOWLEDGE_BASES, TRIGGERS, WORKFLOWS };

export const API = '/api/v1';
/** A UUID that nothing has. */
export const NOBODY = '99999999-9999-4999-8999-999999999999';
/** An execution that is over at the first looks. */
export const QUICK: Partial<Course> = { outcome: 'completed', pendingMs: 10, durationMs: 50 };

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

export const {
	result: run,
	execute,
	rows,
	sent,
	sentLines,
	offered,
	drawn,
} = onCanvas({ node, credentials, control: () => control });

/** The credential with another of the seeded keys. */
export const withKey = (name: keyof typeof KEYS): Settings => ({
	credentials: credentials({ apiKey: KEYS[name].key }),
});

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

/** Adds executions that no list can show, nor what is on their page (contract 0.6). */
export async function unshowable(workflow: string, count = 1, fields: IDataObject = {}) {
	await ended(workflow, count, { inputs: 'no object', ...fields });
}

/** Executions of that minute are older than all that a test adds without one. */
export const atMinute = (minute: number): IDataObject => ({
	created_at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});

/** Makes every list of the workflow's executions a 500, as long as the fault is there. */
export async function breakLists(workflow: string): Promise<void> {
	const match = { path: `workflow_id=${workflow}` };
	await control.fault({ match, kind: 'status', status: 500, times: null });
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
