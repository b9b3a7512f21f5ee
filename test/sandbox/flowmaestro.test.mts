// The FlowMaestro stand-in against docs/contracts/flowmaestro.md: every route, the findings of its
// section 0, and the control routes. Webhooks have a file of their own.
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	jest,
	test,
} from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { flowmaestro } from '../../sandbox/flowmaestro/index.mts';
import { KEYS } from '../../sandbox/flowmaestro/seed/accounts.mts';
import { AGENTS } from '../../sandbox/flowmaestro/seed/agents.mts';
import { TRIGGERS } from '../../sandbox/flowmaestro/seed/index.mts';
import { KNOWLEDGE_BASES } from '../../sandbox/flowmaestro/seed/knowledgeBases.mts';
import { NOTE, WORKFLOWS } from '../../sandbox/flowmaestro/seed/workflows.mts';
import type { RunningPlatform } from '../../sandbox/platform.mts';
import { SandboxControl } from '../support/sandbox.mts';

type Json = Record<string, unknown>;

const USER = '11111111-1111-4111-8111-111111111111';
const MISSING = '99999999-9999-4999-8999-999999999999';

let running: RunningPlatform;
let baseUrl: string;
let http: AxiosInstance;
let control: SandboxControl;

beforeAll(async () => {
	running = await flowmaestro.start('127.0.0.1', 0);
	baseUrl = String(running.announce.baseUrl);
	http = as(KEYS.full.key);
	control = new SandboxControl(baseUrl);
});
beforeEach(async () => await control.reset());
afterEach(() => {
	jest.useRealTimers();
});
afterAll(async () => await running.close());

function as(key?: string): AxiosInstance {
	return axios.create({
		baseURL: `${baseUrl}/api/v1`,
		headers: key === undefined ? {} : { 'X-API-Key': key },
		validateStatus: () => true,
	});
}

const steer = async <T = Json,>(path: string, body?: Json) =>
	await control.post<T>(`flowmaestro/${path}`, body);

async function execute(workflow: string, inputs?: unknown): Promise<string> {
	const { data } = await http.post(`/workflows/${workflow}/execute`, { inputs });
	return data.data.execution_id;
}

async function executionOf(id: string): Promise<Json> {
	return (await http.get(`/executions/${id}`)).data.data;
}

async function reached(id: string, status: string): Promise<Json> {
	for (;;) {
		const execution = await executionOf(id);
		if (execution.status === status) return execution;
		await sleep(20);
	}
}

async function newThread(agent: string): Promise<string> {
	return (await http.post(`/agents/${agent}/threads`)).data.data.id;
}

/** Only `Date` stands still: everything else goes on. */
function stopClock(now: string): void {
	jest.useFakeTimers({
		now: new Date(now),
		doNotFake: [
			'hrtime',
			'nextTick',
			'performance',
			'queueMicrotask',
			'setImmediate',
			'clearImmediate',
			'setInterval',
			'clearInterval',
			'setTimeout',
			'clearTimeout',
		],
	});
}

// --- Routes ---------------------------------------------------------------------------------------

interface Route {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** `:id` stands where an id goes. */
	path: string;
	scopes: string[];
	ok: number;
	/** An id of the seed; a function makes one. */
	id?: string | (() => Promise<string>);
	body?: Json;
}

const message = { content: 'Hello' };
const webhook = { name: 'n', url: 'http://127.0.0.1:1/', events: ['execution.completed'] };
const aThread = () => newThread(AGENTS.listener);
const aWebhook = async () => (await http.post('/webhooks', webhook)).data.data.id as string;
const aRunning = () => execute(WORKFLOWS.leadScoring, {});
const aMemory = async () => {
	await http.put(`/agents/${AGENTS.listener}/memory/${USER}`, { working_memory: 'tea' });
	return AGENTS.listener;
};

