// What the tests of the AgentFlow nodes share: a sandbox of their own, what a test puts into it, and
// the node on a canvas with a credential for it.
import { afterAll, beforeAll, jest } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { NodeApiError, NodeOperationError, sleep } from 'n8n-workflow';
import type {
	ICredentialType,
	IDataObject,
	INodeExecutionData,
	INodeParameters,
} from 'n8n-workflow';
import { AgentFlowApi } from '../../../credentials/AgentFlowApi.credentials.ts';
import { AgentFlowOAuth2Api } from '../../../credentials/AgentFlowOAuth2Api.credentials.ts';
import { AgentFlow } from '../../../nodes/AgentFlow/AgentFlow.node.ts';
import { agentflow } from '../../../sandbox/agentflow/index.mts';
import type { Behaviour } from '../../../sandbox/agentflow/records.mts';
import type { Settings } from '../../../sandbox/agentflow/settings.mts';
import type { LoggedRequest } from '../../../sandbox/core/requestLog.mts';
import { executeNode, loadOptions, registerCredentialTypes } from '../../support/n8n.mts';
import type { ExecuteOptions, ExecuteResult } from '../../support/n8n.mts';
import type { CredentialStore } from '../../support/credentials.mts';
import { SandboxControl } from '../../support/sandbox.mts';

/** A run that is over at once. */
export const QUICK: Partial<Behaviour> = { durationMs: 0, deltaDelayMs: 0, deltas: 4 };
const INSTANT = { toolMs: 0, batchQueuedMs: 0, batchMs: 0, ingestMs: 0 };
const SET_UP = 'x-set-up';

export const node = new AgentFlow();
/** What n8n's own OAuth2 credential type has of what ours builds on. */
const oAuth2Api: ICredentialType = {
	name: 'oAuth2Api',
	displayName: 'OAuth2 API',
	properties: [
		{ displayName: 'Client ID', name: 'clientId', type: 'string', default: '' },
		{ displayName: 'Client Secret', name: 'clientSecret', type: 'string', default: '' },
	],
};
/** What the sandbox says a client needs to know. */
export let announced: Record<string, string>;
/** The sandbox's AgentFlow, asked by the test itself; such requests are not in `sent`. */
export let api: AxiosInstance;
export let control: SandboxControl;

/** Starts the sandbox before the tests of this file, and ends it after them. */
export function useSandbox(): void {
	let close: () => Promise<void>;

	beforeAll(async () => {
		registerCredentialTypes(new AgentFlowApi(), new AgentFlowOAuth2Api(), oAuth2Api);
		const running = await agentflow.start('127.0.0.1', 0);
		close = running.close;
		announced = Object.fromEntries(
			Object.entries(running.announce).map(([key, value]) => [key, String(value)]),
		);
		control = new SandboxControl(announced.baseUrl);
		api = axios.create({
			baseURL: `${announced.baseUrl}/api/v1`,
			headers: { authorization: `Bearer ${announced.accessToken}`, [SET_UP]: 'yes' },
		});
	});
	afterAll(async () => await close());
}

/** Back to the seed, and quick. */
export async function reset(): Promise<void> {
	await control.reset();
	await settings(INSTANT);
	for (const name of AGENTS) await behave(name, QUICK);
}

const AGENTS = [
	'MainAgent',
	'EmailsAgent',
	'TasksAgent',
	'MeetingsAgent',
	'ResearchAgent',
	'RecordsAgent',
	'SnowflakeAgent',
];

export async function settings(
	change: Omit<Partial<Settings>, 'sse'> & { sse?: Partial<Settings['sse']> },
): Promise<void> {
	await control.post('agentflow/settings', change);
}

/** How the runs of an agent go from now on. */
export async function behave(agent: string, change: Partial<Behaviour>): Promise<void> {
	await control.post(`agentflow/agents/${agent}/behaviour`, change);
}

interface SeenRun {
	call_id: string;
	conversation_id: string;
	message_id: string;
	name: string;
	requests: number;
	status: string;
	events: number;
}

/** The runs so far, oldest first, as the platform has them. */
export async function runs(messageId?: string): Promise<SeenRun[]> {
	const { data } = await axios.get(`${announced.baseUrl}/__sandbox/agentflow/runs`, {
		params: messageId === undefined ? {} : { message_id: messageId },
	});
	return data;
}

