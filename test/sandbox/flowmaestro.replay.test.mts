// Sends what was sent to FlowMaestro's unmodified backend, in the same order, to the stand-in, and
// compares every answer with the recorded one: status, content type and body, word for word but for
// what no two runs share (fresh ids, times, secrets, ports, seconds to wait, scores).
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import axios from 'axios';
import type { AxiosResponse, Method } from 'axios';
import { addEndedExecution } from '../../sandbox/flowmaestro/bulk.mts';
import { startFlowMaestro } from '../../sandbox/flowmaestro/index.mts';
import type { Definition, JsonObject } from '../../sandbox/flowmaestro/records.mts';
import {
	apiKey,
	KEYS,
	OWNER,
	OWNER_ELSEWHERE,
	TEAMMATE,
} from '../../sandbox/flowmaestro/seed/accounts.mts';
import { addAgent } from '../../sandbox/flowmaestro/seed/agents.mts';
import { addTrigger } from '../../sandbox/flowmaestro/seed/index.mts';
import { addWorkflow } from '../../sandbox/flowmaestro/seed/workflows.mts';
import { timestamp } from '../../sandbox/flowmaestro/store.mts';
import type { Store } from '../../sandbox/flowmaestro/store.mts';
import type { RunningPlatform } from '../../sandbox/platform.mts';

const ONBOARD = '33333333-3333-4333-8333-333333333331';
const EMPTY = '33333333-3333-4333-8333-333333333332';
const FRONTEND = '33333333-3333-4333-8333-333333333333';
const TRIGGER = '44444444-4444-4444-8444-444444444441';
const DISABLED_TRIGGER = '44444444-4444-4444-8444-444444444442';
const AGENT = '55555555-5555-4555-8555-555555555551';
const BASE = '66666666-6666-4666-8666-666666666661';
const USER = '11111111-1111-4111-8111-111111111111';
const MISSING = '99999999-9999-4999-8999-999999999999';
const TEAMMATES_WORKFLOW = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc';
const TEAMMATES_TRIGGER = 'cccccccc-cccc-4ccc-8ccc-ccccccccccc1';

const TWO_A_MINUTE = apiKey('TwoAMinute', { perMinute: 2 });
const ONE_A_DAY = apiKey('OneADay', { perDay: 1 });

/** Recorded exchanges that are not sent again. */
const LEFT_OUT: Record<string, string> = {
	'probe4 POST /webhooks/:triggerId (trigger_type manual!)':
		'an endpoint for callers of a workflow, outside of /api/v1; nothing here calls it',
	'probe4 disabled': 'the same endpoint',
	'probe4 404': 'the same endpoint',
};

// --- The recordings ---------------------------------------------------------------------------

interface Exchange {
	key: string;
	status: number;
	contentType: string;
	body: string;
}

const transcripts = Object.fromEntries(
	['probe1', 'probe2', 'probe3', 'probe4'].map((name) => {
		const file = new URL(`../contracts/flowmaestro-transcripts/${name}.txt`, import.meta.url);
		return [name, readFileSync(fileURLToPath(file), 'utf8').replaceAll('\r\n', '\n')];
	}),
);