/** Section 3 of the contract, in its order. */
const routes: Route[] = [
	route('GET', '/workflows', 200, 'workflows:read'),
	route('GET', '/workflows/:id', 200, 'workflows:read', WORKFLOWS.leadScoring),
	route(
		'POST',
		'/workflows/:id/execute',
		202,
		'workflows:read workflows:execute',
		WORKFLOWS.leadScoring,
	),
	route('GET', '/executions', 200, 'executions:read'),
	route('GET', '/executions/:id', 200, 'executions:read', aRunning),
	route('POST', '/executions/:id/cancel', 200, 'executions:read executions:cancel', aRunning),
	route('GET', '/executions/:id/events', 200, 'executions:read', async () => {
		const id = await aRunning();
		await steer(`executions/${id}`, { status: 'completed' });
		return id;
	}),
	route('GET', '/agents', 200, 'agents:read'),
	route('GET', '/agents/:id', 200, 'agents:read', AGENTS.support),
	route('POST', '/agents/:id/threads', 201, 'agents:read threads:write', AGENTS.support),
	route('GET', '/agents/:id/memory', 200, 'agents:read', AGENTS.support),
	route('GET', `/agents/:id/memory/${USER}`, 200, 'agents:read', aMemory),
	route('PUT', `/agents/:id/memory/${USER}`, 200, 'agents:read', AGENTS.support, {
		working_memory: 'tea',
	}),
	route('DELETE', `/agents/:id/memory/${USER}`, 200, 'agents:read', aMemory),
	route('POST', '/agents/:id/memory/search', 200, 'agents:read', AGENTS.support, { query: 'tea' }),
	route('GET', '/agents/:id/memory/stats', 200, 'agents:read', AGENTS.support),
	route('GET', '/threads/:id', 200, 'threads:read', aThread),
	route('GET', '/threads/:id/messages', 200, 'threads:read', aThread),
	route('DELETE', '/threads/:id', 200, 'threads:write', aThread),
	route('POST', '/threads/:id/messages', 200, 'agents:execute threads:write', aThread, message),
	route('GET', '/triggers', 200, 'triggers:read'),
	route('POST', '/triggers/:id/execute', 202, 'triggers:read triggers:execute', TRIGGERS.leads),
	route('GET', '/knowledge-bases', 200, 'knowledge-bases:read'),
	route('GET', '/knowledge-bases/:id', 200, 'knowledge-bases:read', KNOWLEDGE_BASES.handbook),
	route(
		'POST',
		'/knowledge-bases/:id/query',
		200,
		'knowledge-bases:read knowledge-bases:query',
		KNOWLEDGE_BASES.handbook,
		{ query: 'refund' },
	),
	route('GET', '/webhooks', 200, 'webhooks:read'),
	route('GET', '/webhooks/:id', 200, 'webhooks:read', aWebhook),
	route('POST', '/webhooks', 201, 'webhooks:write', undefined, webhook),
	route('PATCH', '/webhooks/:id', 200, 'webhooks:write', aWebhook, { name: 'm' }),
	route('DELETE', '/webhooks/:id', 200, 'webhooks:write', aWebhook),
	route('POST', '/webhooks/:id/test', 200, 'webhooks:write', aWebhook),
	route('GET', '/webhooks/:id/deliveries', 200, 'webhooks:read', aWebhook),
];

function route(
	method: Route['method'],
	path: string,
	ok: number,
	scopes: string,
	id?: Route['id'],
	body?: Json,
): Route {
	return { method, path, ok, scopes: scopes.split(' '), id, body };
}

async function ask(client: AxiosInstance, { method, path, body }: Route, id = MISSING) {
	return await client.request({ method, url: path.replace(':id', id), data: body });
}

test('there are 32 routes', () => expect(routes).toHaveLength(32));

describe.each(routes.map((one) => [`${one.method} ${one.path}`, one] as const))(
	'%s',
	(_name, one) => {
		test(`answers ${one.ok}`, async () => {
			const id = typeof one.id === 'function' ? await one.id() : one.id;
			const answer = await ask(http, one, id);
			expect(answer.status).toBe(one.ok);
			if (one.path.endsWith('/events')) return;
			const list = ['pagination'].filter((name) => name in answer.data);
			expect(Object.keys(answer.data)).toEqual(['data', ...list, 'meta']);
			expect(Object.keys(answer.data.meta)).toEqual(['request_id', 'timestamp']);
			expect(Array.isArray(answer.data.data)).toBe(list.length === 1);
		});

		test('wants a key and its scopes', async () => {
			expect((await ask(as(), one)).status).toBe(401);
			// Between them, the two bundles lack each scope once.
			const poor = [KEYS.agentExecutor, KEYS.workflowExecutor, KEYS.knowledgeBaseReader].find(
				({ scopes }) => !scopes.some((scope) => one.scopes.includes(scope)),
			);
			const { status, data } = await ask(as(poor?.key), one);
			expect([status, data.error]).toEqual([
				403,
				{
					code: 'insufficient_scope',
					message: `Missing required scopes: ${one.scopes.join(', ')}`,
					details: {
						required_scopes: one.scopes,
						missing_scopes: one.scopes,
						your_scopes: poor?.scopes,
					},
				},
			]);
		});

		if (one.id !== undefined) {
			test('answers 404 for an unknown id, and as its table says for one that is no UUID', async () => {
				const unknown = await ask(http, one);
				expect([unknown.status, unknown.data.error.code]).toEqual([404, 'resource_not_found']);

				const { status, data } = await ask(http, one, 'wf_abc123');
				const complaint = 'invalid input syntax for type uuid: "wf_abc123"';
				expect(status).toBe(500);
				if (/(workflows|triggers)\/:id\/execute/.test(one.path)) {
					expect(data.error).toEqual({ code: 'execution_failed', message: complaint });
				} else if (one.path.endsWith('/cancel')) {
					expect(data.error).toEqual({ code: 'internal_error', message: complaint });
				} else {
					expect(data).toEqual({
						statusCode: 500,
						code: '22P02',
						error: 'Internal Server Error',
						message: complaint,
					});
				}
			});
		}
	},
);

