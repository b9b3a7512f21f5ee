// The recordings of real servers (`test/contracts/pyflue-transcripts`), sent again to the sandbox.
// What comes back must be the same text, status and content type, but for what no two servers share:
// ids, times, durations, tokens, a model's words and paths of a disk.
import { readFileSync, readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pyflue } from '../../sandbox/pyflue/index.mts';
import type { RunningPlatform } from '../../sandbox/platform.mts';

const folder = join(import.meta.dirname, '../contracts/pyflue-transcripts');

interface Sent {
	method?: string;
	path: string;
	headers?: Record<string, string>;
	body?: string;
	/** Leaves as long after the headers, for answers that never end. */
	leaveAfterMs?: number;
}

interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	text: string;
}

interface Recorded {
	status?: number;
	headers: Record<string, string>;
	text: string;
}

let server: RunningPlatform;
let baseUrl: string;

beforeAll(async () => {
	server = await pyflue.start('127.0.0.1', 0);
	baseUrl = String(server.announce.baseUrl);
});
afterAll(async () => await server.close());

/** Exchanges of the two long recordings that are not sent again, and why. */
const leftOut: Record<string, Record<string, string>> = {
	'pyflue.txt': {},
	'flue-0.8.1.txt': {
		'workflow hidden': 'the sandbox has no workflow that is deployed but not exposed over HTTP',
		'agent stream': 'of a Flue agent the sandbox answers whole replies only',
		openapi: 'printed by a script, not an exchange; checked below with the same print',
	},
};

describe.each([
	{ file: 'pyflue.txt', variant: 'pyflue', exchanges: 75 },
	{ file: 'flue-0.8.1.txt', variant: 'flue', exchanges: 42 },
])('$file', ({ file, variant, exchanges }) => {
	const blocks = readBlocks(file);
	const replayed = blocks.filter(({ title }) => !(title in (leftOut[file] ?? {})));
	const ownRuns = new Map<string, string>();

	beforeAll(async () => {
		await control('reset');
		await control('pyflue/settings', { project: 'recorded', variant });
	});

	test('is replayed but for what is left out', () => {
		expect(blocks.map(({ title }) => title)).toEqual(
			expect.arrayContaining(Object.keys(leftOut[file] ?? {})),
		);
		expect(replayed.length).toBe(exchanges);
	});

	test.each(replayed)('$title', async ({ title, text }) => {
		const [line = '', ...rest] = text.split('\n');
		const recorded = readAnswers(line.startsWith('$ ') ? rest.join('\n') : text)[0];
		if (title === 'no token') {
			await control('pyflue/settings', { auth: { type: 'bearer', token: 'secret' } });
			expectSame(await send({ path: '/admin/agents' }), recorded);
			await control('pyflue/settings', { auth: { type: 'none' } });
			return;
		}
		expectSame(await send(await withOwnRun(readCurl(line))), recorded);
	});

	/** Recorded run ids stand for runs that were started off the record; they are started here. */
	async function withOwnRun(sent: Sent): Promise<Sent> {
		const [found] = /workflow(:|%3A)\w+(:|%3A)\w+/.exec(sent.path) ?? [];
		if (!found) return sent;
		const recordedId = decodeURIComponent(found);
		const own = ownRuns.get(recordedId) ?? (await startLike(recordedId));
		ownRuns.set(recordedId, own);
		const encoded = found.includes('%3A') ? encodeURIComponent(own) : own;
		return { ...sent, path: sent.path.replace(found, encoded) };
	}

	async function startLike(recordedId: string): Promise<string> {
		const name = recordedId.split(':')[1] ?? '';
		const payloads: Record<string, string> = {
			echo: '{"msg":"run me"}',
			slow: '{"ticks":2,"delay":0.3}',
		};
		return await startRun(name, payloads[name] ?? '{}');
	}
});

