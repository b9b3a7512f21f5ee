// NaN and Infinity, which Python writes into its JSON, in whatever the platform answers.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { FlyMyAiTrigger } from '../../../nodes/FlyMyAi/FlyMyAiTrigger.node.ts';
import { poll } from '../../support/n8n.mts';
import {
	API,
	api,
	byId,
	control,
	credentials,
	failureOf,
	newAgent,
	newRun,
	result,
	rows,
	startOf,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const OUTPUT = { answer: 'Text: NaN, "-Infinity" \\', score: 'NAN', deep: [{ ratio: 'INF' }] };
const READ = { ...OUTPUT, score: null, deep: [{ ratio: null }] };
const FIELDS = 'agent_result.score, agent_result.deep[0].ratio';

/** As Python writes it. */
const asPython = (answer: unknown): string =>
	JSON.stringify(answer).replaceAll('"NAN"', 'NaN').replaceAll('"INF"', '-Infinity');

/** Answers as the platform would, but with such numbers in the output of the run. */
async function strike(
	path: string,
	match: string,
	change: (text: string) => string = (text) => text,
) {
	const { data } = await api.get<unknown>(path);
	await control.fault({
		kind: 'malformed',
		match: { path: match },
		headers: { 'content-type': 'application/json' },
		body: change(asPython(data)),
		times: null,
	});
}

const badRun = async (): Promise<string> => await newRun({ agent_result: OUTPUT });

test('a run comes out whole, with null for them and a hint that names the fields', async () => {
	const run = await badRun();
	await strike(`/executions/${run}/`, `executions/${run}/$`);
	const { output, hints } = await result('run', 'get', { run: byId(run), simplify: false });

	expect(output[0][0].json).toMatchObject({ id: run, status: 'completed', agent_result: READ });
	expect(hints.map(({ message }) => message)).toEqual([
		`NaN or Infinity, which JSON does not have, came as null: ${FIELDS} (GET ${API}/executions/${run}/)`,
	]);
});

test('a model reads it in the note', async () => {
	const run = await badRun();
	await strike(`/executions/${run}/`, `executions/${run}/$`);
	const nodeType = 'n8n-nodes-agent-platforms.flyMyAiTool';
	const [item] = await rows('run', 'get', { run: byId(run) }, { nodeType });

	expect(item.note).toContain(FIELDS);
});

test('a run that was paid for is not lost at its start', async () => {
	const run = await badRun();
	await strike(`/executions/${run}/`, 'run-loop');
	const [item] = await rows('run', 'start', startOf(await newAgent()));

	expect(item).toMatchObject({ id: run, output: READ });
});

test('so are the rows of a list', async () => {
	const runs = [await badRun(), await newRun()];
	await strike('/executions/', 'executions/(\\?|$)');
	const { output, hints } = await result('run', 'getAll', { returnAll: true, simplify: false });
	const items = output[0].map(({ json }) => json);

	expect(items.find(({ id }) => id === runs[0])).toMatchObject({ agent_result: READ });
	expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(runs));
	expect(hints[0].message).toContain(FIELDS);
});

describe('a trigger', () => {
	const node = new FlyMyAiTrigger();

	test.each([true, false])('emits the completion with a note, simplify %p', async (simplify) => {
		const staticData: IDataObject = {};
		const tick = async () =>
			await poll({ node, staticData, parameters: { simplify }, credentials: credentials() });
		expect(await tick()).toBeNull();
		const run = await badRun();
		await strike('/executions/', 'executions/(\\?|$)');
		await strike(`/executions/${run}/`, `executions/${run}/$`);
		const items = (await tick())?.[0] ?? [];

		expect(items.map(({ json }) => json)).toMatchObject([
			{
				id: run,
				[simplify ? 'output' : 'agent_result']: READ,
				note: `NaN or Infinity, which JSON does not have, came as null: ${FIELDS}`,
			},
		]);
		expect(await tick()).toBeNull();
	});
});

test.each([
	['a word', (text: string) => text.replace(':NaN', ':None')],
	['a number cut off', (text: string) => text.replace(':NaN', ':Na')],
	['two numbers in one place', (text: string) => text.replace(':NaN', ':NaN NaN')],
	['a comma too many', (text: string) => text.replace(':NaN', ':NaN,')],
	['an end that is missing', (text: string) => text.slice(0, -1)],
])('%s is as wrong as before', async (_, change) => {
	const run = await badRun();
	await strike(`/executions/${run}/`, `executions/${run}/$`, change);
	const failure = await failureOf(result('run', 'get', { run: byId(run) }));

	expect(failure.message).toMatch(/^Unexpected answer of FlyMyAI to GET .*: is not JSON: /);
});
