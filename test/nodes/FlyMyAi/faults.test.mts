// What the node does when the platform or the network is out of order: what it asks again, what it
// must not, and what it says. Each test has an agent of its own, so that they can run side by side.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import type { FaultDefinition } from '../../../sandbox/core/faults.mts';
import {
	API,
	baseUrl,
	byId,
	control,
	credentials,
	execute,
	failureOf,
	newAgent,
	outputs,
	runsWith,
	sent,
	startOf,
	until,
	useSandbox,
} from './support.mts';

useSandbox();

const SOON = { requestOptions: { timeout: 1 } };
const HOURS = { 'retry-after': '7200' };

/** One request of each kind: a look, a start, and a change that may not be done twice either. */
const requests = {
	GET: async (agent: string) => await execute('agent', 'get', { agent: byId(agent), ...SOON }),
	START: async (agent: string) =>
		await execute('run', 'start', { ...startOf(agent), waitForCompletion: false, ...SOON }),
	PATCH: async (agent: string) =>
		await execute('agent', 'update', {
			agent: byId(agent),
			updateFields: { name: 'Renamed' },
			...SOON,
		}),
	DELETE: async (agent: string) =>
		await execute('agent', 'delete', { agent: byId(agent), ...SOON }),
};
type Kind = keyof typeof requests;

const every: Kind[] = ['GET', 'START', 'PATCH', 'DELETE'];
const changing: Kind[] = ['START', 'PATCH', 'DELETE'];

async function strike(agent: string, kind: Kind, fault: FaultDefinition): Promise<void> {
	const method = kind === 'START' ? 'POST' : kind;
	await control.fault({ ...fault, match: { method, path: `/tasks/${agent}/` } });
}

const methods = async (agent: string) =>
	(await sent(new RegExp(`/tasks/${agent}/`))).map(({ method }) => method);

const refusedInputs = (why: string) =>
	`FlyMyAI: the inputs do not fit the agent's input schema:\n${why}`;
const status = (code: number, headers = {}): FaultDefinition => ({
	kind: 'status',
	status: code,
	headers,
});
const cases = (kinds: Kind[], faults: Record<string, FaultDefinition>) =>
	kinds.flatMap((kind) => Object.entries(faults).map(([name, fault]) => ({ kind, name, fault })));

const passing = {
	'no answer in time': { kind: 'latency', ms: 1500 },
	silence: { kind: 'silence' },
	'502': status(502),
	'503': status(503),
	'504': status(504),
	'a reset before': { kind: 'reset-before' },
	'a reset after': { kind: 'reset-after' },
} satisfies Record<string, FaultDefinition>;
const cut: FaultDefinition = { kind: 'truncate' };
const turnedAway = {
	'429': status(429),
	'429 with Retry-After': status(429, { 'retry-after': '1' }),
	'503 with Retry-After': status(503, { 'retry-after': '1' }),
};

describe('asked again, and done once', () => {
	test.concurrent.each([
		...cases(['GET'], { ...passing, 'an answer cut off': cut }),
		...cases(every, turnedAway),
	])('$kind after $name', async ({ kind, fault }) => {
		const agent = await newAgent();
		await strike(agent, kind, fault);
		const begun = Date.now();
		const [item] = await requests[kind](agent);

		expect(item.pairedItem).toEqual({ item: 0 });
		expect(await methods(agent)).toHaveLength(2);
		expect(await runsWith(agent)).toHaveLength(kind === 'START' ? 1 : 0);
		if (fault.headers?.['retry-after']) expect(Date.now() - begun).toBeGreaterThanOrEqual(1000);
	});
});

describe('never asked again, because it may have been done', () => {
	test.concurrent.each([
		...cases(changing, passing),
		...cases(['START', 'PATCH'], { 'an answer cut off': cut }),
	])('$kind after $name', async ({ kind, name, fault }) => {
		const agent = await newAgent();
		await strike(agent, kind, fault);
		const failure = await failureOf(requests[kind](agent));

		expect(await methods(agent)).toHaveLength(1);
		expect(failure.description).toMatch(/not repeated, because that could do it twice/);
		if (kind === 'START') {
			expect(failure.description).toContain('Look for the run with Run: Get Many');
			await until(async () => (await sent(new RegExp(agent)))[0].ms !== null);
			expect((await runsWith(agent)).length).toBeLessThanOrEqual(1);
		}
		if (fault.kind === 'status') expect(failure).toMatchObject({ httpCode: name });
		else {
			expect(failure.message).toMatch(
				/^FlyMyAI (did not answer in time|closed the connection before it had answered); the request may have arrived all the same$/,
			);
		}
	});
});

