// What the editor says before and after a run, where a word helps.
import { expect } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import { START, connect, flyMyAi, manualTrigger, picked, save } from './canvas.mts';
import type { Editor } from './editor.mts';
import { DRAFT_HELPER, WEB_RESEARCHER, sandbox, stage, useEditor } from './stage.mts';

const scene = useEditor();

async function openNodeWith(editor: Editor, parameters: INodeParameters) {
	await save(
		'hints',
		[manualTrigger, flyMyAi('FlyMyAI', parameters)],
		connect([[START, 'FlyMyAI']]),
	);
	await editor.openWorkflow('hints');
	await editor.openNode('FlyMyAI');
}

const startOf = (agent: string, name: string, options: INodeParameters = {}): INodeParameters => ({
	resource: 'run',
	operation: 'start',
	agent: picked(agent, name),
	specifyInputs: 'json',
	inputsJson: '{ "topic": "Tides" }',
	options,
});

const said = (editor: Editor, text: RegExp) => editor.output.getByText(text).first().waitFor();

scene('a draft has to be made active', async (editor) => {
	await openNodeWith(editor, startOf(DRAFT_HELPER, 'Draft Helper (draft)'));
	await editor.execute();
	await said(editor, /set Status to Active with Agent: Update/);
});

scene('tools that need configuration are named', async (editor) => {
	const { baseUrl, apiKey } = stage.platforms.flymyai;
	const answer = await editor.page.request.patch(
		`${baseUrl}/api/v1/agents/tasks/${DRAFT_HELPER}/`,
		{ headers: { 'X-API-KEY': apiKey }, data: { status: 'active' } },
	);
	expect(answer.ok()).toBe(true);
	await openNodeWith(editor, startOf(DRAFT_HELPER, 'Draft Helper'));
	expect(await editor.execute()).toMatch('executed successfully');
	await said(editor, /need configuration, with Tool: Configure: slack/);
});

scene('a goal with placeholders wants an input schema', async (editor) => {
	const goal = 'Write about {{ topic }}';
	await openNodeWith(editor, { resource: 'agent', operation: 'create', name: 'Writer', goal });
	expect(await editor.execute()).toMatch('executed successfully');
	await said(editor, /no input schema describes.*: topic/);
});

scene('a very short poll interval is warned about before the run', async (editor) => {
	await openNodeWith(editor, startOf(WEB_RESEARCHER, 'Web Researcher', { pollInterval: 1 }));
	await said(editor, /requests come too fast/);
});

scene('being slowed down is told after the run', async (editor) => {
	await sandbox.fault({
		kind: 'status',
		status: 429,
		headers: { 'retry-after': '0' },
		match: { method: 'GET', path: '/executions/' },
	});
	await openNodeWith(editor, startOf(WEB_RESEARCHER, 'Web Researcher'));
	expect(await editor.execute()).toMatch('executed successfully');
	await said(editor, /refused because they came too fast.*: 1$/);
});

scene('runs that go on after Max Wait are named', async (editor) => {
	await sandbox.post(`flymyai/agents/${WEB_RESEARCHER}/behaviour`, { outcome: 'never' });
	const options = { maxWait: 1, onMaxWait: 'return' };
	await openNodeWith(editor, startOf(WEB_RESEARCHER, 'Web Researcher', options));
	expect(await editor.execute()).toMatch('executed successfully');
	await said(editor, /Still going after 1 s \(Max Wait\).*: \w+-\w+-\w+/);
});