/** The short recordings, taken by hand: what each heading asked for, in order. */
const edges: Record<string, Record<string, string | (() => Promise<Answer[]>)>> = {
	'pyflue-edge.txt': {
		'workflow module without run(): wait': async () => {
			await control('pyflue/workflows', { name: 'norun', outcome: 'broken' });
			return [await post('/workflows/norun?wait=result', '{}')];
		},
		'workflow module without run(): accept then get': async () => {
			const accepted = await post('/workflows/norun', '{}');
			return [accepted, await send({ path: `/runs/${JSON.parse(accepted.text).runId}` })];
		},
		'workflow module without run(): SSE (max 4s)': async () => [
			await send({
				...streamed('/workflows/norun', '{}'),
				leaveAfterMs: 300,
			}),
		],
		'nonjson run: get': async () => [
			await send({ path: `/runs/${await startRun('nonjson', '{}')}` }),
		],
		'admin runs incl. nonjson run': async () => [await send({ path: '/admin/runs' })],
		'SSE of nonjson log/ok': 'an empty recording',
		'SSE client disconnect: run continues?': async () => {
			const left = await send({
				...streamed('/workflows/slow', '{"ticks":4,"delay":0.1}'),
				leaveAfterMs: 50,
			});
			await sleep(600);
			return [await send({ path: `/runs/${left.headers['x-flue-run-id']}` })];
		},
		'wait client disconnect: run continues?': 'printed by a script; pyflue.test.mts does the same',
		'session busy': async () => {
			await control('pyflue/agents', { name: 'assistant', ms: 300 });
			const first = post('/agents/assistant/busy', '{"message":"one"}');
			await sleep(100);
			const second = await post('/agents/assistant/busy', '{"message":"two"}');
			await first;
			return [second];
		},
		'two workflow requests on one keep-alive connection: accept, then GET immediately':
			'a count printed by a script; pyflue.test.mts does the same',
	},
	'pyflue-edge2.txt': {
		'slash in id (%2F)': async () => [await post('/agents/handler/a%2Fb', '{}')],
		'slash in id that ends /dispatch': async () => [
			await post('/agents/handler/x%2Fdispatch', '{}'),
		],
		'unicode+space id': async () => [await post('/agents/handler/%C3%A9%20x', '{}')],
		'trailing slash POST': async () => [await post('/workflows/echo/', '{}')],
		'json content-type variants': async () => [
			await send({
				method: 'POST',
				path: '/workflows/echo',
				headers: { 'content-type': 'application/vnd.api+json' },
				body: '{}',
			}),
		],
		'8 MiB body': 'its length was printed, not its text; the next test sends one',
		'dispatch w/o input (null)': async () => [await post('/agents/assistant/i/dispatch', '{}')],
		'dispatch blank session': async () => [
			await post('/agents/assistant/i/dispatch', '{"session":"  "}'),
		],
		'empty message to persistent agent': async () => [await post('/agents/assistant/e', '{}')],
		'prompt alias field': async () => [
			await post('/agents/assistant/e', '{"prompt":"via prompt"}'),
		],
		'openapi paths': 'printed by a script; checked below with the same print',
		'CORS preflight': async () => [await send({ method: 'OPTIONS', path: '/workflows/echo' })],
	},
	'pyflue-edge3.txt': {
		'abort of a running persistent-agent prompt': async () => {
			await control('pyflue/agents', { name: 'assistant', ms: 200 });
			const running = post('/agents/assistant/ab1', '{"message":"x"}');
			await sleep(50);
			const aborted = await post('/sessions/ab1%3Adefault/abort', '');
			expect((await running).status).toBe(200);
			return [aborted];
		},
		'abort of a running /prompt': async () => {
			const running = post('/prompt/s9', '{"prompt":"x"}');
			await sleep(50);
			const aborted = await post('/sessions/s9/abort', '');
			expect(await running).toMatchObject({
				status: 500,
				text: 'Internal Server Error',
				headers: { 'content-type': 'text/plain; charset=utf-8' },
			});
			return [aborted];
		},
		'stream with after >= last index on a finished run': async () => [
			await send({ path: `/runs/${await startRun('echo', '{}')}/stream?after=3` }),
		],
		'one broken agent file breaks listing and every agent call': async () => {
			await control('pyflue/settings', { brokenAgent: "No module named 'does_not_exist'" });
			const answers = [await send({ path: '/agents' }), await post('/agents/handler/x', '{}')];
			await control('pyflue/settings', { brokenAgent: null });
			return answers;
		},
		'one broken workflow file: others still work; the broken one, wait': async () => {
			await control('pyflue/workflows', { name: 'broken', outcome: 'broken' });
			return [
				await post('/workflows/echo?wait=result', '{}'),
				await post('/workflows/broken?wait=result', '{}'),
			];
		},
	},
	'pyflue-edge4.txt': {
		'workflow that prompts an agent: which events reach the run log?': async () => {
			await control('pyflue/workflows', { name: 'withagent', result: { text: 'hello' } });
			return [await post('/workflows/withagent?wait=result', '{}')];
		},
	},
	'pyflue-sqlite.txt': {
		'sqlite store after restart: finished run': async () => [
			await send({ path: `/runs/${await startRun('echo', '{"msg":"d"}')}` }),
		],
		'sqlite store after kill -9: interrupted run': async () => {
			await control('pyflue/workflows', { name: 'slow', logs: 2, outcome: 'hang' });
			const { text } = await post('/workflows/slow', '{}');
			return [await send({ path: `/runs/${JSON.parse(text).runId}` })];
		},
		'its stream (17 s)':
			'the SQLite store sorts the keys of an event; pyflue.test.mts follows such a stream',
	},
};