test.each([
	['GET', '/threads'],
	['GET', `/agents/${AGENTS.support}/threads`],
	['GET', `/threads/${MISSING}/events`],
	['GET', `/threads/${MISSING}/stream`],
	['GET', `/triggers/${TRIGGERS.leads}`],
	['POST', '/workflows'],
	['DELETE', `/executions/${MISSING}`],
	['POST', `/executions/${MISSING}/retry`],
])('%s %s is not routed', async (method, url) => {
	const { status, data } = await as().request({ method, url });
	expect(status).toBe(404);
	expect(data).toEqual({
		message: `Route ${method}:/api/v1${url} not found`,
		error: 'Not Found',
		statusCode: 404,
	});
});

// --- Keys and limits ------------------------------------------------------------------------------

test.each([
	['revoked before expired and inactive', KEYS.revoked.key, 'revoked_api_key'],
	['expired before inactive', KEYS.expired.key, 'expired_api_key'],
	['inactive', KEYS.inactive.key, 'invalid_api_key'],
	['unknown', `fm_live_${'z'.repeat(32)}`, 'invalid_api_key'],
	['malformed', 'fm_test_whatever', 'invalid_api_key'],
])('401: %s', async (_name, key, code) => {
	const { status, data, headers } = await as(key).get('/workflows');
	expect([status, data.error.code]).toEqual([401, code]);
	expect(Object.keys(headers).join()).not.toContain('ratelimit');
});

test('X-API-Key wins over a bearer token, and a key in the query counts for nothing', async () => {
	const bearer = { Authorization: `Bearer ${KEYS.full.key}` };
	expect((await as().get('/workflows', { headers: bearer })).status).toBe(200);
	expect((await as('fm_live_no').get('/workflows', { headers: bearer })).status).toBe(401);
	expect((await as().get(`/workflows?api_key=${KEYS.full.key}`)).status).toBe(401);
});

describe('rate limits (finding 8)', () => {
	const limited = () => as(String(running.announce.limitedApiKey));

	test('60 a calendar minute; the next one begins anew', async () => {
		stopClock('2026-03-01T10:00:18.400Z');
		for (let call = 1; call <= 60; call += 1) {
			const { status, headers } = await limited().get('/workflows');
			expect([status, headers['x-ratelimit-remaining']]).toEqual([200, String(60 - call)]);
		}
		const { status, headers, data } = await limited().get('/workflows');
		expect(status).toBe(429);
		expect(headers).toMatchObject({
			'retry-after': '42',
			'x-ratelimit-limit': '60',
			'x-ratelimit-remaining': '0',
			'x-ratelimit-reset': String(Date.parse('2026-03-01T10:01:00Z') / 1000),
			'x-ratelimit-limit-day': '10000',
			'x-ratelimit-remaining-day': '9939',
		});
		expect(data.error).toEqual({
			code: 'rate_limit_exceeded',
			message: 'Rate limit exceeded. Please retry after 42 seconds.',
			details: { limit: 60, window: 'minute', retry_after: 42 },
		});
		expect((await http.get('/workflows')).status).toBe(200);

		stopClock('2026-03-01T10:01:00.000Z');
		const next = await limited().get('/workflows');
		// The refused call counted for the day.
		expect([next.status, next.headers['x-ratelimit-remaining-day']]).toEqual([200, '9938']);
	});

	test('the day ends at midnight UTC', async () => {
		stopClock('2026-03-01T22:00:00.000Z');
		await steer('limits', { apiKey: KEYS.limited.key, perDay: 1 });
		await limited().get('/workflows');
		const { status, headers, data } = await limited().get('/workflows');
		expect([status, headers['retry-after']]).toEqual([429, '7200']);
		expect(data.error).toMatchObject({
			message: 'Daily rate limit exceeded. Limit resets at midnight UTC.',
			details: { limit: 1, window: 'day', retry_after: 7200 },
		});
		stopClock('2026-03-02T00:00:00.000Z');
		expect((await limited().get('/workflows')).status).toBe(200);
	});

	test('a 403 counts, and a test can shorten the minute', async () => {
		await steer('limits', { apiKey: KEYS.readOnly.key, perMinute: 2, minuteMs: 1000 });
		await sleep(1000 - (Date.now() % 1000));
		const client = as(KEYS.readOnly.key);
		expect((await client.post(`/workflows/${WORKFLOWS.leadScoring}/execute`)).status).toBe(403);
		expect((await client.get('/workflows')).status).toBe(200);
		const refused = await client.get('/workflows');
		expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
		await sleep(1000);
		expect((await client.get('/workflows')).status).toBe(200);
	});
});

