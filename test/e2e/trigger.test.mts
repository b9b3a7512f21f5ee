// The FlyMyAI Trigger in a real n8n that is killed again and again, and the example built on it.
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, jest } from '@jest/globals';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import type { INode, INodeExecutionData } from 'n8n-workflow';
import type { FaultDefinition } from '../../sandbox/core/faults.mts';
import { saveCredentials } from '../../scripts/lib/credentials.mts';
import type { SavedCredentials } from '../../scripts/lib/credentials.mts';
import { readExample } from '../../scripts/lib/examples.mts';
import { freePort } from '../../scripts/lib/freePort.mts';
import { startN8n } from '../../scripts/lib/n8n.mts';
import type { N8n } from '../../scripts/lib/n8n.mts';
import type { Execution, N8nClient, WorkflowFile } from '../../scripts/lib/n8nClient.mts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { startSandbox } from '../../scripts/lib/sandbox.mts';
import { SandboxControl } from '../support/sandbox.mts';

const TRIGGER = 'When a Run Ends';
const AGENT = '5eed0000-0000-4000-8000-000000000001';
const LIST = '/api/v1/agents/executions/';
const GAP_MS = 1_000;
/**
 * An n8n that was killed while it activated a workflow takes that up again when its lease is over,
 * after 2 minutes by default.
 */
const SHORT_LEASE = {
	N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '20',
	N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '1000',
};
const DURABLE = {
	N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
	N8N_SCHEDULER_ENABLED: 'true',
	N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
	N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
};

