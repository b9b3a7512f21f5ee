// `npm start`: a real n8n with this package in it, the example workflows loaded and one of them run.
//
//   npm start                         against the sandbox, a local stand-in of the platforms
//   npm start -- --key <key>          against FlyMyAI itself
//   FLYMYAI_API_KEY=<key> npm start   the same; npm then has no key to repeat on the screen
//   npm start -- --port <number>      where n8n listens (5678, or another one if that is taken)
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Listr } from 'listr2';
import { buildIfNeeded } from './lib/build.mts';
import { credentialOf, saveCredentials } from './lib/credentials.mts';
import type { PlatformValues, SavedCredentials } from './lib/credentials.mts';
import {
	credentialTypesOf,
	exampleFiles,
	loadExample,
	readExample,
	triggerOf,
} from './lib/examples.mts';
import { freePort } from './lib/freePort.mts';
import { startN8n } from './lib/n8n.mts';
import type { N8n } from './lib/n8n.mts';
import { outputOf } from './lib/n8nClient.mts';
import type { N8nClient } from './lib/n8nClient.mts';
import { rootFolder } from './lib/paths.mts';
import { startSandbox } from './lib/sandbox.mts';
import { toTable } from './lib/table.mts';

const dataFolder = join(rootFolder, '.n8n');
const firstExample = 'research-a-topic-with-an-agent.json';

/** What was started, in that order; it ends in the other. */
const running: Array<{ stop(): Promise<void> }> = [];
let ending = false;

async function end(code: number): Promise<void> {
	// The terminal sends Ctrl-C to npm too, and npm passes it on: it comes twice.
	if (ending) return;
	ending = true;
	console.log('\nEnding …');
	for (const service of running.reverse()) await service.stop();
	process.exit(code);
}

/** Shows a step's progress and gives its result. */
async function step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
	const results: Result[] = [];
	const task = async () => void results.push(await work());
	await new Listr([{ title, task }], { registerSignalListeners: false }).run();
	return results[0];
}

async function startStandIn(): Promise<PlatformValues> {
	const logFile = join(dataFolder, 'sandbox.log');
	const sandbox = await step('Starting the sandbox', async () => await startSandbox(logFile));
	running.push(sandbox);
	return sandbox.platforms;
}

async function startEditor(port: number): Promise<N8n> {
	const n8n = await step('Starting n8n', async () => await startN8n({ folder: dataFolder, port }));
	running.push(n8n);
	void n8n.ended.then(() => {
		if (!ending) console.error(`\nn8n ended by itself. Its log: ${n8n.logFile}`);
		return end(1);
	});
	return n8n;
}

/** Loads every example whose platform is at hand; with a real key that is FlyMyAI alone. */
async function loadExamples(client: N8nClient, credentials: SavedCredentials): Promise<void> {
	for (const file of exampleFiles()) {
		const types = credentialTypesOf(readExample(file));
		if (types.every((type) => type in credentials)) await loadExample(client, file, credentials);
	}
}

async function runFirstExample(client: N8nClient): Promise<void> {
	const workflow = readExample(firstExample);
	const execution = await step(`Running "${workflow.name}"`, async () => {
		return await client.finished(await client.run(workflow.id, triggerOf(workflow)));
	});
	const { error, lastNodeExecuted } = execution.data.resultData;
	if (error) {
		console.error(`The run ended with: ${error.message}\n${error.description ?? ''}`);
		return;
	}
	for (const item of outputOf(execution, lastNodeExecuted ?? '')) {
		console.log(toTable(item, process.stdout.columns || 100));
	}
}

/** Asks FlyMyAI whether it accepts the key, as the credential's own test in the editor does. */
async function tryKey(client: N8nClient, saved: SavedCredentials, apiKey: string): Promise<void> {
	const credential = credentialOf('flymyai', { apiKey });
	const { id } = saved[credential.type];
	const { status, message } = await client.testCredential(id, credential);
	console.log(
		status === 'OK'
			? '\nFlyMyAI accepts the key. Open an example, choose one of your own agents, and execute it.'
			: `\nThe connection test with this key did not pass: ${message}`,
	);
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { key: { type: 'string' }, port: { type: 'string' } } });
	const key = values.key ?? process.env.FLYMYAI_API_KEY;
	const port = values.port === undefined ? await freePort(5678) : Number(values.port);
	if (!Number.isInteger(port)) throw new Error(`--port must be a number, not ${values.port}`);

	mkdirSync(dataFolder, { recursive: true });
	await step('Building the package', buildIfNeeded);
	const platforms = key ? { flymyai: { apiKey: key } } : await startStandIn();
	const n8n = await startEditor(port);
	const credentials = await step('Loading the examples', async () => {
		const saved = await saveCredentials(n8n.client, platforms);
		await loadExamples(n8n.client, saved);
		return saved;
	});

	if (key) {
		await tryKey(n8n.client, credentials, key);
	} else {
		await runFirstExample(n8n.client);
		console.log(
			'\nThis answer comes from the sandbox, a stand-in on this computer that only speaks',
		);
		console.log(
			'as FlyMyAI does. It is not FlyMyAI, and no AI has thought about it. With an API key',
		);
		console.log('of your own: npm start -- --key <key>');
	}
	console.log(`\nn8n is open at ${n8n.baseUrl}`);
	console.log(`  email     ${n8n.login.email}`);
	console.log(`  password  ${n8n.login.password}`);
	console.log('\nCtrl-C ends it.');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => void end(0));
}
try {
	await main();
} catch (error) {
	if (!ending) console.error(error instanceof Error ? error.message : error);
	await end(1);
}
