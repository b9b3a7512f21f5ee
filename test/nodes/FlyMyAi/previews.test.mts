// What the editor shows of an operation's output before it has run is what its form puts out as it
// is by default.
import { beforeEach, expect, test } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import { resources } from '../../../nodes/FlyMyAi/resources/index.ts';
import { expectToShow, previewsOf } from '../../support/previews.mts';
import {
	api,
	byId,
	control,
	newAgent,
	newCompilation,
	newRun,
	newTool,
	rows,
	startOf,
	useSandbox,
} from './support.mts';

useSandbox();

beforeEach(async () => await control.reset());

const file = { data: Buffer.from('Cats purr.').toString('base64'), mimeType: 'text/plain' };
const items = [{ json: {}, binary: { data: { ...file, fileName: 'a.txt' } } }];

const ofAgent = async () => ({ agent: byId(await newAgent()) });
const ofRun = async () => ({ run: byId(await newRun({ agent: await newAgent() })) });
const ofGoing = async () => {
	const agent = await newAgent({}, { outcome: 'never' });
	return { run: byId((await api.post(`/tasks/${agent}/run-loop/`, { variables: {} })).data.id) };
};
const ofTool = async () => ({ tool: byId(await newTool('github')) });
const compilation = async (route = 'compile') => ({
	compilation: byId(await newCompilation(route, await newRun({ agent: await newAgent() }))),
});

/** What each operation needs beside its defaults. */
const needs: Record<string, () => INodeParameters | Promise<INodeParameters>> = {
	'agent create': () => ({ name: 'New', goal: 'Find {{ it }}' }),
	'agent get': ofAgent,
	'agent getAll': () => ({}),
	'agent update': async () => ({ ...(await ofAgent()), updateFields: { name: 'Newer' } }),
	'agent delete': ofAgent,
	'agent suggestSchema': () => ({ goal: 'Find {{ it }}' }),
	'run start': async () => startOf(await newAgent()),
	'run get': ofRun,
	'run getAll': () => ({}),
	'run getEvents': async () => {
		const [run] = await rows('run', 'start', startOf(await newAgent()));
		return { run: byId(String(run.id)) };
	},
	'run getReport': ofRun,
	'run wait': ofRun,
	'run sendFollowUp': async () => ({ ...(await ofRun()), message: 'And then?' }),
	'run cancel': ofGoing,
	'run suggestSchema': ofRun,
	'tool getCatalog': () => ({}),
	'tool add': () => ({ catalogTool: byId('gmail') }),
	'tool configure': async () => ({
		...(await ofTool()),
		specifyAnswer: 'json',
		answers: '{ "GITHUB_TOKEN": "ghp_x" }',
	}),
	'tool get': ofTool,
	'tool getAll': ofTool,
	'tool update': async () => ({ ...(await ofTool()), userConfig: '{ "GITHUB_TOKEN": "ghp_x" }' }),
	'tool delete': ofTool,
	'compilation compile': ofRun,
	'compilation freeze': ofRun,
	'compilation get': compilation,
	'compilation getAll': compilation,
	'compilation update': async () => ({
		...(await compilation()),
		updateFields: { timezone: 'Europe/Berlin' },
	}),
	'compilation runScript': compilation,
	'compilation runInstruction': async () => await compilation('freeze-instruction'),
	'file upload': () => ({}),
};

test.each(previewsOf(resources))('of $resource $value', async ({ resource, value, preview }) => {
	const put = await rows(resource, value, await needs[`${resource} ${value}`](), { items });

	expect(put.length).toBeGreaterThan(0);
	for (const item of put) expectToShow(preview, item);
});