export const credentials = (changed: IDataObject = {}): CredentialStore => ({
	agentFlowApi: { baseUrl: announced.baseUrl, accessToken: announced.accessToken, ...changed },
});

/** The credential of a machine client. */
export const machine = (changed: IDataObject = {}): CredentialStore => {
	const { baseUrl, tenant, actingUser, clientId, clientSecret, audience, authDomain } = announced;
	return {
		agentFlowOAuth2Api: {
			...{ baseUrl, tenant, actingUser, clientId, clientSecret, audience, authDomain },
			...changed,
		},
	};
};

type Setting = Partial<Omit<ExecuteOptions, 'node' | 'parameters'>>;

/** Executes one operation of the node; answers all that came of it. */
export async function result(
	resource: string,
	operation: string,
	parameters: INodeParameters = {},
	setting: Setting = {},
): Promise<ExecuteResult> {
	return await executeNode({
		node,
		parameters: { resource, operation, ...parameters },
		credentials: credentials(),
		...setting,
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

/** The same, for the only item. */
export async function row(...call: Parameters<typeof result>): Promise<IDataObject> {
	const [only, ...others] = await rows(...call);
	if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} items`);
	return only;
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

/** The same, as lines such as `GET /api/v1/agents`. */
export async function sentLines(match = /./): Promise<string[]> {
	return (await sent(match)).map(({ method, path }) => `${method} ${path}`);
}

/** The picked entry of a resource locator. */
export const byId = (value: string): INodeParameters => ({ __rl: true, mode: 'id', value });

export const byName = (value: string): INodeParameters => ({ __rl: true, mode: 'name', value });

/** Agent: Send Message to an agent of this name, in a new conversation. */
export const message = (
	text: string,
	more: INodeParameters = {},
	agent = 'MainAgent',
): INodeParameters => ({ agent: byName(agent), message: text, ...more });

export async function agentId(name: string): Promise<string> {
	const { data } = await api.get('/agents');
	const list: Array<{ id: string; name: string }> = data.agents ?? data;
	return list.find((agent) => agent.name === name)?.id ?? '';
}

export async function newConversation(agent = 'MainAgent', title?: string): Promise<string> {
	const { data } = await api.post('/conversations', { agent_id: await agentId(agent), title });
	return data.conversation.id;
}

/** Uploads a file for a message; answers its id. */
export async function newAttachment(name: string, content: string): Promise<string> {
	const form = new FormData();
	form.set('file', new File([content], name, { type: 'text/plain' }));
	const body = new Response(form);
	const { data } = await api.post('/attachments', Buffer.from(await body.arrayBuffer()), {
		headers: { 'content-type': body.headers.get('content-type') ?? '' },
	});
	return data.id;
}

/** A conversation's messages as the platform has them. */
export async function messagesIn(conversation: string) {
	const { data } = await api.get(`/conversations/${conversation}/messages`);
	return data.messages as Array<{ id: string; role: string; content: string }>;
}

/** Makes what the node keeps of the instance's OpenAPI document too old to be used. */
export function forgetDocument(): void {
	later += 3_600_000;
	jest.spyOn(Date, 'now').mockImplementation(() => now() + later);
}

const now = Date.now;
let later = 0;

/** Looks again and again until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
	while (!(await isSo())) await sleep(20);
}

/** The approvals that are pending on the platform. */
export async function pendingApprovals() {
	const { data } = await api.get('/approvals/pending', { params: { page_size: 100 } });
	return data.approvals as Array<{ id: string; tool_name: string; conversation_id: string }>;
}

/** What the editor asks the node for while the form is being filled in. */
export async function pick(method: string, parameters: INodeParameters = {}, filter?: string) {
	const { results } = await loadOptions({
		node,
		kind: 'listSearch',
		method,
		parameters,
		filter,
		credentials: credentials(),
	});
	return results;
}

/** The fields the editor draws for what is picked in `parameters`. */
export async function drawn(method: string, parameters: INodeParameters) {
	return await loadOptions({
		node,
		kind: 'resourceMapping',
		method,
		parameters,
		credentials: credentials(),
	});
}