describe('refused for good', () => {
	const verdicts: Record<string, { fault: FaultDefinition; description: RegExp }> = {
		'400': { fault: status(400), description: /Correct the values that the message names/ },
		'401': { fault: status(401), description: /Check the key in the credential 'flyMyAiApi'/ },
		'403': { fault: status(403), description: /credential 'flyMyAiApi' is not allowed to do this/ },
		'404': { fault: status(404), description: /Check the ID/ },
		'429': {
			fault: status(429, HOURS),
			description: /free again in 2 hours\. Run the node again then, or ask for a higher limit/,
		},
		'500': { fault: status(500), description: /FlyMyAI has trouble on its side/ },
		'503': { fault: status(503, HOURS), description: /FlyMyAI has trouble on its side/ },
	};

	test.concurrent.each(
		every.flatMap((kind) =>
			Object.entries(verdicts).map(([code, verdict]) => ({ kind, code, ...verdict })),
		),
	)('$kind with $code', async ({ kind, code, fault, description }) => {
		const agent = await newAgent();
		await strike(agent, kind, fault);
		const failure = await failureOf(requests[kind](agent));

		expect(await methods(agent)).toHaveLength(1);
		expect(failure).toMatchObject({
			httpCode: code,
			message: `FlyMyAI: Injected fault: status ${code}`,
			description: expect.stringMatching(description),
			context: { itemIndex: 0 },
		});
	});

	test.concurrent.each(every)('%s with an answer that is no JSON', async (kind) => {
		const agent = await newAgent();
		await strike(agent, kind, { kind: 'malformed' });
		const failure = await failureOf(requests[kind](agent));

		expect(await methods(agent)).toHaveLength(1);
		expect(failure.message).toMatch(/^Unexpected answer of FlyMyAI to .* is not JSON: <html>/);
		expect(failure.description).toMatch(/Base URL of the credential/);
	});

	test.concurrent.each([
		['plain text', 'upstream broke', 'FlyMyAI: upstream broke'],
		['a page', '<html>sorry</html>', 'FlyMyAI: HTTP status 500'],
		['a list', ['one', 'two'], 'FlyMyAI: one;\ntwo'],
		['fields', { name: ['Too long.', 'Taken.'] }, 'FlyMyAI: name: Too long. Taken.'],
		[
			'fields of several',
			{ name: ['Too long.'], goal: 'Bad.' },
			'FlyMyAI: name: Too long.;\ngoal: Bad.',
		],
		['variables', { variables: 'Bad.' }, refusedInputs('Bad.')],
		[
			'a list of variables',
			{ variables: ["5 is not of type 'string'", "'wild' is not one of ['quick', 'deep']"] },
			refusedInputs("5 is not of type 'string';\n'wild' is not one of ['quick', 'deep']"),
		],
		[
			'an object of variables',
			{ variables: { topic: ['Too long.', 'Taken.'], depth: 'Unknown.' } },
			refusedInputs('topic: Too long. Taken.;\ndepth: Unknown.'),
		],
		['nothing of a detail', { detail: null }, 'FlyMyAI: HTTP status 500'],
		['nothing of variables', { variables: [], detail: 'Busy.' }, 'FlyMyAI: Busy.'],
		['nothing of a field', { name: [], goal: ['Bad.'] }, 'FlyMyAI: goal: Bad.'],
	])('an explanation as %s reaches the user', async (_, body, message) => {
		const agent = await newAgent();
		await strike(agent, 'GET', { kind: 'status', status: 500, body });

		expect((await failureOf(requests.GET(agent))).message).toBe(message);
	});

	test.concurrent.each([
		['Not found.', { detail: 'Not found.' }, 'Not found'],
		['a kind alone', { detail: 'Agent not found' }, 'Agent not found'],
		['a page', '<html>Not Found</html>', 'HTTP status 404'],
	])('what is missing is named by its route where a 404 says %s', async (_, body, words) => {
		const agent = await newAgent();
		await strike(agent, 'GET', { kind: 'status', status: 404, body });

		expect(await failureOf(requests.GET(agent))).toMatchObject({
			message: `FlyMyAI: ${words} (GET ${API}/tasks/${agent}/)`,
			description: expect.stringMatching(/Check the ID/),
		});
	});

	test.concurrent('a 404 that names what is missing is left as it is', async () => {
		const agent = await newAgent();
		const body = { detail: `Agent '${agent}' not found` };
		await strike(agent, 'GET', { kind: 'status', status: 404, body });

		expect((await failureOf(requests.GET(agent))).message).toBe(`FlyMyAI: ${body.detail}`);
	});

	test.concurrent('an answer of another form is named by its field', async () => {
		const agent = await newAgent();
		await strike(agent, 'GET', { kind: 'status', status: 200, body: { uuid: agent, name: 5 } });
		const { message } = await failureOf(requests.GET(agent));

		expect(message).toBe(
			`Unexpected answer of FlyMyAI to GET /api/v1/agents/tasks/${agent}/: name: Expected string, received number`,
		);
	});
});

