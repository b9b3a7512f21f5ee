/*
 * What one poll of the FlyMyAI Trigger costs and how that grows with the account's history, beside
 * a bare download of the same list; and what the PyFlue Trigger does with runs of several MB. Each
 * history has a process of its own, which runs the built node in n8n-core's own poll context.
 */
import { execFileSync } from 'node:child_process';
import { createRequire, registerHooks } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import axios from 'axios';
import type { ICredentialType, IDataObject, INodeType } from 'n8n-workflow';
import { rootFolder } from '../../scripts/lib/paths.mts';
import { SandboxControl, startSandbox } from '../support/sandbox.mts';

const HISTORIES = [100, 1_000, 10_000, 50_000];
const MESSAGE_BYTES = 4096;
/** Completions that are new to the poll that finds some. */
const NEW = 20;
/** So that the peak shows what is needed, and not how long garbage may lie about. */
const SMALL_HEAP = ['--max-old-space-size=192', '--max-semi-space-size=8'];
const LIST = '/api/v1/agents/executions/';

interface Account {
	baseUrl: string;
	apiKey: string;
}

interface Measured {
	downloadMs: number;
	quietMs: number;
	quietRequests: number;
	findingMs: number;
	findingRequests: number;
	items: number;
	stateBytes: number;
	/** Resident memory of the process before the first poll, and its peak. */
	startMb: number;
	peakMb: number;
}

/** Milliseconds that some work takes, with what it answers. */
async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
	const begun = performance.now();
	const result = await work();
	return { ms: performance.now() - begun, result };
}

/** Reads the whole list and does nothing with it. */
async function download({ baseUrl, apiKey }: Account): Promise<void> {
	const headers = { 'X-API-KEY': apiKey };
	const { data } = await axios.get(baseUrl + LIST, { headers, responseType: 'stream' });
	for await (const chunk of data) void chunk;
}

/** The built trigger of a platform, with its credential, in n8n-core's poll context. */
async function triggerOf(platform: 'FlyMyAi' | 'PyFlue') {
	const load = createRequire(import.meta.url);
	// As an ES module n8n-workflow does not load in plain Node.
	const workflowPackage = pathToFileURL(load.resolve('n8n-workflow')).href;
	registerHooks({
		resolve(name, context, next) {
			const isOurs = name === 'n8n-workflow' && context.conditions.includes('import');
			return next(isOurs ? workflowPackage : name, context);
		},
	});
	const { poll, registerCredentialTypes } = await import('../support/n8n.mts');
	const name = `${platform}Trigger`;
	const { [name]: Trigger } = load(join(rootFolder, `dist/nodes/${platform}/${name}.node.js`));
	const credential = `${platform}Api`;
	const { [credential]: Api } = load(
		join(rootFolder, `dist/credentials/${credential}.credentials.js`),
	);
	const node: INodeType = new Trigger();
	const type: ICredentialType = new Api();
	registerCredentialTypes(type);
	const staticData: IDataObject = {};
	const tick = async (account: object) => {
		const credentials = { [type.name]: { ...account } };
		return (await poll({ node, staticData, credentials }))?.[0] ?? [];
	};
	return { tick, staticData };
}

/** In the process of its own: takes the baseline, and measures the polls after it. */
async function measure(account: Account): Promise<Measured> {
	const trigger = await triggerOf('FlyMyAi');
	const control = new SandboxControl(account.baseUrl);
	const tick = async () => {
		await control.clearRequests();
		const { ms, result } = await timed(async () => await trigger.tick(account));
		return { ms, items: result.length, requests: (await control.requests()).length };
	};
	const startMb = process.resourceUsage().maxRSS / 1024;
	await tick();
	const quiet = await tick();
	await control.post('flymyai/runs', {
		count: NEW,
		createdFrom: new Date().toISOString(),
		messageBytes: MESSAGE_BYTES,
	});
	const finding = await tick();
	const peakMb = process.resourceUsage().maxRSS / 1024;
	const bare = await timed(async () => await download(account));
	return {
		downloadMs: bare.ms,
		quietMs: quiet.ms,
		quietRequests: quiet.requests,
		findingMs: finding.ms,
		findingRequests: finding.requests,
		items: finding.items,
		stateBytes: Buffer.byteLength(JSON.stringify(trigger.staticData)),
		startMb,
		peakMb,
	};
}