/** Recordings of which nothing is sent again. */
const filesLeftOut = {
	'pyflue-ws.txt': 'the sandbox speaks HTTP only: no WebSocket',
	'pyflue-client.txt': 'what the Python client printed, not what the server answered',
};

describe.each(Object.keys(edges))('%s', (file) => {
	const table = edges[file] ?? {};

	beforeAll(async () => {
		await control('reset');
		await control('pyflue/settings', { project: 'recorded' });
	});

	test('has an entry for every heading', () => {
		expect(Object.keys(table)).toEqual(readBlocks(file).map(({ title }) => title));
	});

	test.each(Object.entries(table).filter(([, entry]) => typeof entry !== 'string'))(
		'%s',
		async (title, replay) => {
			const recorded = readAnswers(readBlocks(file).find((block) => block.title === title)?.text);
			if (typeof replay === 'string') throw new Error('filtered out above');
			const answers = await replay();
			expect(recorded.length).toBeGreaterThanOrEqual(answers.length);
			answers.forEach((answer, index) => expectSame(answer, recorded[index]));
		},
	);
});

test('an 8 MiB body (pyflue-edge2.txt)', async () => {
	const body = JSON.stringify({ payload: { x: 'a'.repeat(8 * 1024 * 1024) } });
	const answer = await post('/agents/handler/big', body);
	expect(answer.status).toBe(200);
	expect(answer.text.length).toBeGreaterThan(8 * 1024 * 1024);
});

test('authentication and a path prefix (pyflue-auth.txt)', async () => {
	const recorded = readAnswers(readFile('pyflue-auth.txt'));
	const auth = { authorization: 'Bearer secret' };
	await control('pyflue/settings', {
		project: 'recorded',
		prefix: '/flue',
		auth: { type: 'bearer', token: 'secret' },
	});
	expectSame(await send({ path: '/flue/health' }), recorded[0]);
	expectSame(await send({ path: '/flue/health', headers: auth }), recorded[1]);
	const sent = json('/flue/workflows/echo?wait=result', '{"payload":{"msg":"a"}}');
	const waited = await send({ ...sent, headers: { ...sent.headers, ...auth } });
	expect(normal(waited.text)).toBe(normal(recorded[2]?.text ?? ''));
	await control('reset');
});

