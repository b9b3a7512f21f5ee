/*
 * What one poll of the FlyMyAI Trigger costs and how that grows with the account's history, beside
 * a bare download of the same list. Each history has a process of its own, which runs the built
 * node in n8n-core's own poll context.
 */
import { execFileSync } from 'node:child_process';
import { createRequire, registerHooks } from 'node:module';
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

/** In the process of its own: takes the baseline, and measures the polls after it. */
async function measure(account: Account): Promise<Measured> {
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
	const { FlyMyAiTrigger } = load(join(rootFolder, 'dist/nodes/FlyMyAi/FlyMyAiTrigger.node.js'));
	const { FlyMyAiApi } = load(join(rootFolder, 'dist/credentials/FlyMyAiApi.credentials.js'));
	const node: INodeType = new FlyMyAiTrigger();
	const type: ICredentialType = new FlyMyAiApi();
	registerCredentialTypes(type);

	const control = new SandboxControl(account.baseUrl);
	const staticData: IDataObject = {};
	const tick = async () => {
		await control.clearRequests();
		const credentials = { [type.name]: { ...account } };
		const { ms, result } = await timed(async () => await poll({ node, staticData, credentials }));
		return { ms, items: result?.[0]?.length ?? 0, requests: (await control.requests()).length };
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
		stateBytes: Buffer.byteLength(JSON.stringify(staticData)),
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const job: Account = JSON.parse(process.argv[2]);
	console.log(JSON.stringify(await measure(job)));
}