// --- Workflows and executions ---------------------------------------------------------------------

describe('executions', () => {
	test('work on their inputs by name, while the form is keyed by node (finding 10)', async () => {
		const { data } = await http.get(`/workflows/${WORKFLOWS.leadScoring}`);
		expect(data.data.inputs).toEqual({
			'input-company': { type: 'text', label: 'Company', required: true },
			'input-employees': { type: 'number', label: 'Employees', required: true },
			'input-budget': {
				type: 'number',
				label: 'Budget',
				required: false,
				description: 'In euros',
			},
		});
		await steer(`workflows/${WORKFLOWS.leadScoring}/behaviour`, { pendingMs: 0, durationMs: 20 });
		const inputs = { company: 'Acme', employees: 300, budget: 25_000 };
		const execution = await reached(await execute(WORKFLOWS.leadScoring, inputs), 'completed');
		expect(execution).toMatchObject({
			inputs,
			outputs: { company: 'Acme', score: 55, tier: 'warm', note: NOTE },
			error: null,
		});
		expect(NOTE).toContain('local stand-in');
	});

	test('go from pending over running to their end', async () => {
		const id = await execute(WORKFLOWS.meetingNotes, { notes: 'We met.\nTODO: write\nAll fine.' });
		expect(await executionOf(id)).toMatchObject({ status: 'pending', started_at: null });
		const { started_at, completed_at } = await reached(id, 'running');
		expect([typeof started_at, completed_at]).toEqual(['string', null]);
		expect((await reached(id, 'completed')).outputs).toMatchObject({
			summary: 'We met. All fine.',
			todos: ['write'],
			words: 6,
		});
	});

	test('fail with a text for an error', async () => {
		await steer(`workflows/${WORKFLOWS.catalogImport}/behaviour`, { durationMs: 0 });
		const execution = await reached(
			await execute(WORKFLOWS.catalogImport, { source: 'x' }),
			'failed',
		);
		expect(execution).toMatchObject({ outputs: null, error: expect.stringContaining('"x"') });
	});

	test('pause, which is no end and cannot be cancelled (finding 7)', async () => {
		await steer(`workflows/${WORKFLOWS.contractApproval}/behaviour`, { durationMs: 0 });
		const id = await execute(WORKFLOWS.contractApproval, {});
		expect((await reached(id, 'paused')).completed_at).toBeNull();
		const { status, data } = await http.post(`/executions/${id}/cancel`);
		expect([status, data.error.message]).toEqual([
			400,
			'Execution cannot be cancelled. Current status: paused',
		]);
	});

	test('are cancelled for good, without a completed_at', async () => {
		await steer(`workflows/${WORKFLOWS.leadScoring}/behaviour`, { pendingMs: 0, durationMs: 100 });
		const id = await execute(WORKFLOWS.leadScoring);
		expect((await http.post(`/executions/${id}/cancel`)).data.data).toEqual({
			id,
			status: 'cancelled',
			message: 'Execution cancelled successfully',
		});
		await sleep(200);
		expect(await executionOf(id)).toMatchObject({ status: 'cancelled', completed_at: null });
	});

	test('are refused for a definition that cannot run, and leave a row all the same', async () => {
		const { status, data } = await http.post(`/workflows/${WORKFLOWS.emptyDraft}/execute`);
		expect([status, data.error]).toEqual([
			500,
			{
				code: 'execution_failed',
				message: 'No executable nodes found for workflow: Empty Draft',
			},
		]);
		const rows = await http.get(`/executions?workflow_id=${WORKFLOWS.emptyDraft}`);
		expect(rows.data.data).toMatchObject([{ status: 'pending' }]);
		const { data: legacy } = await http.get(`/workflows/${WORKFLOWS.legacyReport}`);
		expect(legacy.data.inputs).toBeNull();
	});
});

test('inputs that are a text poison every list with their row (finding 6)', async () => {
	const { status, data } = await http.post(`/workflows/${WORKFLOWS.leadScoring}/execute`, {
		inputs: 'text',
	});
	expect([status, data.error.code]).toEqual([500, 'execution_failed']);
	for (const url of ['/executions', `/executions?workflow_id=${WORKFLOWS.leadScoring}`]) {
		const list = await http.get(url);
		expect([list.status, list.data.statusCode]).toEqual([500, 500]);
		expect(list.data.message).toMatch(/is not valid JSON$/);
	}
	// Where the row is not read, nothing is wrong.
	expect((await http.get('/executions?status=completed')).status).toBe(200);
	expect((await http.get(`/executions?workflow_id=${WORKFLOWS.catalogImport}`)).status).toBe(200);
});