test('OpenAPI documents list the recorded paths', async () => {
	const print = async (path: string, label: string) => {
		const document = JSON.parse((await send({ path })).text);
		const lines = Object.entries<Record<string, { responses: object }>>(document.paths).flatMap(
			([route, operations]) =>
				Object.entries(operations).map(
					([method, { responses }]) =>
						`${label}${method.toUpperCase()} ${route} ${Object.keys(responses).sort().join(' ')}`,
				),
		);
		return { title: document.info.title, lines: lines.sort() };
	};
	const recorded = (file: string, title: string) =>
		(readBlocks(file).find((block) => block.title.startsWith(title))?.text ?? '').split('\n');
	const statuses = (line: string) =>
		line.replace(/\[(.*)\]/, (_match, list: string) =>
			list.replace(/[',]/g, '').split(' ').sort().join(' '),
		);

	const [head, ...lines] = recorded('pyflue-edge2.txt', 'openapi paths');
	const main = await print('/openapi.json', '');
	expect(head).toContain(main.title);
	expect(main.lines).toEqual(
		lines
			.filter((line) => /^(GET|POST) /.test(line))
			.map(statuses)
			.sort(),
	);
	const admin = await print('/admin/openapi.json', 'ADMIN ');
	expect(admin.lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(
		lines
			.filter((line) => line.startsWith('ADMIN'))
			.map((line) => line.split(' ').slice(0, 3).join(' '))
			.sort(),
	);

	await control('pyflue/settings', { variant: 'flue' });
	const [flueHead, ...flueLines] = recorded('flue-0.8.1.txt', 'openapi');
	const flue = await print('/openapi.json', '');
	expect(flueHead).toContain(flue.title);
	expect(flue.lines).toEqual(
		flueLines
			.filter((line) => /^(GET|POST) /.test(line))
			.map(statuses)
			.sort(),
	);
	await control('reset');
});

test('no recording is forgotten', () => {
	expect(
		[
			'pyflue.txt',
			'flue-0.8.1.txt',
			'pyflue-auth.txt',
			...Object.keys(edges),
			...Object.keys(filesLeftOut),
		].sort(),
	).toEqual(readdirSync(folder).sort());
});

function expectSame(answer: Answer, recorded: Recorded | undefined): void {
	if (!recorded) throw new Error('Nothing was recorded');
	if (recorded.status !== undefined) {
		expect(answer.status).toBe(recorded.status);
		for (const name of ['content-type', 'allow', 'location', 'cache-control']) {
			expect({ [name]: normal(String(answer.headers[name] ?? '')) }).toEqual({
				[name]: normal(recorded.headers[name] ?? ''),
			});
		}
		expect(Boolean(answer.headers['x-flue-run-id'])).toBe('x-flue-run-id' in recorded.headers);
	}
	const [own, theirs] = [normal(answer.text), normal(recorded.text)];
	// Some recordings print the first few hundred characters only.
	if (theirs.startsWith('{') && !theirs.endsWith('}'))
		expect(keys(own)).toEqual(expectedKeys(own, theirs));
	else expect(own).toBe(theirs);
}

function keys(text: string): string[] {
	return Array.from(text.matchAll(/"(\w+)":/g), ([, key = '']) => key);
}

function expectedKeys(own: string, cut: string): string[] {
	const recorded = keys(cut);
	return [...recorded, ...keys(own).slice(recorded.length)];
}

/** Without what no two servers share. */
function normal(text: string): string {
	return (
		text
			.replace(/http:\/\/127\.0\.0\.1:\d+/g, '<server>')
			.replace(/[0-9A-HJKMNP-TV-Z]{26}/g, '<ulid>')
			.replace(/dispatch_[0-9a-f]{32}/g, '<dispatch>')
			.replace(/\d{4}-\d\d-\d\dT[\d:]+(\.\d+)?(Z|\+00:00)/g, '<time>')
			.replace(/\b1\d{9}(\.\d+)?/g, '<seconds>')
			.replace(/"durationMs":\d+/g, '"durationMs":<ms>')
			.replace(/\b0\.0\b/g, '0')
			.replace(/"(input|output|total_tokens|totalTokens)":\d+/g, '"$1":<tokens>')
			.replace(/("(text|root|config_path|source|harness)": ?)"(\\.|[^"\\])*"/g, '$1<text>')
			.replace(/("id":)"(test\/)?echo"/g, '$1<model>')
			// Where in the text a parser stumbled is told differently by Python and JavaScript.
			.replace(/("type":"invalid_json".*"dev":)"(\\.|[^"\\])*"/, '$1<reason>')
			// A path of the recording's disk.
			.replace(/<path> must define a `run\(ctx\)` function\./, "No module named 'does_not_exist'")
			.replace(/"nextCursor":"eyJzIjoi\w+"/, '"nextCursor":<keyset>')
			.trim()
	);
}

interface Block {
	title: string;
	text: string;
}

function readFile(file: string): string {
	return readFileSync(join(folder, file), 'utf8');
}

function readBlocks(file: string): Block[] {
	return readFile(file)
		.split(/^### /m)
		.slice(1)
		.map((block) => {
			const end = block.indexOf('\n');
			// Of one heading the run id is part.
			const title = block.slice(0, end).replace(/^run get workflow:.*/, 'run get');
			return { title, text: block.slice(end + 1).replace(/\n+$/, '') };
		});
}

/** A command as the recorder printed it: unquoted, headers before the body, the body last. */
function readCurl(line: string): Sent {
	const [, method = 'GET'] = / -X (\w+)/.exec(line) ?? [];
	const url = new URL(/https?:\/\/\S+/.exec(line)?.[0] ?? '');
	const [command = '', ...bodies] = line.split(' -d ');
	const headers = Array.from(command.matchAll(/ -H (\S+): (.+?)(?= -H |$)/g), ([, name, value]) => [
		name,
		value,
	]);
	return {
		method,
		// Not `url.pathname`: what was percent-encoded stays so.
		path: line.match(/https?:\/\/[^/]+(\S*)/)?.[1] ?? url.pathname,
		headers: Object.fromEntries(headers),
		...(bodies.length > 0 && { body: bodies.join(' -d ') }),
	};
}

/** Answers with a status line, and lines of JSON without one. */
function readAnswers(text = ''): Recorded[] {
	const answers: Recorded[] = [];
	let inHeaders = false;
	for (const line of text.split('\n')) {
		const last = answers.at(-1);
		const [, status] = /^HTTP\/1\.1 (\d+)/.exec(line) ?? [];
		if (status) {
			answers.push({ status: Number(status), headers: {}, text: '' });
			inHeaders = true;
		} else if (inHeaders && last) {
			const [, name, value] = /^([\w-]+): (.*)$/.exec(line) ?? [];
			if (name && value !== undefined) last.headers[name.toLowerCase()] = value;
			else inHeaders = false;
		} else if (/^(curl|\[|\d+$|\d workers)/.test(line)) {
			// What the recorder's own tools printed.
		} else if (line.startsWith('{') && (!last || last.text !== '')) {
			answers.push({ headers: {}, text: line });
		} else if (last) {
			last.text += last.text === '' ? line : `\n${line}`;
		}
	}
	return answers;
}

function json(path: string, body: string): Sent {
	return { method: 'POST', path, headers: { 'content-type': 'application/json' }, body };
}

function streamed(path: string, body: string): Sent {
	return {
		...json(path, body),
		headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
	};
}

async function post(path: string, body: string): Promise<Answer> {
	return await send(json(path, body));
}

async function startRun(name: string, payload: string): Promise<string> {
	return JSON.parse((await post(`/workflows/${name}`, payload)).text).runId;
}

async function control(path: string, body: unknown = {}): Promise<void> {
	const answer = await send(json(`/__sandbox/${path}`, JSON.stringify(body)));
	if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
}

async function send({ method = 'GET', path, headers, body, leaveAfterMs }: Sent): Promise<Answer> {
	const { hostname, port } = new URL(baseUrl);
	return await new Promise((resolve, reject) => {
		const request = httpRequest(
			{
				hostname,
				port,
				method,
				path,
				agent: false,
				headers: {
					'user-agent': 'curl/7.88.1',
					...headers,
					...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
				},
			},
			(response) => {
				const pieces: Buffer[] = [];
				const finish = () =>
					resolve({
						status: response.statusCode ?? 0,
						headers: response.headers,
						text: Buffer.concat(pieces).toString(),
					});
				response.on('data', (piece: Buffer) => pieces.push(piece));
				response.on('end', finish);
				if (leaveAfterMs === undefined) return;
				setTimeout(() => {
					finish();
					request.destroy();
				}, leaveAfterMs);
			},
		);
		request.on('error', reject);
		request.end(body);
	});
}
