// A list may come as a plain array or as page objects (docs/contracts/flymyai.md, Transport).
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadOptions } from '../../support/n8n.mts';
import {
	API,
	PAST_RUN,
	PROFILER,
	QUICK,
	RESEARCHER,
	control,
	credentials,
	execute,
	failureOf,
	newAgent,
	newCompilation,
	newRun,
	newTool,
	node,
	offered,
	rows,
	sentLines,
	until,
	useSandbox,
} from './support.mts';

useSandbox();

/** More than a page. */
const COUNT = 101;

beforeAll(async () => {
	const many = Array.from({ length: COUNT });
	await control.post(`flymyai/agents/${RESEARCHER}/behaviour`, QUICK);
	await Promise.all(
		many.map(async () => {
			await newAgent();
			await newTool('calculator');
			await newCompilation('compile', PAST_RUN);
		}),
	);
	await control.post('flymyai/runs', { count: 250, agent: PROFILER });
});

describe.each([
	['agent', 'tasks', 'searchAgents'],
	['tool', 'tools', 'searchTools'],
	['compilation', 'compilations', 'searchCompilations'],
	['run', 'executions', 'searchRuns'],
])('%ss', (resource, route, search) => {
	const listed = async () => {
		await control.clearRequests();
		const entries = await rows(resource, 'getAll', { returnAll: true });
		return entries.map(({ id, uuid }) => id ?? uuid);
	};

	test('are the same from page objects as from an array', async () => {
		const plain = await listed();
		const found = await offered(search, { filter: '0' });
		await control.post('flymyai/listing', { page: true });
		const paged = await listed();
		const pages = await sentLines();
		const foundInPages = await offered(search, { filter: '0' });
		await control.post('flymyai/listing', { page: false });

		expect(plain.length).toBeGreaterThanOrEqual(COUNT);
		expect(paged).toEqual(plain);
		expect(foundInPages).toEqual(found);
		expect(pages).toEqual(
			Array.from({ length: Math.ceil(plain.length / 100) }, (_, index) =>
				index === 0 ? `GET ${API}/${route}/` : `GET ${API}/${route}/?page=${index + 1}`,
			),
		);
	});

	test('are read no further than the limit', async () => {
		await control.post('flymyai/listing', { page: true });
		await control.clearRequests();
		const entries = await rows(resource, 'getAll', { limit: 100 });
		await control.post('flymyai/listing', { page: false });

		expect(entries).toHaveLength(100);
		expect(await sentLines()).toEqual([`GET ${API}/${route}/`]);
	});
});

test('a run that appears while pages are read comes out once', async () => {
	await control.post('flymyai/listing', { page: true });
	await control.fault({ kind: 'latency', ms: 300, match: { path: 'page=2' } });
	const reading = rows('run', 'getAll', { returnAll: true });
	await until(async () => (await sentLines(/page=2/)).length > 0);
	await newRun({ agent: PROFILER });
	const ids = (await reading).map(({ id }) => id);
	await control.post('flymyai/listing', { page: false });

	expect(new Set(ids).size).toBe(ids.length);
});

test('a page that links to itself ends the list', async () => {
	const body = { count: 9, next: '/anywhere/?page=1', results: [{ uuid: 'a', name: 'A' }] };
	await control.fault({
		kind: 'status',
		status: 200,
		times: null,
		match: { path: '/tasks/' },
		body,
	});
	const agents = await rows('agent', 'getAll', { returnAll: true });
	await control.clearFaults();

	expect(agents.map(({ uuid }) => uuid)).toEqual(['a']);
});

test('the next page is asked of the credential’s own host, whatever host the link names', async () => {
	const page = (next: string | null, uuid: string) => ({ next, results: [{ uuid, name: uuid }] });
	const answer = async (body: object) =>
		await control.fault({ kind: 'status', status: 200, match: { path: '/tasks/' }, body });
	await answer(page('https://elsewhere.invalid/tasks/?cursor=b%2Fc', 'first'));
	await answer(page(null, 'second'));
	await control.clearRequests();
	const agents = await rows('agent', 'getAll', { returnAll: true });

	expect(agents.map(({ uuid }) => uuid)).toEqual(['first', 'second']);
	expect(await sentLines()).toEqual([`GET ${API}/tasks/`, `GET ${API}/tasks/?cursor=b%2Fc`]);
});

test('every tool of the account is offered to an agent', async () => {
	const offered = await loadOptions({
		node,
		kind: 'loadOptions',
		method: 'getTools',
		credentials: credentials(),
	});

	expect(offered).toHaveLength(COUNT + 3);
	expect(offered[0]).toEqual({ name: 'Web Search', value: '1' });
});