describe('lists of executions (finding 3)', () => {
	const bulk = async (count: number, fields: Json = {}) =>
		await steer<{ ids: string[] }>('executions', {
			count,
			workflow_id: WORKFLOWS.meetingNotes,
			...fields,
		});
	const list = async (query: string) => (await http.get(`/executions?${query}`)).data;

	test('of a workflow have right pages, newest first', async () => {
		const { ids } = await bulk(25);
		const of = `workflow_id=${WORKFLOWS.meetingNotes}&per_page=10`;
		const pages = [await list(of), await list(`${of}&page=2`), await list(`${of}&page=3`)];
		const listed = pages.flatMap(({ data }) => data.map(({ id }: Json) => id));
		expect(listed).toEqual([...ids].reverse());
		expect(pages.map(({ pagination }) => pagination.has_next)).toEqual([true, true, false]);
		expect(pages[0].pagination).toMatchObject({ total_count: 25, total_pages: 3 });
	});

	test('of a workflow are filtered by status after the page is cut', async () => {
		await bulk(1, { status: 'failed', error: 'e', created_at: '2026-01-01T00:00:00.000Z' });
		await bulk(20);
		const of = `workflow_id=${WORKFLOWS.meetingNotes}&status=failed&per_page=20`;
		expect(await list(of)).toMatchObject({ data: [], pagination: { total_count: 0 } });
		const second = await list(`${of}&page=2`);
		expect(second.data).toMatchObject([{ status: 'failed', error: 'e' }]);
		expect(second.pagination).toMatchObject({ total_count: 1, has_next: false });
	});

	test('of the workspace never have a next page and count what they saw', async () => {
		await bulk(25);
		for (const page of [1, 2]) {
			const { data, pagination } = await list(`page=${page}&per_page=10`);
			expect(data).toHaveLength(10);
			expect(pagination).toMatchObject({ has_next: false, total_count: 10 * page });
		}
	});

	test('of the workspace lose their rows behind those of other customers', async () => {
		await bulk(5);
		await steer('noise', { count: 20 });
		expect(await list('')).toMatchObject({ data: [], pagination: { total_count: 0 } });
		expect((await list('per_page=100')).data).toHaveLength(9);
	});
});

test("a teammate's workflow is listed but not theirs to run (finding 11)", async () => {
	const listed = (await http.get('/workflows')).data.data.map(({ id }: Json) => id);
	expect(listed).toContain(WORKFLOWS.teamNewsletter);
	expect(listed).not.toContain(WORKFLOWS.stranger);
	const url = `/workflows/${WORKFLOWS.teamNewsletter}`;
	expect((await http.get(url)).status).toBe(404);
	expect((await http.post(`${url}/execute`)).status).toBe(404);

	const started = await http.post(`/triggers/${TRIGGERS.newsletter}/execute`);
	const id = started.data.data.execution_id;
	expect(started.status).toBe(202);
	expect((await http.get(`/executions/${id}`)).status).toBe(404);
	expect((await http.get(`/executions/${id}/events`)).status).toBe(404);
	expect((await http.post(`/executions/${id}/cancel`)).status).toBe(404);
	const rows = await http.get(`/executions?workflow_id=${WORKFLOWS.teamNewsletter}`);
	expect(rows.data.data).toMatchObject([{ id }]);
	expect((await as(KEYS.teammate.key).get(`/executions/${id}`)).status).toBe(200);
});

test('another customer sees nothing of it all', async () => {
	const stranger = as(KEYS.stranger.key);
	for (const url of ['/executions', '/agents', '/triggers', '/knowledge-bases', '/webhooks']) {
		expect((await stranger.get(url)).data.data).toEqual([]);
	}
	expect((await stranger.get('/workflows')).data.data).toMatchObject([{ id: WORKFLOWS.stranger }]);
	expect((await stranger.get(`/agents/${AGENTS.support}`)).status).toBe(404);
	expect((await stranger.get(`/threads/${await aThread()}`)).status).toBe(404);
});

// --- Events ---------------------------------------------------------------------------------------

describe('events of an execution (finding 1)', () => {
	const open = async (id: string) =>
		await axios.get<AsyncIterable<Buffer>>(`${baseUrl}/api/v1/executions/${id}/events`, {
			headers: { 'X-API-Key': KEYS.full.key },
			responseType: 'stream',
		});

	test('an ended one: its end, then the stream closes after half a second', async () => {
		const id = await execute(WORKFLOWS.leadScoring);
		await steer(`executions/${id}`, { status: 'failed', error: 'boom' });
		const begun = Date.now();
		const { data, headers } = await http.get(`/executions/${id}/events`);
		expect(Date.now() - begun).toBeGreaterThanOrEqual(490);
		expect(headers['content-type']).toBe('text/event-stream');
		expect(data).toBe(
			`event: execution:failed\ndata: {"execution_id":"${id}","status":"failed","outputs":null,"error":"boom"}\n\n`,
		);
	});

	test('a live one: connected, and then only comments, even when it ends', async () => {
		await steer(`workflows/${WORKFLOWS.leadScoring}/behaviour`, { pendingMs: 0, durationMs: 100 });
		const id = await execute(WORKFLOWS.leadScoring);
		await reached(id, 'running');
		jest.useFakeTimers({ doNotFake: ['setTimeout', 'clearTimeout', 'nextTick', 'setImmediate'] });
		const { data } = await open(id);
		const chunks = data[Symbol.asyncIterator]();
		const next = async () => String((await chunks.next()).value);
		expect(await next()).toBe(
			`event: connected\ndata: {"execution_id":"${id}","status":"running"}\n\n`,
		);
		await reached(id, 'completed');
		jest.advanceTimersByTime(30_000);
		expect(await next()).toBe(': keepalive\n\n');
		await chunks.return?.();
	});
});

