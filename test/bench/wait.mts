/*
 * 50 items, runs of 3 to 20 s, 10 at a time: what waiting costs with this package's node, with the
 * workflow people build without it, and with a loop that polls every 2 s as the vendor's SDK does.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { IConnections, INode, INodeParameters } from 'n8n-workflow';
import pLimit from 'p-limit';
import type { LoggedRequest } from '../../sandbox/core/requestLog.mts';
import { saveCredentials } from '../../scripts/lib/credentials.mts';
import { startN8n } from '../../scripts/lib/n8n.mts';
import type { WorkflowFile } from '../../scripts/lib/n8nClient.mts';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { startSandbox } from '../../scripts/lib/sandbox.mts';

const ITEMS = 50;
const PARALLEL = 10;
const RUN_MS = [3_000, 20_000];
const AGENT = '5eed0000-0000-4000-8000-000000000001';
const API = '/api/v1/agents';

interface Measured {
	name: string;
	/** From the first start request to the last answer that shows a run's end. */
	wallMs: number;
	/** The runs' own time at the same parallelism. */
	limitMs: number;
	delaysMs: number[];
	requests: number;
	peakMb: number;
}

interface RunTimes {
	id: string;
	startedAt: number;
	endedAt: number;
}

/** When the last of these durations ends if each starts as soon as one of `slots` is free. */
function physicalLimit(durations: number[], slots: number): number {
	const free = Array.from({ length: slots }, () => 0);
	for (const duration of durations) {
		const next = free.indexOf(Math.min(...free));
		free[next] += duration;
	}
	return Math.max(...free);
}

const percentile = (values: number[], part: number): number =>
	[...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];

/** Peak resident memory, in MB, of this process' children that run n8n while `work` goes on. */
async function watchingMemory<T>(work: () => Promise<T>): Promise<{ result: T; peakMb: number }> {
	let peakKb = 0;
	let going = true;
	const watching = (async () => {
		while (going) {
			for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
				try {
					const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
					const status = readFileSync(`/proc/${pid}/status`, 'utf8');
					const isOurs = status.includes(`PPid:\t${process.pid}\n`);
					if (!isOurs || !command.includes('bin/n8n')) continue;
					peakKb = Math.max(peakKb, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0));
				} catch (error) {
					// A process may end between being listed and being read.
					if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
				}
			}
			await sleep(250);
		}
	})();
	try {
		return { result: await work(), peakMb: peakKb / 1024 };
	} finally {
		going = false;
		await watching;
	}
}

class Sandbox {
	readonly #http;
	readonly baseUrl: string;
	readonly apiKey: string;

	constructor(baseUrl: string, apiKey: string) {
		this.baseUrl = baseUrl;
		this.apiKey = apiKey;
		this.#http = axios.create({ baseURL: baseUrl, headers: { 'X-API-KEY': apiKey } });
	}