/** A tick every 5 s: n8n takes no cron that fires more than once a minute, but twelve that do. */
const pollTimes = {
	item: Array.from({ length: 12 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 5} * * * * *`,
	})),
};

/** A sandbox, and an n8n on a folder of its own that can be started again after a kill. */
interface Place {
	n8n: N8n;
	api: AxiosInstance;
	control: SandboxControl;
	credentials: SavedCredentials;
	restart(): Promise<void>;
}

async function at(
	name: string,
	env: NodeJS.ProcessEnv,
	work: (place: Place) => Promise<void>,
): Promise<void> {
	const folder = join(rootFolder, '.artifacts', 'e2e', name);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const sandbox = await startSandbox(join(folder, 'sandbox.log'));
	const { baseUrl, apiKey } = sandbox.platforms.flymyai;
	const options = { folder, env: { ...SHORT_LEASE, ...env }, port: await freePort() };
	let n8n: N8n | undefined;
	try {
		n8n = await startN8n(options);
		const place: Place = {
			n8n,
			api: axios.create({ baseURL: `${baseUrl}/api/v1/agents`, headers: { 'X-API-KEY': apiKey } }),
			control: new SandboxControl(baseUrl),
			credentials: await saveCredentials(n8n.client, sandbox.platforms),
			async restart() {
				n8n = await startN8n(options);
				place.n8n = n8n;
			},
		};
		await work(place);
	} finally {
		await n8n?.stop();
		await sandbox.stop();
	}
}

const bound = (node: INode, { flyMyAiApi }: SavedCredentials): INode =>
	node.credentials ? { ...node, credentials: { flyMyAiApi } } : node;

const workflow: WorkflowFile = {
	id: 'killed-trigger',
	name: 'Killed trigger',
	nodes: [
		{
			id: 'trigger',
			name: TRIGGER,
			type: 'n8n-nodes-agent-platforms.flyMyAiTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: { pollTimes, events: ['completed', 'failed', 'cancelled'] },
			credentials: { flyMyAiApi: { id: '', name: '' } },
		},
		{
			id: 'then',
			name: 'Then',
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			position: [200, 0],
			parameters: {},
		},
	],
	connections: { [TRIGGER]: { main: [[{ node: 'Then', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1' },
};

/** Saves and publishes a workflow; resolves when its trigger has polled twice. */
async function activate(place: Place, file: WorkflowFile): Promise<void> {
	const { client } = place.n8n;
	const nodes = file.nodes.map((node) => bound(node, place.credentials));
	await client.saveWorkflow({ ...file, nodes });
	await client.activate(file.id);
	await polls(place, 2);
}

/** Resolves when the sandbox was asked for its runs so many times. */
async function polls({ control }: Place, times: number, since = 0): Promise<void> {
	const deadline = Date.now() + 90_000;
	for (;;) {
		const asked = (await control.requests(since)).filter(({ path }) => path === LIST);
		if (asked.length >= times) return;
		if (Date.now() > deadline) throw new Error('The trigger does not poll');
		await sleep(250);
	}
}

/** What goes wrong with the requests of the trigger while n8n is being killed. */
async function breakThings(control: SandboxControl): Promise<void> {
	const list = { method: 'GET', path: `${LIST}$` };
	const detail = { method: 'GET', path: `${LIST}.+` };
	const faults: FaultDefinition[] = [
		{ kind: 'status', status: 500, probability: 0.1, match: list },
		{ kind: 'truncate', afterBytes: 900, probability: 0.1, match: list },
		{ kind: 'reset-before', probability: 0.05, match: list },
		{ kind: 'status', status: 500, probability: 0.1, match: detail },
		{ kind: 'reset-after', probability: 0.02, match: detail },
		{ kind: 'latency', ms: 200, probability: 0.1, match: detail },
	];
	for (const fault of faults) await control.fault({ ...fault, times: null });
}

/**
 * What the trigger handed to an execution. Of one that a crash cut off, it is still on the stack of
 * what is to be done, and n8n's recovery has put a placeholder where the output belongs.
 */
function triggeredBy({ data }: Execution): INodeExecutionData[] {
	const waiting = data.executionData?.nodeExecutionStack.find(({ node }) => node.name === TRIGGER);
	const ran = data.resultData.runData[TRIGGER]?.[0];
	return (waiting ?? ran)?.data?.main[0] ?? [];
}

/** By run, the executions it came out in. */
async function deliveries(client: N8nClient): Promise<Map<string, Execution[]>> {
	const byRun = new Map<string, Execution[]>();
	for (const id of await client.executionIds(workflow.id)) {
		const execution = await client.execution(id);
		for (const { json: run } of triggeredBy(execution)) {
			byRun.set(String(run.id), [...(byRun.get(String(run.id)) ?? []), execution]);
		}
	}
	return byRun;
}

/**
 * Resolves at a moment that is not right behind a poll. In classic static data n8n saves what a
 * poll left and creates the execution side by side (4 to 370 ms between the two, measured on a
 * busy machine): a crash in there loses what was emitted, and no node can prevent it.
 */
async function outsideOfTheGap(control: SandboxControl): Promise<void> {
	for (;;) {
		const last = (await control.requests()).findLast(({ method }) => method === 'GET');
		if (!last || last.ms === null || Date.now() - last.at - last.ms > GAP_MS) return;
		await sleep(50);
	}
}

const randomMs = (min: number, max: number): number => min + Math.random() * (max - min);

interface Outcome {
	lost: string[];
	doubled: string[];
}

/**
 * Ends `runs` runs while n8n is killed `kills` times, each time when `mayKill` resolves.
 * @returns the ids that never came out of the trigger, and those that came out more than once
 */
async function killing(
	place: Place,
	runs: number,
	kills: number,
	mayKill: () => Promise<void>,
): Promise<Outcome> {
	const { api, control } = place;
	const behaviour = { pendingMs: [0, 500], runningMs: [200, 9000] };
	await control.post(`flymyai/agents/${AGENT}/behaviour`, behaviour);
	await activate(place, workflow);
	await breakThings(control);

	const ids: string[] = [];
	for (let killed = 0; killed <= kills; killed++) {
		const share = Math.round((runs * (killed + 1)) / (kills + 1)) - ids.length;
		const starting = async () => {
			for (let left = share; left > 0; left--) {
				const started = await api.post(`/tasks/${AGENT}/run-loop/`, { variables: { topic: 'x' } });
				ids.push(started.data.id);
				await sleep(randomMs(0, 160));
			}
		};
		await Promise.all([starting(), sleep(randomMs(0, 8_000))]);
		if (killed === kills) break;
		await mayKill();
		await place.n8n.kill();
		const { seq } = (await control.requests()).at(-1) ?? { seq: 0 };
		await place.restart();
		// On a busy machine n8n may be reachable long before it polls.
		await polls(place, 1, seq);
	}
	await control.clearFaults();

	const { client } = place.n8n;
	let byRun = await deliveries(client);
	for (let quiet = 0; quiet < 10 && ids.some((id) => !byRun.has(id)); quiet++) {
		await sleep(5_000);
		const known = byRun.size;
		byRun = await deliveries(client);
		if (byRun.size > known) quiet = 0;
	}
	const outcome = {
		lost: ids.filter((id) => !byRun.has(id)),
		doubled: ids.filter((id) => (byRun.get(id) ?? []).length > 1),
	};
	report(byRun, outcome, kills);
	return outcome;
}

function report(byRun: Map<string, Execution[]>, { lost, doubled }: Outcome, kills: number): void {
	const executions = new Map([...byRun.values()].flat().map(({ id, status }) => [id, status]));
	const crashed = [...executions.values()].filter((status) => status === 'crashed');
	const pairs = new Set(
		doubled.map((id) => (byRun.get(id) ?? []).map((e) => `${e.id} (${e.status})`).join(' and ')),
	);
	const lines = [
		`${byRun.size + lost.length} runs, ${kills} kills: ${executions.size} executions, ${crashed.length} of them crashed`,
		`lost ${lost.length}, doubled ${doubled.length}`,
		...[...pairs].map(
			(pair) => `the same runs in executions ${pair}: killed before the state was saved`,
		),
	];
	process.stdout.write(`${lines.join('\n')}\n`);
}

// After a kill n8n itself may take minutes to take a workflow up again; the first error is shown.
jest.retryTimes(1, { logErrorsBeforeRetry: true });

describe('a trigger whose n8n is killed', () => {
	test('loses no run while its state is classic static data', async () => {
		await at('trigger', {}, async (place) => {
			const outside = async () => await outsideOfTheGap(place.control);
			expect((await killing(place, 500, 10, outside)).lost).toEqual([]);
		});
	}, 900_000);

	test('loses none with durable cursors, and repeats none', async () => {
		await at('trigger-durable', DURABLE, async (place) => {
			const anywhere = async () => {};
			expect(await killing(place, 150, 3, anywhere)).toEqual({ lost: [], doubled: [] });
		});
	}, 600_000);
});

// n8n ends what a workflow's polls share as soon as one of them returns.
test('triggers whose polls outlast their interval lose no run', async () => {
	await at('trigger-slow', {}, async (place) => {
		const { api, control } = place;
		await control.post(`flymyai/agents/${AGENT}/behaviour`, { pendingMs: 0, runningMs: 100 });
		const [trigger, then] = workflow.nodes;
		const other = {
			...trigger,
			id: 'other',
			name: 'Other',
			position: [0, 200] as [number, number],
		};
		const connections = { ...workflow.connections, Other: workflow.connections[TRIGGER] };
		await activate(place, { ...workflow, nodes: [trigger, other, then], connections });
		const list = { method: 'GET', path: `${LIST}$` };
		await control.fault({ kind: 'latency', ms: 12_000, match: list, times: null });
		const ids: string[] = [];
		for (let count = 0; count < 20; count++) {
			const { data } = await api.post(`/tasks/${AGENT}/run-loop/`, { variables: { topic: 'x' } });
			ids.push(data.id);
		}
		const { client } = place.n8n;
		const emitted = async () => {
			const found: string[] = [];
			for (const id of await client.executionIds(workflow.id)) {
				const { data } = await client.execution(id);
				const items = [TRIGGER, 'Other'].flatMap((name) => data.resultData.runData[name] ?? []);
				found.push(...items.flatMap(({ data: out }) => out?.main[0] ?? []).map(idOf));
			}
			return found.sort();
		};
		// Each of the two triggers emits each run.
		const expected = [...ids, ...ids].sort();
		const deadline = Date.now() + 120_000;
		while ((await emitted()).length < expected.length && Date.now() < deadline) await sleep(2_000);
		await sleep(15_000);

		expect(await emitted()).toEqual(expected);
	});
}, 300_000);

const idOf = ({ json: run }: INodeExecutionData): string => String(run.id);

test('the example posts the answer of a run that completes', async () => {
	await at('trigger-example', {}, async (place) => {
		const posted: unknown[] = [];
		const chat = createServer((request, response) => {
			void json(request).then((body) => {
				posted.push(body);
				response.end();
			});
		}).listen(0, '127.0.0.1');
		try {
			await once(chat, 'listening');
			const address = chat.address();
			if (address === null || typeof address === 'string') throw new Error('No port');
			const example = readExample('when-an-agent-finishes-post-its-answer.json');
			const nodes = example.nodes.map((node) => ({
				...node,
				disabled: false,
				parameters: {
					...node.parameters,
					...(node.name === 'Post It' ? { url: `http://127.0.0.1:${address.port}` } : {}),
					...('pollTimes' in node.parameters ? { pollTimes } : {}),
				},
			}));
			await activate(place, { ...example, nodes });
			const { data: run } = await place.api.post(`/tasks/${AGENT}/run-loop/`, {
				variables: { topic: 'Solar power' },
			});
			const deadline = Date.now() + 40_000;
			while (posted.length === 0 && Date.now() < deadline) await sleep(250);
			const lines = [
				`Run ${run.id} has completed:`,
				'summary: .*Solar power.*',
				'key_findings: \\[',
			];
			expect(posted).toEqual([{ text: expect.stringMatching(new RegExp(lines.join('\\n'))) }]);
		} finally {
			chat.close();
		}
	});
});
