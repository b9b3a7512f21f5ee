// The node sends what the vendor's own SDK sends (recordings: test/contracts/flymyai.wire.json).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import { rootFolder } from '../../../scripts/lib/paths.mts';
import { byId, control, execute, sent, useSandbox } from './support.mts';

interface WireCall {
	call: string;
	requests: Array<{ method: string; path: string; headers: Record<string, string>; body: unknown }>;
}

const recordings: WireCall[] = JSON.parse(
	readFileSync(join(rootFolder, 'test/contracts/flymyai.wire.json'), 'utf8'),
);

const AGENT = 'aaaaaaaa-0000-4000-8000-000000000001';
const RUN = 'won-gsfr-mxp';
const COMPILATION = 'cmp-gsfr-mxp';
const SCHEMA = { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic'] };

const agent = byId(AGENT);
const run = byId(RUN);
const tool = byId('7');
const compilation = byId(COMPILATION);
const everything = { returnAll: true };
const started = { waitForCompletion: false };
const json = (inputs: object) => ({ specifyInputs: 'json', inputsJson: JSON.stringify(inputs) });
const schemas = { name: 'Web Researcher', goal: 'Search {{ topic }}' };

/** What a user chooses in the node for each call of the SDK. */
const chosen: Record<string, [resource: string, operation: string, parameters: INodeParameters]> = {
	'agents.create.minimal': ['agent', 'create', schemas],
	'agents.create.full': [
		'agent',
		'create',
		{
			...schemas,
			additionalFields: {
				tools: ['7', '9'],
				customMcpServers: '3',
				inputSchema: JSON.stringify(SCHEMA),
				inputDescription: 'a topic',
				outputSchema: JSON.stringify(SCHEMA),
				outputDescription: 'a summary',
				status: 'active',
			},
		},
	],
	'agents.list': ['agent', 'getAll', everything],
	'agents.get': ['agent', 'get', { agent }],
	'agents.update.goal': ['agent', 'update', { agent, updateFields: { goal: 'new goal' } }],
	'agents.update.name_status': [
		'agent',
		'update',
		{ agent, updateFields: { name: 'x', status: 'active' } },
	],
	'agents.delete': ['agent', 'delete', { agent }],
	'agents.run.no_variables': ['run', 'start', { agent, ...started }],
	'agents.run.variables': [
		'run',
		'start',
		{ agent, ...started, ...json({ topic: 'Tesla', n: 3 }) },
	],
	'agents.freeze': ['compilation', 'freeze', { run, ...started }],
	'agents.suggest_schema.minimal': ['agent', 'suggestSchema', { goal: 'Summarize {{ url }}' }],
	'agents.suggest_schema.full': [
		'agent',
		'suggestSchema',
		{
			goal: 'Summarize {{ url }}',
			options: { generateDescriptions: true, inputHint: 'a URL', outputHint: 'a summary' },
		},
	],
	'agents.compile_from_run': ['compilation', 'freeze', { run }],
	'runs.create': ['run', 'start', { agent, ...started, ...json({ topic: 'Tesla' }) }],
	'runs.list': ['run', 'getAll', everything],
	'runs.get': ['run', 'get', { run }],
	'runs.get.int': ['run', 'get', { run: byId(42) }],
	'runs.cancel': ['run', 'cancel', { run }],
	'runs.append_message': [
		'run',
		'sendFollowUp',
		{ run, message: 'Also check LinkedIn', ...started },
	],
	'runs.suggest_schema.minimal': ['run', 'suggestSchema', { run }],
	'runs.suggest_schema.full': [
		'run',
		'suggestSchema',
		{ run, options: { inputsPrompt: 'one URL', outputsPrompt: 'a summary' } },
	],
	'runs.wait': ['run', 'wait', { run }],
	'runs.stream_events': ['run', 'getEvents', { run }],
	'tools.list': ['tool', 'getAll', everything],
	'tools.available': ['tool', 'getCatalog', everything],
	'tools.create': ['tool', 'add', { catalogTool: { __rl: true, mode: 'name', value: 'github' } }],
	'tools.get': ['tool', 'get', { tool }],
	'tools.update': ['tool', 'update', { tool, userConfig: '{ "key": "v" }' }],
	'tools.delete': ['tool', 'delete', { tool }],
	'tools.provide_config': [
		'tool',
		'configure',
		{ tool, specifyAnswer: 'json', answers: '{ "GITHUB_TOKEN": "ghp_x" }' },
	],
	'tools.call': ['tool', 'call', { tool, action: 'search', arguments: '{ "query": "q" }' }],
	'tools.call.no_arguments': ['tool', 'call', { tool, action: 'ping' }],
	'compilations.list': ['compilation', 'getAll', everything],
	'compilations.get': ['compilation', 'get', { compilation }],
	'compilations.update': [
		'compilation',
		'update',
		{
			compilation,
			updateFields: { instruction: '# y', schedule: '0 9 * * *', timezone: 'Europe/Berlin' },
		},
	],
	'compilations.update.clear_cron': [
		'compilation',
		'update',
		{ compilation, updateFields: { clearSchedule: true } },
	],
	'compilations.compile': ['compilation', 'compile', { run, ...started }],
	'compilations.freeze': ['compilation', 'freeze', { run, ...started }],
	'compilations.run': ['compilation', 'runScript', { compilation, ...started }],
	'compilations.run_instruction.no_variables': [
		'compilation',
		'runInstruction',
		{ compilation, ...started },
	],
	'compilations.run_instruction.variables': [
		'compilation',
		'runInstruction',
		{ compilation, ...started, ...json({ website_url: 'https://example.com' }) },
	],
	'compilations.run_instruction_and_wait': [
		'compilation',
		'runInstruction',
		{ compilation, ...json({ u: 1 }) },
	],
	// Waiting for a compilation is part of Compile and Freeze; one look at it is Get.
	'compilations.wait': ['compilation', 'get', { compilation }],
};

useSandbox();

beforeEach(async () => {
	await control.reset();
	// The recorded ids, where the platform makes an id up.
	const answer = async (method: string, path: string, body: object) =>
		await control.fault({
			kind: 'status',
			status: 200,
			match: { method, path },
			body,
			times: null,
		});
	const frozen = { id: COMPILATION, execution: RUN };
	await answer('POST', '/freeze-instruction/', { ...frozen, status: 'pending' });
	await answer('GET', `/compilations/${COMPILATION}/`, { ...frozen, status: 'compiled' });
	await answer('POST', '/run-instruction/', { id: RUN, status: 'pending' });
});

test('every recorded call has a counterpart in the node', () => {
	expect(Object.keys(chosen).sort()).toEqual(recordings.map(({ call }) => call).sort());
});

test.each(recordings)('$call', async ({ call, requests }) => {
	const [resource, operation, parameters] = chosen[call];
	// An id the sandbox does not know is a 404 after the request that counts here.
	await execute(resource, operation, parameters, { continueOnFail: true });

	const all = await sent();
	// A look may be repeated, anything else is sent once.
	const distinct = all.filter(
		({ method, path }, index) =>
			method !== 'GET' || all.findIndex((one) => one.path === path) === index,
	);
	expect(distinct.map(({ method, path, body }) => ({ method, path, body }))).toEqual(
		requests.map(({ method, path, body }) => ({ method, path, body })),
	);
	for (const [index, { headers }] of distinct.entries()) {
		expect(headers['x-api-key']).toBe('fly-sandbox-key');
		expect(headers['content-type']).toBe(requests[index].headers['content-type']);
	}
});