describe('given up', () => {
	test.concurrent('after five looks', async () => {
		const agent = await newAgent();
		await strike(agent, 'GET', { ...status(503), times: null });
		const failure = await failureOf(requests.GET(agent));

		expect(await methods(agent)).toHaveLength(5);
		expect(failure).toMatchObject({
			httpCode: '503',
			description: expect.stringMatching(/Run the node again later/),
		});
	});

	test.concurrent('after five looks that break off', async () => {
		const agent = await newAgent();
		await strike(agent, 'GET', { kind: 'reset-before', times: null });
		const failure = await failureOf(requests.GET(agent));

		expect(await methods(agent)).toHaveLength(5);
		expect(failure.message).toBe('FlyMyAI closed the connection before it had answered');
		expect(failure.description).toMatch(
			/Check the Base URL of the credential \(127\.0\.0\.1:\d+\)/,
		);
	});
});

describe('nobody is there', () => {
	const freePort = async () => {
		const server = createServer().listen(0, '127.0.0.1');
		await once(server, 'listening');
		const { port } = server.address() as AddressInfo;
		server.close();
		return port;
	};

	test.concurrent('at an address that refuses connections', async () => {
		const failure = await failureOf(
			execute(
				'run',
				'start',
				{ ...startOf('any'), ...SOON },
				{ credentials: credentials({ baseUrl: `http://127.0.0.1:${await freePort()}` }) },
			),
		);

		expect(failure.message).toBe('FlyMyAI refused the connection');
		expect(failure.description).toMatch(
			/Check the Base URL of the credential \(127\.0\.0\.1:\d+\)/,
		);
	});

	test.concurrent('at an address there is not', async () => {
		const failure = await failureOf(
			execute(
				'agent',
				'get',
				{ agent: byId('any'), ...SOON },
				{ credentials: credentials({ baseUrl: 'http://nobody.invalid' }) },
			),
		);

		expect(failure.message).toMatch(/^FlyMyAI has an address that /);
	});

	test.concurrent('behind a certificate nobody vouches for', async () => {
		const begun = Date.now();
		const failure = await failureOf(
			execute(
				'agent',
				'get',
				{ agent: byId('any'), ...SOON },
				{ credentials: credentials({ baseUrl: baseUrl().replace('http:', 'https:') }) },
			),
		);

		expect(failure.message).toMatch(/^FlyMyAI could not be asked: /);
		expect(failure.description).toMatch(/certificate of the service/);
		// Four repetitions would take longer.
		expect(Date.now() - begun).toBeLessThan(3500);
	});
});

test.concurrent(
	'items that meet a fault fail alone, each with what the platform said',
	async () => {
		const agents = [await newAgent(), await newAgent(), await newAgent()];
		await strike(agents[1], 'GET', status(500));
		const [items] = await outputs(
			'agent',
			'get',
			{ agent: '={{ $json.agent }}', ...SOON },
			{ items: agents.map((agent) => ({ agent })), continueOnFail: true },
		);

		expect(items.map(({ json }) => json)).toMatchObject([
			{ uuid: agents[0] },
			{
				error: 'FlyMyAI: Injected fault: status 500',
				message: expect.stringMatching(/trouble on its side/),
				details: { item: 1, http_status: 500 },
			},
			{ uuid: agents[2] },
		]);
	},
);