	async prepare(): Promise<void> {
		await this.#http.post('/__sandbox/reset');
		await this.#http.post(`/__sandbox/flymyai/agents/${AGENT}/behaviour`, {
			pendingMs: 0,
			runningMs: RUN_MS,
		});
		await this.#http.delete('/__sandbox/requests');
	}

	async start(item: number): Promise<string> {
		const body = { variables: { topic: `Topic ${item}` } };
		return (await this.#http.post(`${API}/tasks/${AGENT}/run-loop/`, body)).data.id;
	}

	async statusOf(id: string): Promise<string> {
		return (await this.#http.get(`${API}/executions/${id}/`)).data.status;
	}

	async requests(): Promise<LoggedRequest[]> {
		return (await this.#http.get('/__sandbox/requests')).data;
	}

	/** The runs of this measurement, in the order of their start. */
	async runs(): Promise<RunTimes[]> {
		const rows = (await this.#http.get(`${API}/executions/`)).data;
		return rows
			.filter((row: { variables: { topic?: string } }) => row.variables.topic?.startsWith('Topic '))
			.map((row: { id: string; created_at: string; updated_at: string }) => ({
				id: row.id,
				startedAt: Date.parse(row.created_at),
				endedAt: Date.parse(row.updated_at),
			}))
			.sort((a: RunTimes, b: RunTimes) => a.startedAt - b.startedAt);
	}
}

async function measure(
	name: string,
	sandbox: Sandbox,
	slots: number,
	work: () => Promise<void>,
): Promise<Measured> {
	await sandbox.prepare();
	const { peakMb } = await watchingMemory(work);
	const requests = await sandbox.requests();
	const runs = await sandbox.runs();
	// The first single look at a run that comes after its end is the one that shows it.
	const seen = runs.map(({ id, endedAt }) => {
		const look = requests.find(
			({ method, path, at }) =>
				method === 'GET' && path === `${API}/executions/${id}/` && at >= endedAt,
		);
		return look === undefined ? Infinity : look.at + (look.ms ?? 0);
	});
	return {
		name,
		wallMs: Math.max(...seen) - Math.min(...requests.map(({ at }) => at)),
		limitMs: physicalLimit(
			runs.map(({ startedAt, endedAt }) => endedAt - startedAt),
			slots,
		),
		delaysMs: seen.map((at, index) => at - runs[index].endedAt),
		requests: requests.length,
		peakMb,
	};
}

const credentials = (saved: { id: string; name: string }) => ({ flyMyAiApi: saved });
const manual = { name: 'Go', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };
const items = {
	name: 'Items',
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: {
		jsCode: `return Array.from({ length: ${ITEMS} }, (_, i) => ({ json: { topic: 'Topic ' + i } }));`,
	},
};
const request = (
	name: string,
	parameters: INodeParameters,
	saved: { id: string; name: string },
) => ({
	name,
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: {
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'flyMyAiApi',
		options: {},
		...parameters,
	},
	credentials: credentials(saved),
});

type BenchNode = Omit<INode, 'id' | 'position'>;

function workflow(
	id: string,
	name: string,
	nodes: BenchNode[],
	connections: Array<[string, string, number?]>,
): WorkflowFile {
	const main: IConnections = {};
	for (const [from, to, output = 0] of connections) {
		main[from] ??= { main: [] };
		while (main[from].main.length <= output) main[from].main.push([]);
		main[from].main[output]?.push({ node: to, type: 'main', index: 0 });
	}
	return {
		id,
		name,
		nodes: nodes.map((node, index) => ({
			id: `${id}-${index}`,
			position: [index * 200, 0] as [number, number],
			...node,
		})),
		connections: main,
		settings: {},
	};
}

const ownNode = (saved: { id: string; name: string }) =>
	workflow(
		'bench-own',
		'FlyMyAI node, 10 at a time',
		[
			manual,
			items,
			{
				name: 'Agent',
				type: 'n8n-nodes-agent-platforms.flyMyAi',
				typeVersion: 1,
				parameters: {
					resource: 'run',
					operation: 'start',
					agent: { __rl: true, mode: 'id', value: AGENT },
					specifyInputs: 'json',
					inputsJson: '={{ { topic: $json.topic } }}',
					options: { parallelRuns: PARALLEL },
				},
				credentials: credentials(saved),
			},
		],
		[
			['Go', 'Items'],
			['Items', 'Agent'],
		],
	);

/** HTTP Request, Wait, HTTP Request, IF, and round again: every item at once, as people build it. */
const httpLoop = (baseUrl: string, saved: { id: string; name: string }) =>
	workflow(
		'bench-http',
		'HTTP Request + Wait loop, all at once',
		[
			manual,
			items,
			request(
				'Start run',
				{
					method: 'POST',
					url: `${baseUrl}${API}/tasks/${AGENT}/run-loop/`,
					sendBody: true,
					specifyBody: 'json',
					jsonBody: '={{ JSON.stringify({ variables: { topic: $json.topic } }) }}',
				},
				saved,
			),
			{
				name: 'Wait',
				type: 'n8n-nodes-base.wait',
				typeVersion: 1.1,
				parameters: { amount: 2 },
				webhookId: 'bench-wait',
			},
			request('Get run', { url: `=${baseUrl}${API}/executions/{{ $json.id }}/` }, saved),
			{
				name: 'Ended?',
				type: 'n8n-nodes-base.if',
				typeVersion: 2.2,
				parameters: {
					conditions: {
						options: { version: 2, caseSensitive: true, typeValidation: 'strict' },
						combinator: 'and',
						conditions: [
							{
								id: 'ended',
								leftValue: '={{ ["completed", "failed", "cancelled"].includes($json.status) }}',
								rightValue: '',
								operator: { type: 'boolean', operation: 'true', singleValue: true },
							},
						],
					},
				},
			},
			{ name: 'Done', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
		],
		[
			['Go', 'Items'],
			['Items', 'Start run'],
			['Start run', 'Wait'],
			['Wait', 'Get run'],
			['Get run', 'Ended?'],
			['Ended?', 'Done', 0],
			['Ended?', 'Wait', 1],
		],
	);

/** Measures a workflow in an n8n of its own, so that none inherits another one's memory. */
async function inN8n(
	folder: string,
	slots: number,
	sandbox: Sandbox,
	build: (saved: { id: string; name: string }) => WorkflowFile,
): Promise<Measured> {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const n8n = await startN8n({ folder });
	try {
		const { baseUrl, apiKey } = sandbox;
		const saved = await saveCredentials(n8n.client, { flymyai: { baseUrl, apiKey } });
		const file = build(saved.flyMyAiApi);
		await n8n.client.saveWorkflow(file);
		return await measure(file.name, sandbox, slots, async () => {
			const execution = await n8n.client.finished(await n8n.client.run(file.id, 'Go'), 300_000);
			if (execution.status !== 'success') {
				throw new Error(`${file.name}: ${JSON.stringify(execution.data.resultData.error)}`);
			}
		});
	} finally {
		await n8n.stop();
	}
}

async function sdkLoop(sandbox: Sandbox): Promise<void> {
	const limit = pLimit(PARALLEL);
	const one = async (item: number) => {
		const id = await sandbox.start(item);
		while (!['completed', 'failed'].includes(await sandbox.statusOf(id))) await sleep(2_000);
	};
	await Promise.all(Array.from({ length: ITEMS }, (_, item) => limit(() => one(item))));
}

/** Prints the table of this benchmark. */
export async function benchWaiting(): Promise<void> {
	const folder = join(rootFolder, '.artifacts', 'bench');
	mkdirSync(folder, { recursive: true });
	const { platforms, stop } = await startSandbox(join(folder, 'sandbox.log'));
	try {
		const sandbox = new Sandbox(platforms.flymyai.baseUrl, platforms.flymyai.apiKey);
		const rows = [
			await inN8n(join(folder, 'own'), PARALLEL, sandbox, ownNode),
			await inN8n(join(folder, 'http'), ITEMS, sandbox, (saved) =>
				httpLoop(sandbox.baseUrl, saved),
			),
			await measure('2 s loop as in the SDK, 10 at a time', sandbox, PARALLEL, async () => {
				await sdkLoop(sandbox);
			}),
		];
		console.log(`\nWaiting for ${ITEMS} runs of ${RUN_MS.map((ms) => ms / 1000).join(' to ')} s`);
		console.table(
			Object.fromEntries(
				rows.map(({ name, wallMs, limitMs, delaysMs, requests, peakMb }) => [
					name,
					{
						'wall / limit': (wallMs / limitMs).toFixed(2),
						'delay median s': (percentile(delaysMs, 0.5) / 1000).toFixed(2),
						'delay p95 s': (percentile(delaysMs, 0.95) / 1000).toFixed(2),
						'requests / run': (requests / ITEMS).toFixed(1),
						'n8n peak MB': peakMb > 0 ? peakMb.toFixed(0) : '-',
					},
				]),
			),
		);
	} finally {
		await stop();
	}
}