/** Every `### title`, answer, `[HTTP status …]` of a transcript; titles met again get a number. */
function exchangesOf(name: string): Exchange[] {
	const met = new Map<string, number>();
	return transcript(name)
		.split(/^## /m)
		.flatMap((section) => {
			const title = /^([A-Z]+)\n/.exec(section)?.[1];
			return section
				.split(/^### /m)
				.slice(1)
				.flatMap((block) => {
					const framed = /^(.*)\n([^]*?)\n*\[HTTP (\d+) ct=([^\]]*?)(?: t=[\d.]+)?\]/.exec(block);
					if (!framed) return [];
					const [, heading = '', body = '', status, contentType = ''] = framed;
					const base = [name, title, heading].filter(Boolean).join(' ');
					const times = (met.get(base) ?? 0) + 1;
					met.set(base, times);
					const key = times === 1 ? base : `${base} #${times}`;
					return [{ key, status: Number(status), contentType, body }];
				});
		});
}

function transcript(name: string): string {
	const text = transcripts[name];
	if (text === undefined) throw new Error(`No transcript ${name}`);
	return text;
}

/** The text between two others of a transcript. */
function excerpt(name: string, from: string, to: string): string {
	const text = transcript(name);
	const start = text.indexOf(from);
	const end = text.indexOf(to, start);
	if (start < 0 || end < 0) throw new Error(`${name} has no "${from}" … "${to}"`);
	return text.slice(start + from.length, end);
}

/** Without what no two runs share. Ids of the recorded database, like 33333333-…, stay. */
function comparable(text: string): string {
	return text
		.replace(/\b([0-9a-f])(?!\1{7})[0-9a-f]{7}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uuid>')
		.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
		.replace(/whsec_[0-9a-f]{64}/g, '<secret>')
		.replace(/127\.0\.0\.1:\d+/g, '<receiver>')
		.replace(/"score":[\d.e-]+/g, '"score":"<number>"')
		.replace(/after \d+ seconds/g, 'after <number> seconds')
		.replace(/"retry_after":\d+/g, '"retry_after":"<number>"');
}

/** A body to compare; JSON regardless of the order of its fields. */
function comparableBody(body: string): unknown {
	const text = comparable(body);
	return text.startsWith('{') ? JSON.parse(text) : text;
}

// --- The recorded backend's database and workers ------------------------------------------------

let world: Store;
let running: RunningPlatform;
let baseUrl: string;
let receiver: Server;
let receiverUrl: string;

function fill(store: Store): void {
	world = store;
	for (const key of [KEYS.full, KEYS.readOnly, KEYS.expired, KEYS.revoked, KEYS.inactive]) {
		store.keys.set(key.key, { ...key });
	}
	for (const key of [TWO_A_MINUTE, ONE_A_DAY]) store.keys.set(key.key, { ...key });

	const perform = (inputs: JsonObject) => {
		const pace = { pendingMs: 30, durationMs: Number(inputs.__delay_ms ?? 120) };
		if (inputs.__fail) {
			return { ...pace, outcome: 'failed' as const, error: String(inputs.__fail) };
		}
		if (inputs.__pause) return { ...pace, outcome: 'paused' as const };
		return { ...pace, outcome: 'completed' as const, outputs: { echo: inputs } };
	};
	addWorkflow(store, {
		id: ONBOARD,
		name: 'Onboard',
		description: 'Customer onboarding',
		definition: onboarding(),
		perform,
	});
	addWorkflow(store, { id: EMPTY, name: 'Empty', definition: { nodes: {} } });
	addWorkflow(store, {
		id: FRONTEND,
		name: 'FrontendFormat',
		definition: { nodes: [{ type: 'output', name: 'Out', config: { value: '{{email}}' } }] },
		perform,
	});
	const trigger = { workflow_id: ONBOARD, trigger_count: 0 };
	addTrigger(store, { ...trigger, id: TRIGGER, name: 'Manual', trigger_type: 'manual' });
	addTrigger(store, {
		...trigger,
		id: DISABLED_TRIGGER,
		name: 'Disabled',
		trigger_type: 'schedule',
		enabled: false,
	});
	addAgent(store, {
		id: AGENT,
		name: 'Support',
		description: 'Helps',
		system_prompt: 'You help.',
		available_tools: [{ id: 't1', name: 'search', description: 'd', type: 'function' }],
		reply: (conversation) => {
			const content = conversation.at(-1)?.content ?? '';
			if (content === 'fail') return { outcome: 'failed', error: 'simulated agent failure' };
			if (content === 'slow') return { outcome: 'never' };
			return { outcome: 'completed', durationMs: 25, content: `Echo: ${content}` };
		},
	});
	addBase(BASE, 'Docs', 'Docs KB');
}

/** At first its output named a variable no input had; then the input got a name. */
function onboarding(inputName?: string): Definition {
	const config = { label: 'Email', description: 'Customer email', inputName };
	return {
		nodes: {
			in1: { type: 'input', name: 'input', config },
			out1: { type: 'output', name: 'output', config: { value: '{{email}}' } },
		},
	};
}

function addBase(id: string, name: string, description: string | null, owner = OWNER): void {
	const document = (number: number, chunks: number[]) => ({
		id: `77777777-7777-4777-8777-77777777777${number}`,
		name: number === 1 ? 'a.md' : 'b.md',
		chunks: chunks.map((chunk) => ({
			id: `88888888-8888-4888-8888-88888888888${chunk}`,
			content: `chunk ${chunk}`,
			metadata: { start_char: 0 },
		})),
	});
	const now = timestamp();
	world.knowledgeBases.set(id, {
		...owner,
		id,
		name,
		description,
		embedding_model: 'text-embedding-3-small',
		chunk_size: 1000,
		chunk_overlap: 200,
		documents: [document(1, [1, 0]), document(2, [2])],
		created_at: now,
		updated_at: now,
	});
}

function poisonRows(): string[] {
	return [...world.executions.values()]
		.filter(({ inputs }) => inputs === 'str')
		.map(({ id }) => id);
}

function record<T>(records: Map<string, T>, id: string): T {
	const found = records.get(id);
	if (!found) throw new Error(`No record ${id}`);
	return found;
}

/** What happened between the recorded sessions without being recorded. */
const BEFORE: Record<string, () => void> = {
	probe1: () => {},
	probe2: () => {
		record(world.workflows, ONBOARD).definition = onboarding('email');
		const definition = record(world.workflows, FRONTEND).definition;
		if (!Array.isArray(definition?.nodes)) throw new Error('Not the array format');
		definition.nodes.push({ type: 'input', name: 'In', config: { inputName: 'email' } });
	},
	probe3: () => {},
	probe4: () => {
		for (const id of poisonRows()) world.executions.delete(id);
		addWorkflow(world, {
			id: TEAMMATES_WORKFLOW,
			name: 'TeammateWF',
			owner: TEAMMATE,
			perform: (inputs) => ({ outcome: 'completed', durationMs: 50, outputs: { echo: inputs } }),
		});
		addTrigger(world, {
			id: TEAMMATES_TRIGGER,
			workflow_id: TEAMMATES_WORKFLOW,
			name: 'Team',
			trigger_type: 'manual',
		});
		addBase('66666666-6666-4666-8666-666666666662', 'MyKBOtherWorkspace', null, OWNER_ELSEWHERE);
	},
};

// --- Sending --------------------------------------------------------------------------------------

type Answer = AxiosResponse<string>;

interface Sending {
	/** As it goes over the wire; an object goes as JSON. */
	body?: unknown;
	headers?: Record<string, string>;
	/** Without it: the key with every scope. */
	key?: string;
}

async function send(method: Method, path: string, sending: Sending = {}): Promise<Answer> {
	const { body, headers = { 'X-API-Key': sending.key ?? KEYS.full.key } } = sending;
	const type = body === undefined || typeof body === 'string' ? {} : { 'Content-Type': JSON_TYPE };
	return await axios.request<string>({
		method,
		url: `${baseUrl}${path}`,
		data: typeof body === 'string' ? body : body && JSON.stringify(body),
		headers: { ...type, ...headers },
		responseType: 'text',
		transformRequest: (data) => data,
		transformResponse: (data) => data,
		validateStatus: () => true,
	});
}

const JSON_TYPE = 'application/json';
const v1 = '/api/v1';
const get = async (path: string, sending?: Sending) => await send('GET', v1 + path, sending);
const post = async (path: string, body?: unknown) => await send('POST', v1 + path, { body });
const patch = async (path: string, body: unknown) => await send('PATCH', v1 + path, { body });
const remove = async (path: string) => await send('DELETE', v1 + path);

/** Posts a text with this content type, or with none. */
const postText = async (path: string, body: string, contentType?: string) =>
	await send('POST', v1 + path, {
		body,
		headers: {
			'X-API-Key': KEYS.full.key,
			...(contentType && { 'Content-Type': contentType }),
		},
	});

const field = (answer: Answer, name: string): string => {
	const value: unknown = JSON.parse(answer.data).data[name];
	if (typeof value !== 'string') throw new Error(`No ${name} in ${answer.data}`);
	return value;
};

async function until(id: string, status: string): Promise<void> {
	while (record(world.executions, id).status !== status) await sleep(10);
}

/** Ids that later requests need. */
const ids: Record<string, string> = {};
const known = (name: string): string => {
	const id = ids[name];
	if (id === undefined) throw new Error(`${name} is not known yet`);
	return id;
};

async function execute(name: string, inputs: JsonObject, status: string): Promise<string> {
	const id = field(await post(`/workflows/${ONBOARD}/execute`, { inputs }), 'execution_id');
	ids[name] = id;
	await until(id, status);
	return id;
}

const executeOnboard = `/workflows/${ONBOARD}/execute`;
const executions = {
	'exec no body, no ct': () => post(executeOnboard),
	'exec empty body w/ ct': () => postText(executeOnboard, '', JSON_TYPE),
	'exec text/plain': () => postText(executeOnboard, 'hello', 'text/plain'),
	'exec inputs string': () => post(executeOnboard, { inputs: 'str' }),
	'exec inputs array': () => post(executeOnboard, { inputs: [1] }),
	'exec frontend fmt': () => post(`/workflows/${FRONTEND}/execute`),
};

/** The request of every recorded exchange. Most titles say all there is to it. */
const requests: Record<string, () => Promise<Answer>> = {
	...prefixed('probe1 AUTH', {
		'no key': () => get('/workflows', { headers: {} }),
		'bearer ok': () =>
			get('/workflows?per_page=1', { headers: { Authorization: `Bearer ${KEYS.full.key}` } }),
		'bearer non fm_live': () =>
			get('/workflows', { headers: { Authorization: 'Bearer something' } }),
		'x-api-key fm_test': () => get('/workflows', { key: `fm_test_${'0'.repeat(32)}` }),
		'x-api-key unknown': () => get('/workflows', { key: `fm_live_${'9'.repeat(32)}` }),
		expired: () => get('/workflows', { key: KEYS.expired.key }),
		revoked: () => get('/workflows', { key: KEYS.revoked.key }),
		inactive: () => get('/workflows', { key: KEYS.inactive.key }),
		scope: () => send('POST', v1 + executeOnboard, { body: {}, key: KEYS.readOnly.key }),
	}),
	...prefixed(
		'probe1 PAGINATION',
		Object.fromEntries(
			[
				'page=0&per_page=0',
				'page=-3&per_page=500',
				'page=abc&per_page=xyz',
				'page=2&per_page=2',
				'page=99',
				'page=1.9&per_page=2.7',
				'page=1&page=2',
			].map((query) => [`wf ${query}`, () => get(`/workflows?${query}`)]),
		),
	),
	...prefixed('probe1 WORKFLOWS', {
		list: () => get('/workflows'),
		'list trailing slash': () => get('/workflows/'),
		get: () => get(`/workflows/${ONBOARD}`),
		'get frontend fmt': () => get(`/workflows/${FRONTEND}`),
		'get 404': () => get(`/workflows/${MISSING}`),
		'get non-uuid': () => get('/workflows/wf_123'),
		exec: () => post(executeOnboard, { inputs: { email: 'a@b.c' } }),
		...executions,
		'exec bad json': () => postText(executeOnboard, '{bad', JSON_TYPE),
		'exec form': () => postText(executeOnboard, 'a=1', 'application/x-www-form-urlencoded'),
		'exec missing required input': () => post(executeOnboard, { inputs: {} }),
		'exec invalid wf': () => post(`/workflows/${EMPTY}/execute`),
		'exec 404': () => post(`/workflows/${MISSING}/execute`),
		'exec non-uuid': () => post('/workflows/wf_1/execute'),
		'unknown route': () => get('/nope'),
		'unknown route no key': () => get('/nope', { headers: {} }),
		'docs base /v1': () => send('GET', '/v1/workflows'),
		'PUT workflow': () => send('PUT', `${v1}/workflows/${ONBOARD}`, { body: {} }),
		HEAD: () => send('HEAD', `${v1}/workflows`),
	}),
	...prefixed('probe2 EXECUTE', {
		exec: () => post(executeOnboard, { inputs: { email: 'a@b.c' } }),
		...executions,
	}),
	...prefixed('probe2 EXECUTIONS', {
		'get pending/running': async () =>
			await get(`/executions/${await execute('completed', { email: 'x' }, 'running')}`),
		'get completed': async () => {
			await until(known('completed'), 'completed');
			return await get(`/executions/${known('completed')}`);
		},
		'get failed': async () =>
			await get(`/executions/${await execute('failed', { __fail: 'boom' }, 'failed')}`),
		'get running': async () =>
			await get(`/executions/${await execute('cancelled', { __delay_ms: 60000 }, 'running')}`),
		cancel: () => post(`/executions/${known('cancelled')}/cancel`),
		'get cancelled': () => get(`/executions/${known('cancelled')}`),
		'cancel again': () => post(`/executions/${known('cancelled')}/cancel`),
		'get paused': async () =>
			await get(`/executions/${await execute('paused', { __pause: 1 }, 'paused')}`),
		'cancel paused': () => post(`/executions/${known('paused')}/cancel`),
		'cancel 404': () => post(`/executions/${MISSING}/cancel`),
		'cancel non-uuid': () => post('/executions/abc/cancel'),
		'cancel w/ json ct no body': () => postText(`/executions/${MISSING}/cancel`, '', JSON_TYPE),
		'get 404': () => get(`/executions/${MISSING}`),
		'get non-uuid': () => get('/executions/abc'),
		'list p1 pp2': () => get('/executions?page=1&per_page=2'),
		'list p2 pp2': () => get('/executions?page=2&per_page=2'),
		'list p3 pp2': () => get('/executions?page=3&per_page=2'),
		'list wf p1 pp2': () => get(`/executions?workflow_id=${ONBOARD}&page=1&per_page=2`),
		'list wf+status failed pp2 page1': () =>
			get(`/executions?workflow_id=${ONBOARD}&status=failed&page=1&per_page=2`),
		'list wf+status failed pp100': () =>
			get(`/executions?workflow_id=${ONBOARD}&status=failed&per_page=100`),
		'list status failed': () => get('/executions?status=failed&per_page=1'),
		'list status bogus': () => get('/executions?status=bogus'),
		'list wf unknown': () => get(`/executions?workflow_id=${MISSING}`),
		'list wf non-uuid': () => get('/executions?workflow_id=abc'),
	}),
	...prefixed('probe2 SSE', {
		'sse 404': () => get(`/executions/${MISSING}/events`),
		'sse non-uuid': () => get('/executions/abc/events'),
	}),
	...prefixed('probe3 AGENTS', {
		list: () => get('/agents'),
		get: () => get(`/agents/${AGENT}`),
		'404': () => get(`/agents/${MISSING}`),
		nonuuid: () => get('/agents/x'),
		'create thread w/ metadata+title': () =>
			post(`/agents/${AGENT}/threads`, { metadata: { a: 1 }, title: 'T' }),
		'create thread no body': () => post(`/agents/${AGENT}/threads`),
		'create thread 404': () => post(`/agents/${MISSING}/threads`),
	}),
	...prefixed('probe3 THREADS', {
		get: async () => {
			ids.thread = field(await post(`/agents/${AGENT}/threads`), 'id');
			return await get(`/threads/${ids.thread}`);
		},
		'list (no route)': () => get('/threads'),
		'agent threads list (no route)': () => get(`/agents/${AGENT}/threads`),
		'messages empty': () => get(`/threads/${known('thread')}/messages`),
		send: () => say({ content: 'hello' }),
		messages: () => get(`/threads/${known('thread')}/messages?page=2&per_page=1`),
		'get after': () => get(`/threads/${known('thread')}`),
		'send empty': () => say({ content: '' }),
		// Recorded is the answer to an empty text: blanks alone are a message for the backend.
		'send ws only': () => say({ content: '' }),
		'send no body': () => say(),
		'send stream': () => say({ content: 'hello', stream: true }),
		"send stream 'false' string": () => say({ content: 'hello', stream: 'false' }),
		'send fail': () => say({ content: 'fail' }),
		'send timeout 2000': () => say({ content: 'slow', timeout: 2000 }),
		'send timeout 0': () => say({ content: 'slow', timeout: 0 }),
		'send 404': () => post(`/threads/${MISSING}/messages`, { content: 'hello' }),
		// The recorded path is compared, too, in the message: its thread's id is a fresh one.
		'events (no route)': () => get(`/threads/${known('thread')}/events`),
		delete: () => remove(`/threads/${known('thread')}`),
		'delete w/ json ct no body': () =>
			send('DELETE', `${v1}/threads/${known('thread')}`, {
				body: '',
				headers: { 'X-API-Key': KEYS.full.key, 'Content-Type': JSON_TYPE },
			}),
		'get deleted': () => get(`/threads/${known('thread')}`),
	}),
	...prefixed('probe3 TRIGGERS', {
		list: () => get('/triggers'),
		'list workflow_id filter ignored': () => get(`/triggers?workflow_id=${MISSING}&per_page=1`),
		'get one (no route)': () => get(`/triggers/${TRIGGER}`),
		exec: () => post(`/triggers/${TRIGGER}/execute`, { inputs: { a: 1 } }),
		'exec nobody': () => post(`/triggers/${TRIGGER}/execute`),
		'exec disabled': () => post(`/triggers/${DISABLED_TRIGGER}/execute`),
		'exec 404': () => post(`/triggers/${MISSING}/execute`),
		'exec nonuuid': () => post('/triggers/abc/execute'),
	}),
	...prefixed('probe3 KB', {
		list: () => get('/knowledge-bases'),
		get: () => get(`/knowledge-bases/${BASE}`),
		'404': () => get(`/knowledge-bases/${MISSING}`),
		'query none': () => post(`/knowledge-bases/${BASE}/query`, {}),
		query: () => query({}),
		'query top_k 2': () => query({ top_k: 2 }),
		'query top_k 0': () => query({ top_k: 0 }),
		'query top_k -1': () => query({ top_k: -1 }),
		'query top_k 50': () => query({ top_k: 50 }),
		"query top_k '3'": () => query({ top_k: '3' }),
		'query top_k abc': () => query({ top_k: 'abc' }),
		'query top_k 1.5': () => query({ top_k: 1.5 }),
		'query top_k null': () => query({ top_k: null }),
		'query 404': () => post(`/knowledge-bases/${MISSING}/query`, { query: 'q' }),
	}),
	...prefixed('probe3 MEMORY', {
		list: () => get(`/agents/${AGENT}/memory`),
		'get none': () => get(`/agents/${AGENT}/memory/${MISSING}`),
		put: () => remember({ working_memory: 'likes tea', metadata: { k: 1 } }),
		'put bad': () => remember({ working_memory: ' ' }),
		get: () => get(`/agents/${AGENT}/memory/${USER}`),
		'list #2': () => get(`/agents/${AGENT}/memory`),
		stats: () => get(`/agents/${AGENT}/memory/stats`),
		search: () => post(`/agents/${AGENT}/memory/search`, { query: 'tea' }),
		'search bad': () => post(`/agents/${AGENT}/memory/search`, {}),
		del: () => remove(`/agents/${AGENT}/memory/${USER}`),
	}),
	...prefixed('probe3 WEBHOOKS', {
		'create none': () => post('/webhooks', {}),
		'create no url': () => post('/webhooks', { name: 'n' }),
		'create bad url': () => post('/webhooks', { name: 'n', url: 'nope' }),
		'create no events': () => post('/webhooks', { name: 'n', url: 'http://x/y', events: [] }),
		'create bad events': () =>
			post('/webhooks', { name: 'n', url: 'http://x/y', events: ['workflow.started'] }),
		'create ftp url': () =>
			post('/webhooks', { name: 'n', url: 'ftp://x/y', events: ['execution.failed'] }),
		create: () =>
			post('/webhooks', {
				name: 'n8n',
				url: `${receiverUrl}/hook?code=200`,
				events: ['execution.completed', 'execution.failed'],
				headers: { 'X-My': '1' },
			}),
		list: async () => {
			const url = `${receiverUrl}/hook2?code=200`;
			const second = { name: 'n2', url, events: ['execution.completed'] };
			ids.webhook = field(await post('/webhooks', second), 'id');
			return await get('/webhooks?per_page=2');
		},
		get: () => get(`/webhooks/${known('webhook')}`),
		'get nonuuid': () => get('/webhooks/abc'),
		patch: () => patch(`/webhooks/${known('webhook')}`, { name: 'n3', is_active: false }),
		'patch empty': () => patch(`/webhooks/${known('webhook')}`, {}),
		'patch events []': () => patch(`/webhooks/${known('webhook')}`, { events: [] }),
		'patch bad ev': () => patch(`/webhooks/${known('webhook')}`, { events: ['x'] }),
		'test (inactive)': () => post(`/webhooks/${known('webhook')}/test`),
		'deliveries after test': () => get(`/webhooks/${known('webhook')}/deliveries`),
		'test 500': () => testAt(`${receiverUrl}/hook?code=500`),
		'test conn refused': () => testAt('http://127.0.0.1:1/nobody'),
		delete: () => remove(`/webhooks/${known('webhook')}`),
		'delete again': () => remove(`/webhooks/${known('webhook')}`),
		'get deleted': () => get(`/webhooks/${known('webhook')}`),
	}),
	...prefixed('probe4', {
		'get teammate wf (same workspace, other user)': () => get(`/workflows/${TEAMMATES_WORKFLOW}`),
		'execute teammate wf': () => post(`/workflows/${TEAMMATES_WORKFLOW}/execute`),
		'execute teammate trigger': async () => {
			const answer = await post(`/triggers/${TEAMMATES_TRIGGER}/execute`);
			ids.teammates = field(answer, 'execution_id');
			return answer;
		},
		'get that execution': () => get(`/executions/${known('teammates')}`),
		'list executions of that wf': async () => {
			await until(known('teammates'), 'completed');
			return await get(`/executions?workflow_id=${TEAMMATES_WORKFLOW}`);
		},
		'list executions after another tenant ran 30 newer ones (page 1)': async () => {
			for (let number = 0; number < 30; number += 1) {
				addEndedExecution(world, Date.now() + 1000, { workflow_id: MISSING });
			}
			return await get('/executions');
		},
		'1.1MB body': () => post(executeOnboard, { inputs: { text: 'x'.repeat(1.1e6) } }),
	}),
};

function prefixed(prefix: string, table: Record<string, () => Promise<Answer>>) {
	return Object.fromEntries(
		Object.entries(table).map(([title, request]) => [`${prefix} ${title}`, request]),
	);
}

async function say(body?: unknown): Promise<Answer> {
	return await post(`/threads/${known('thread')}/messages`, body);
}

async function query(options: JsonObject): Promise<Answer> {
	return await post(`/knowledge-bases/${BASE}/query`, { query: 'q', ...options });
}

async function remember(body: JsonObject): Promise<Answer> {
	return await send('PUT', `${v1}/agents/${AGENT}/memory/${USER}`, { body });
}

async function testAt(url: string): Promise<Answer> {
	await patch(`/webhooks/${known('webhook')}`, { url });
	return await post(`/webhooks/${known('webhook')}/test`);
}

// --- Comparing ------------------------------------------------------------------------------------

beforeAll(async () => {
	running = await startFlowMaestro(fill, '127.0.0.1', 0);
	baseUrl = String(running.announce.baseUrl);
	receiver = createServer((request, response) => {
		const code = new URL(request.url ?? '/', 'http://receiver').searchParams.get('code');
		response.writeHead(Number(code)).end();
	});
	await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
	const { port } = receiver.address() as AddressInfo;
	receiverUrl = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
	await running.close();
	receiver.closeAllConnections();
	receiver.close();
});

const recorded = Object.keys(transcripts).flatMap(exchangesOf);

test('every recorded exchange is sent again or left out for a reason', () => {
	const all = recorded.map(({ key }) => key);
	expect(all).toHaveLength(163);
	expect(new Set(all).size).toBe(all.length);
	expect([...Object.keys(requests), ...Object.keys(LEFT_OUT)].sort()).toEqual(all.sort());
});

for (const name of Object.keys(transcripts)) {
	test(`${name}: before its first request`, () => BEFORE[name]?.());

	for (const { key, status, contentType, body } of exchangesOf(name)) {
		const request = requests[key];
		if (request) {
			test(key, async () => {
				const answer = await request();
				expect(answer.status).toBe(status);
				expect(answer.headers['content-type']).toBe(contentType);
				if (body.startsWith('HTTP/1.1')) expectHeaders(answer, body);
				else expect(comparableBody(answer.data)).toEqual(comparableBody(body));
			});
		}
	}
	if (name === 'probe1') test('probe1 RATE: five calls of two keys', replayRates);
	if (name === 'probe2') test('probe2 SSE: three ended executions and a live one', replayStreams);
	if (name === 'probe4') test('probe4: lines that sum up an answer', replaySummaries);
}

/** Headers only a browser asks for, and those of the connection, are not compared. */
function expectHeaders(answer: Answer, recordedHead: string): void {
	const names = [...recordedHead.matchAll(/^(x-[\w-]+|content-[\w-]+):/gm)].map(([, name]) => name);
	expect(names).toHaveLength(9);
	expect(Object.keys(answer.headers)).toEqual(expect.arrayContaining(names));
	const length = /content-length: (\d+)/.exec(recordedHead)?.[1];
	expect(answer.headers['content-length']).toBe(length);
}

async function replayRates(): Promise<void> {
	const heads = excerpt('probe1', '## RATE\n', '## PAGINATION').split(/(?=^HTTP\/1\.1 )/m);
	const keys = [TWO_A_MINUTE, TWO_A_MINUTE, TWO_A_MINUTE, ONE_A_DAY, ONE_A_DAY];
	expect(heads).toHaveLength(keys.length);
	// Not over the end of a minute: the counts would begin anew.
	const left = 60_000 - (Date.now() % 60_000);
	if (left < 2000) await sleep(left);

	for (const [index, head] of heads.entries()) {
		const answer = await get('/workflows', { key: keys[index]?.key ?? '' });
		expect(String(answer.status)).toBe(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
		const changing = ['x-ratelimit-reset', 'retry-after'];
		for (const [, name = '', value] of head.matchAll(/^([a-z-]+): (\d+)$/gm)) {
			if (changing.includes(name)) expect(answer.headers[name]).toMatch(/^\d+$/);
			else expect([name, answer.headers[name]]).toEqual([name, value]);
		}
		expect('retry-after' in answer.headers).toBe(/^retry-after/m.test(head));
		const body = /^\{.*$/m.exec(head)?.[0];
		if (body) expect(comparableBody(answer.data)).toEqual(comparableBody(body));
	}
}

async function replayStreams(): Promise<void> {
	const head = excerpt('probe2', 'completed:\n', '\n\n');
	for (const status of ['completed', 'failed', 'cancelled']) {
		const answer = await get(`/executions/${known(status)}/events`);
		expectStreamHeaders(answer, head);
		const next = { completed: 'failed:', failed: 'cancelled:', cancelled: 'live ' }[status] ?? '';
		const block = excerpt('probe2', `\n${status}:\n`, `\n${next}`);
		const frame = block.slice(block.indexOf('event:'));
		expect(comparable(answer.data)).toBe(comparable(`${frame}\n`));
	}

	const id = await execute('live', { __delay_ms: 300 }, 'running');
	const stream = await axios.get<AsyncIterable<Buffer>>(`${baseUrl}${v1}/executions/${id}/events`, {
		headers: { 'X-API-Key': KEYS.full.key },
		responseType: 'stream',
		signal: AbortSignal.timeout(1500),
	});
	let received = '';
	await expect(
		(async () => {
			for await (const chunk of stream.data) received += String(chunk);
		})(),
	).rejects.toThrow();
	const frames = excerpt('probe2', '(expect only connected):\n', '\n[curl');
	expect(comparable(received)).toBe(comparable(frames));
	expect(field(await get(`/executions/${id}`), 'status')).toBe('completed');
}

function expectStreamHeaders(answer: Answer, head: string): void {
	expect(answer.status).toBe(200);
	for (const name of ['Content-Type', 'Cache-Control', 'X-Accel-Buffering']) {
		const value = new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1];
		expect(answer.headers[name.toLowerCase()]).toBe(value);
	}
	expect(head).not.toMatch(/x-request-id|x-ratelimit/i);
	expect(Object.keys(answer.headers).join()).not.toMatch(/x-request-id|x-trace-id|x-ratelimit/);
}

async function replaySummaries(): Promise<void> {
	const names = async (path: string) =>
		(JSON.parse((await get(path)).data).data as Array<{ name: string }>).map(({ name }) => name);
	const list = (text: string) => JSON.parse(text.replaceAll("'", '"'));
	expect(await names('/workflows')).toEqual(
		list(excerpt('probe4', 'workflow names listed: ', '\n')),
	);
	expect(await names('/knowledge-bases')).toEqual(list(excerpt('probe4', 'KBs: ', '\n')));

	// Requests that were not recorded had made the workspace's executions 18.
	const own = [...world.executions.values()].filter(({ workflow_id }) => workflow_id !== MISSING);
	for (let missing = 18 - own.length; missing > 0; missing -= 1) {
		addEndedExecution(world, Date.now(), { workflow_id: ONBOARD });
	}
	for (const [label, path] of [
		['page2 count: ', '/executions?page=2'],
		['page1 per_page=100: ', '/executions?per_page=100'],
	]) {
		const [, count, pagination = ''] =
			/^(\d+) (\{.*)$/.exec(excerpt('probe4', label ?? '', '\n')) ?? [];
		const answer = JSON.parse((await get(path ?? '')).data);
		expect(answer.data).toHaveLength(Number(count));
		const python = pagination.replaceAll('False', 'false').replaceAll('True', 'true');
		expect(answer.pagination).toEqual(list(python));
	}

	const sent = { 'X-API-Key': KEYS.full.key, 'X-Request-ID': 'my-req-1' };
	const answer = await get('/workflows', { headers: sent });
	expect(transcript('probe4')).toContain(`x-request-id: ${answer.headers['x-request-id']}\n`);
	expect(JSON.parse(answer.data).meta.request_id).not.toBe('my-req-1');
}