// --- Agents ---------------------------------------------------------------------------------------

describe('threads', () => {
	const say = async (thread: string, content: string, more: Json = {}): Promise<AxiosResponse> =>
		await http.post(`/threads/${thread}/messages`, { content, ...more });

	test('remember what they were told, each for itself', async () => {
		const thread = await newThread(AGENTS.listener);
		const first = await say(thread, 'My name is Ada.');
		expect(first.data.data.message.content).toContain('first message');
		const second = await say(thread, 'What is my name?');
		expect(second.data.data.message.content).toContain('My name is Ada.');
		const other = await say(await newThread(AGENTS.listener), 'What is my name?');
		expect(other.data.data.message.content).not.toContain('Ada');

		const { data } = await http.get(`/threads/${thread}/messages`);
		expect(data.data.messages.map(({ role }: Json) => role)).toEqual([
			'user',
			'assistant',
			'user',
			'assistant',
		]);
	});

	test('answer from the knowledge base, with the tool call in the messages', async () => {
		const thread = await newThread(AGENTS.support);
		const { data } = await say(thread, 'How do I get a refund for a product?');
		expect(data.data).toMatchObject({
			status: 'completed',
			message: { role: 'assistant', content: expect.stringContaining('30 days'), tool_calls: null },
			iterations: 2,
			tool_calls_count: 1,
		});
		expect(data.data.message).not.toHaveProperty('id');
		expect((await http.get(`/executions/${data.data.execution_id}`)).status).toBe(404);
		const { messages } = (await http.get(`/threads/${thread}/messages`)).data.data;
		expect(messages.map(({ role }: Json) => role)).toEqual([
			'user',
			'assistant',
			'tool',
			'assistant',
		]);
		expect(messages[1].tool_calls).toMatchObject([{ name: 'search_handbook' }]);
	});

	test('block, and give up at the timeout while the agent works on (finding 9)', async () => {
		await steer(`agents/${AGENTS.listener}/behaviour`, { durationMs: 900 });
		const thread = await newThread(AGENTS.listener);
		const begun = Date.now();
		const { status, data } = await say(thread, 'Hi', { timeout: 600 });
		expect([status, data.error]).toEqual([
			408,
			{
				code: 'timeout',
				message: `Execution did not complete within 600ms. Use GET /api/v1/threads/${thread}/messages to check for new messages.`,
			},
		]);
		expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
		expect((await http.get(`/threads/${thread}/messages`)).data.data.messages).toHaveLength(2);
		expect((await say(thread, 'Hi', { timeout: -5 })).status).toBe(408);
	});

	test('do not stream (finding 4)', async () => {
		const { status, data } = await say(await aThread(), 'Hi', { stream: true });
		expect([status, data.error.code]).toEqual([501, 'not_implemented']);
	});

	test.each([
		[{ outcome: 'failed', error: 'Out of tokens' }, 500, 'execution_failed', 'Out of tokens'],
		[{ outcome: 'failed' }, 500, 'execution_failed', 'Agent execution failed'],
		[{ outcome: 'cancelled' }, 408, 'timeout', 'Execution did not complete within 900ms'],
		[{ outcome: 'never' }, 408, 'timeout', 'Execution did not complete within 900ms'],
	])('behave as told: %j', async (behaviour, status, code, text) => {
		await steer(`agents/${AGENTS.listener}/behaviour`, { ...behaviour, durationMs: 0 });
		const answer = await say(await aThread(), 'Hi', { timeout: 900 });
		expect([answer.status, answer.data.error.code]).toEqual([status, code]);
		expect(answer.data.error.message).toContain(text);
	});
});

test('a vector memory is searched for what threads said', async () => {
	const thread = await newThread(AGENTS.support);
	await http.post(`/threads/${thread}/messages`, { content: 'My parcel is broken' });
	const search = `/agents/${AGENTS.support}/memory/search`;
	const { data } = await http.post(search, { query: 'broken parcel', similarity_threshold: 0.5 });
	expect(data.data).toMatchObject({
		result_count: 1,
		results: [{ content: 'My parcel is broken', role: 'user', context_before: [] }],
	});
	expect(data.data.results[0].context_after).toHaveLength(1);
	// 0 counts as the default, 0.7.
	const strict = await http.post(search, { query: 'parcel lost', similarity_threshold: 0 });
	expect(strict.data.data.result_count).toBe(0);
	const stats = await http.get(`/agents/${AGENTS.support}/memory/stats`);
	expect(stats.data.data.embedding_count).toBeGreaterThanOrEqual(2);
});

