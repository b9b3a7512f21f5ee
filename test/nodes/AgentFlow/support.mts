// What the tests of the AgentFlow nodes share: a sandbox of their own, what a test puts into it, and
// the node on a canvas with a credential for it.
import { afterAll, beforeAll, jest } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type { ICredentialType, IDataObject, INodeParameters } from 'n8n-workflow';
import { AgentFlowApi } from '../../../credentials/AgentFlowApi.credentials.ts';
import { AgentFlowOAuth2Api } from '../../../credentials/AgentFlowOAuth2Api.credentials.ts';
import { AgentFlow } from '../../../nodes/AgentFlow/AgentFlow.node.ts';
import { agentflow } from '../../../sandbox/agentflow/index.mts';
import type { Behaviour } from '../../../sandbox/agentflow/records.mts';
import type { Settings } from '../../../sandbox/agentflow/settings.mts';
import { byName, onCanvas, SET_UP } from '../../support/canvas.mts';
import { registerCredentialTypes } from '../../support/n8n.mts';
import type { CredentialStore } from '../../support/credentials.mts';
import { SandboxControl } from '../../support/sandbox.mts';

export { byId, byName, failureOf, until } from '../../support/canvas.mts';

/** A run that is over at once. */
export const QUICK: Partial<Behaviour> = { durationMs: 0, deltaDelayMs: 0, deltas: 4 };
const INSTANT = { toolMs: 0, batchQueuedMs: 0, batchMs: 0, ingestMs: 0 };

export const node = new AgentFlow();
/** What n8n's own OAuth2 credential type has of what ours builds on. */
export const oAuth2Api: ICredentialType = {
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

export const { result, execute, rows, row, sent, sentLines, offered, drawn } = onCanvas({
	node,
	credentials,
	control: () => control,
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

/** The approvals that are pending on the platform. */
export async function pendingApprovals() {
	const { data } = await api.get('/approvals/pending', { params: { page_size: 100 } });
	return data.approvals as Array<{ id: string; tool_name: string; conversation_id: string }>;
}