/** Prints the table of this benchmark. */
export async function benchPolling(): Promise<void> {
	const sandbox = await startSandbox();
	try {
		const { baseUrl, apiKey, control } = sandbox.flymyai;
		const rows: Record<string, Record<string, string | number>> = {};
		for (const count of HISTORIES) {
			await control.reset();
			await control.post('flymyai/runs', { count, messageBytes: MESSAGE_BYTES });
			const job = JSON.stringify({ baseUrl, apiKey });
			const self = fileURLToPath(import.meta.url);
			const said = execFileSync(process.execPath, [...SMALL_HEAP, self, job], { encoding: 'utf8' });
			const measured: Measured = JSON.parse(said.trim().split('\n').at(-1) ?? '');
			if (measured.items !== NEW) throw new Error(`${measured.items} items instead of ${NEW}`);
			rows[`${count} runs`] = {
				'list MB': ((count * MESSAGE_BYTES) / 1e6).toFixed(1),
				'bare download ms': measured.downloadMs.toFixed(0),
				'quiet poll ms': measured.quietMs.toFixed(0),
				requests: measured.quietRequests,
				[`poll with ${NEW} new ms`]: measured.findingMs.toFixed(0),
				'its requests': measured.findingRequests,
				'memory before MB': measured.startMb.toFixed(0),
				'peak MB': measured.peakMb.toFixed(0),
				'state kB': (measured.stateBytes / 1000).toFixed(1),
			};
		}
		console.log(
			'\nOne poll of the FlyMyAI Trigger by length of the history (4 kB of messages a run)',
		);
		console.table(rows);
	} finally {
		await sandbox.close();
	}
}

/** Runs of 5 MB that end between two polls, and what they may cost. */
const LARGE = { count: 60, result_bytes: 5_000_000 };
const MOST_MB = 150;
const LONGEST_MS = 50;

interface LargeMeasured {
	ticks: number;
	items: number;
	/** Resident memory before the first poll, and its peak beyond that. */
	idleMb: number;
	moreMb: number;
	/** Longest stretch that kept the process from other work: its own time, and by the clock. */
	blockedMs: number;
	lateMs: number;
	seconds: number;
	quietMs: number;
}

/** In the process of its own: polls until all has come out, as n8n does, which keeps no items. */
async function measureLarge(baseUrl: string): Promise<LargeMeasured> {
	const { tick } = await triggerOf('PyFlue');
	const control = new SandboxControl(baseUrl);
	await tick({ baseUrl });
	await control.post('pyflue/runs', LARGE);
	globalThis.gc?.();
	const idleMb = process.memoryUsage().rss / 1e6;
	const most = { rss: 0, cpu: 0, clock: 0 };
	let isOver = false;
	const watching = (async () => {
		while (!isOver) {
			const [began, cpu] = [performance.now(), process.threadCpuUsage()];
			await nextTurn();
			const { user, system } = process.threadCpuUsage(cpu);
			most.cpu = Math.max(most.cpu, (user + system) / 1000);
			most.clock = Math.max(most.clock, performance.now() - began);
			most.rss = Math.max(most.rss, process.memoryUsage.rss() / 1e6);
		}
	})();
	const seen = new Set<unknown>();
	let [ticks, items] = [0, 0];
	const { ms } = await timed(async () => {
		for (; seen.size < LARGE.count && ticks < LARGE.count; ticks++) {
			for (const { json } of await tick({ baseUrl })) {
				if (String(json.result).length === LARGE.result_bytes) seen.add(json.run_id);
				items++;
			}
		}
	});
	const quiet = await timed(async () => await tick({ baseUrl }));
	isOver = true;
	await watching;
	if (seen.size !== LARGE.count || items !== LARGE.count || quiet.result.length > 0) {
		throw new Error(`${items} items of ${seen.size} runs instead of ${LARGE.count}`);
	}
	return {
		ticks,
		items,
		idleMb,
		moreMb: most.rss - idleMb,
		blockedMs: most.cpu,
		lateMs: most.clock,
		seconds: ms / 1000,
		quietMs: quiet.ms,
	};
}

/** Prints what runs of several MB cost the PyFlue Trigger, and fails beyond the bounds. */
export async function benchLargeRuns(): Promise<void> {
	const sandbox = await startSandbox();
	try {
		const self = fileURLToPath(import.meta.url);
		const said = execFileSync(process.execPath, ['--expose-gc', self, sandbox.pyflue.baseUrl], {
			encoding: 'utf8',
		});
		const measured: LargeMeasured = JSON.parse(said.trim().split('\n').at(-1) ?? '');
		console.log(`\nThe PyFlue Trigger after ${LARGE.count} runs of 5 MB`);
		console.table({
			measured: {
				items: measured.items,
				ticks: measured.ticks,
				seconds: measured.seconds.toFixed(1),
				'idle MB': measured.idleMb.toFixed(0),
				'peak above it MB': measured.moreMb.toFixed(0),
				'longest block ms': measured.blockedMs.toFixed(0),
				'by the clock ms': measured.lateMs.toFixed(0),
				'quiet poll ms': measured.quietMs.toFixed(0),
			},
			bound: { items: LARGE.count, 'peak above it MB': MOST_MB, 'longest block ms': LONGEST_MS },
		});
		if (measured.moreMb > MOST_MB) throw new Error(`More than ${MOST_MB} MB above idle`);
		if (measured.blockedMs > LONGEST_MS) throw new Error(`Blocked for more than ${LONGEST_MS} ms`);
	} finally {
		await sandbox.close();
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [, , job] = process.argv;
	const measured = job.startsWith('{') ? measure(JSON.parse(job)) : measureLarge(job);
	console.log(JSON.stringify(await measured));
}