test('the messages of listed runs are not kept for the simplified ones', async () => {
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc') as () => void;
	const heldMegabytes = () => {
		collectGarbage();
		return process.memoryUsage().heapUsed / 2 ** 20;
	};
	let [before, atLast] = [0, 0];
	const ROWS = 400;
	const server = createServer((_, answer) => {
		answer.writeHead(200, { 'content-type': 'application/json' });
		const row = (n: number) => {
			const messages = [{ content: 'x'.repeat(100_000) }];
			return JSON.stringify({ id: `run-${n}`, status: 'completed', messages });
		};
		const send = (n: number) => {
			if (n === 1) before = heldMegabytes();
			if (n === ROWS) atLast = heldMegabytes();
			if (n === ROWS) return answer.end(']');
			return answer.write(`${n > 0 ? ',' : '['}${row(n)}`, () => setImmediate(send, n + 1));
		};
		send(0);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const runs = await rows(
		'run',
		'getAll',
		{ returnAll: true },
		{ credentials: credentials({ baseUrl: `http://127.0.0.1:${port}` }) },
	);
	server.close();

	expect(runs).toHaveLength(ROWS);
	// All messages together are 40 MB.
	expect(atLast - before).toBeLessThan(20);
});

describe('a list that breaks off', () => {
	test('is read again without repeating its rows', async () => {
		const all = await rows('compilation', 'getAll', { returnAll: true });
		await control.clearRequests();
		const match = { method: 'GET', path: '/compilations/$' };
		await control.fault({ kind: 'truncate', afterBytes: 5000, match });
		const again = await rows('compilation', 'getAll', { returnAll: true });

		expect(again).toEqual(all);
		expect(await sentLines()).toHaveLength(2);
	});

	test('again and again says so', async () => {
		await control.clearRequests();
		await control.fault({ kind: 'truncate', afterBytes: 50, times: null });
		const failure = await failureOf(execute('tool', 'getAll'));
		await control.clearFaults();

		expect(failure.message).toBe('FlyMyAI closed the connection before it had answered');
		expect(await sentLines()).toHaveLength(5);
	});
});

describe('a list of another form', () => {
	test.each([
		['a page of a website', '<html></html>', 'it starts like neither a list nor an object'],
		['an object without a list', '{"detail": "moved"}', 'it holds no list (results, items, data)'],
	])('such as %s is not asked for again', async (_, body, reason) => {
		await control.clearRequests();
		await control.fault({ kind: 'malformed', body });
		const failure = await failureOf(execute('tool', 'getCatalog'));

		expect(failure.message).toBe(
			`Unexpected answer of FlyMyAI to GET /api/v1/agents/tools/available/: ${reason}`,
		);
		expect(await sentLines()).toHaveLength(1);
	});

	test('names the row', async () => {
		const body = [{ uuid: 'a', name: 'A' }, { uuid: 'b' }];
		await control.fault({ kind: 'status', status: 200, body });
		const failure = await failureOf(execute('agent', 'getAll'));

		expect(failure.message).toMatch(/\/tasks\/: \[1\]\.name: Required$/);
	});
});

describe('a list of the editor', () => {
	const scrolled = async (filter?: string) => {
		const pages: string[][] = [];
		let token: string | undefined;
		do {
			const { results, paginationToken } = await loadOptions({
				kind: 'listSearch',
				node,
				method: 'searchRuns',
				credentials: credentials(),
				filter,
				paginationToken: token,
			});
			pages.push(results.map(({ value }) => String(value)));
			token = paginationToken as string | undefined;
		} while (token !== undefined);
		return pages;
	};

	test('goes on behind its 200th entry, without a gap or a repetition', async () => {
		const all = (await rows('run', 'getAll', { returnAll: true })).map(({ id }) => String(id));
		const pages = await scrolled();

		expect(pages.length).toBe(Math.ceil(all.length / 200));
		expect(pages[0]).toHaveLength(200);
		expect(new Set(pages.flat())).toEqual(new Set(all));
		expect(pages.flat()).toHaveLength(all.length);
	});

	test('goes on for what was searched as well', async () => {
		const pages = await scrolled('completed');

		expect(pages.flat().length).toBeGreaterThan(200);
		expect(new Set(pages.flat()).size).toBe(pages.flat().length);
	});

	test('that ends with an entry asks for no more', async () => {
		expect(await scrolled(PAST_RUN)).toEqual([[PAST_RUN]]);
	});
});