test('a memory is replaced and keeps its beginning', async () => {
	const url = `/agents/${AGENTS.listener}/memory/${USER}`;
	const first = (await http.put(url, { working_memory: ' tea ', metadata: { a: 1 } })).data.data;
	await sleep(5);
	const second = (await http.put(url, { working_memory: 'coffee' })).data.data;
	expect([first.working_memory, second.working_memory]).toEqual(['tea', 'coffee']);
	expect(second.created_at).toBe(first.created_at);
	expect(second.updated_at).not.toBe(first.updated_at);
	expect((await http.delete(url)).data.data).toEqual({
		agent_id: AGENTS.listener,
		user_id: USER,
		deleted: true,
	});
	expect((await http.get(url)).data.error.details.resource).toBe('Working memory');
});

// --- Triggers and knowledge bases -----------------------------------------------------------------

test('a trigger starts its workflow and counts', async () => {
	const inputs = { company: 'Acme' };
	const { data } = await http.post(`/triggers/${TRIGGERS.leads}/execute`, { inputs });
	expect(data.data).toMatchObject({ trigger_id: TRIGGERS.leads, status: 'pending', inputs });
	expect((await executionOf(data.data.execution_id)).inputs).toEqual(inputs);
	const triggers = (await http.get('/triggers')).data.data;
	expect(triggers.find(({ id }: Json) => id === TRIGGERS.leads)).toMatchObject({
		trigger_count: 1,
		last_triggered_at: expect.any(String),
	});
	const disabled = await http.post(`/triggers/${TRIGGERS.disabled}/execute`);
	expect([disabled.status, disabled.data.error.message]).toEqual([400, 'Trigger is not enabled']);
});

test('a knowledge base puts what is likest first', async () => {
	const { data } = await http.post(`/knowledge-bases/${KNOWLEDGE_BASES.handbook}/query`, {
		query: 'How long does express shipping take?',
		top_k: 2,
	});
	const [best, second] = data.data.results;
	expect(best).toMatchObject({
		document_name: 'shipping.md',
		content: expect.stringContaining('Express shipping'),
	});
	expect(best.score).toBeGreaterThan(second.score);
	expect(data.data.results).toHaveLength(2);
});

test('knowledge bases are the user’s, in every workspace, and count chunks too often', async () => {
	const { data } = await http.get('/knowledge-bases');
	expect(data.data).toMatchObject([
		{ id: KNOWLEDGE_BASES.elsewhere },
		{ id: KNOWLEDGE_BASES.handbook, document_count: 3, chunk_count: 15 },
	]);
	const url = `/knowledge-bases/${KNOWLEDGE_BASES.teammates}`;
	expect((await http.get(url)).status).toBe(404);
});

// --- Control --------------------------------------------------------------------------------------

describe('control', () => {
	test('a workflow behaves as told until told otherwise', async () => {
		const url = `workflows/${WORKFLOWS.leadScoring}/behaviour`;
		await steer(url, { pendingMs: 0, durationMs: 0, outcome: 'failed', error: 'told' });
		expect((await reached(await execute(WORKFLOWS.leadScoring), 'failed')).error).toBe('told');
		await steer(url, { outcome: 'completed', outputs: { a: 1 } });
		const done = await reached(await execute(WORKFLOWS.leadScoring), 'completed');
		expect(done.outputs).toEqual({ a: 1 });
		await steer(url, { outcome: 'cancelled' });
		await reached(await execute(WORKFLOWS.leadScoring), 'cancelled');
		await steer(url, { outcome: 'never' });
		const id = await execute(WORKFLOWS.leadScoring);
		await sleep(100);
		expect(await executionOf(id)).toMatchObject({ status: 'running', completed_at: null });
		expect(await steer(url)).toEqual({});
	});

	test('an execution is patched in any field and stays so', async () => {
		await steer(`workflows/${WORKFLOWS.leadScoring}/behaviour`, { pendingMs: 50 });
		const id = await execute(WORKFLOWS.leadScoring);
		const patch = {
			status: 'completed',
			outputs: { b: 2 },
			completed_at: '2026-01-01T00:00:00.000Z',
			created_at: '2020-01-01T00:00:00.000Z',
		};
		await steer(`executions/${id}`, patch);
		await sleep(100);
		expect(await executionOf(id)).toMatchObject(patch);
	});

	test('executions are made in bulk, spread over time', async () => {
		const { ids } = await steer<{ ids: string[] }>('executions', {
			workflow_id: WORKFLOWS.meetingNotes,
			count: 3,
			created_at: '2026-01-01T00:00:02.000Z',
			intervalMs: 1000,
			status: 'failed',
		});
		const made = await Promise.all(ids.map(executionOf));
		expect(made.map(({ created_at }) => created_at)).toEqual([
			'2026-01-01T00:00:00.000Z',
			'2026-01-01T00:00:01.000Z',
			'2026-01-01T00:00:02.000Z',
		]);
		expect(made[0]).toMatchObject({ status: 'failed', completed_at: '2026-01-01T00:00:01.000Z' });
	});

	test('workflows are made in bulk', async () => {
		await steer('workflows', { count: 120 });
		const { data, pagination } = (await http.get('/workflows?per_page=100&page=2')).data;
		expect([data.length, pagination.total_count]).toEqual([27, 127]);
	});

	test('pages can speak as the SDKs do', async () => {
		await steer('settings', { hasMore: true });
		const { pagination } = (await http.get('/workflows?per_page=2')).data;
		expect(pagination).toEqual({ page: 1, per_page: 2, total_count: 7, has_more: true });
	});

	test('without Temporal, executing hangs or fails and leaves a pending row', async () => {
		const url = `/workflows/${WORKFLOWS.meetingNotes}/execute`;
		await steer('settings', { temporal: 'hang' });
		await expect(http.post(url, {}, { timeout: 300 })).rejects.toThrow('timeout of 300ms exceeded');
		await steer('settings', { temporal: 'error' });
		const { status, data } = await http.post(url, {});
		expect([status, data.error.code]).toEqual([500, 'execution_failed']);
		const rows = await http.get(`/executions?workflow_id=${WORKFLOWS.meetingNotes}`);
		expect(rows.data.data).toMatchObject([{ status: 'pending' }, { status: 'pending' }]);
	});

	test('refuses what it does not know', async () => {
		const raw = axios.create({ baseURL: `${baseUrl}/__sandbox/flowmaestro`, validateStatus: null });
		expect((await raw.post('/settings', { hasmore: true })).status).toBe(400);
		expect((await raw.post(`/executions/${MISSING}`, { status: 'failed' })).status).toBe(404);
	});
});

describe('what the real backend takes and refuses otherwise than one would think', () => {
	const user = 'bbbbbbbb-0000-4000-8000-000000000009';
	const memory = `/agents/${AGENTS.support}/memory`;

	test('an empty text for inputs counts as none', async () => {
		const { status, data } = await http.post(`/workflows/${WORKFLOWS.leadScoring}/execute`, {
			inputs: '',
		});

		expect([status, data.data.status]).toEqual([202, 'pending']);
	});

	test('blanks alone are a message, a query and a name', async () => {
		const thread = await http.post(`/agents/${AGENTS.support}/threads`);
		const sent = await http.post(`/threads/${thread.data.data.id}/messages`, { content: '  ' });
		const asked = await http.post(`/knowledge-bases/${KNOWLEDGE_BASES.handbook}/query`, {
			query: '  ',
		});
		const named = await http.post('/webhooks', {
			name: ' ',
			url: 'https://example.com',
			events: ['execution.completed'],
		});

		expect([sent.status, asked.status, named.status]).toEqual([200, 200, 201]);
	});

	test.each([
		[
			'metadata that is no object',
			'put',
			`${memory}/${user}`,
			{ working_memory: 'x', metadata: 5 },
		],
		['a user that is no UUID', 'post', `${memory}/search`, { query: 'x', user_id: 'ada' }],
		['a huge page number', 'get', '/workflows?page=99999999999999999999', undefined],
	])('%s is a 500', async (_, method, url, data) => {
		expect((await http.request({ method, url, data })).status).toBe(500);
	});

	test('headers given as text are stored', async () => {
		const { data } = await http.post('/webhooks', {
			name: 'Text',
			url: 'https://example.com',
			events: ['execution.completed'],
			headers: 'X-My: 1',
		});

		expect(data.data.headers).toBe('X-My: 1');
	});

	test('an unknown route has the IDs of a request, too', async () => {
		const { status, headers } = await http.get('/nope', { headers: { 'x-request-id': 'mine' } });

		expect(status).toBe(404);
		expect(headers).toMatchObject({ 'x-request-id': 'mine', 'x-trace-id': expect.any(String) });
	});

	test('a user has a memory in each thread, of which one is shown alone', async () => {
		await http.put(`${memory}/${user}`, { working_memory: 'Likes tea' });
		await control.post(`flowmaestro/agents/${AGENTS.support}/memories`, {
			user_id: user,
			working_memory: 'Likes coffee',
		});
		const { data } = await http.get(memory);
		const own = data.data.filter(({ user_id }: { user_id: string }) => user_id === user);

		expect(own).toHaveLength(2);
		expect((await http.get(`${memory}/${user}`)).data.data.working_memory).toBe('Likes tea');
	});
});
