// From an empty canvas to an agent's answer, as somebody does it for the first time.
import { afterEach, expect } from '@jest/globals';
import { loadExample } from '../../scripts/lib/examples.mts';
import { START, connect, flyMyAi, manualTrigger, save } from './canvas.mts';
import { client, stage, useEditor } from './stage.mts';

const scene = useEditor();

scene('the nodes panel finds the node by what people call it', async (editor) => {
	await editor.newWorkflow();
	await editor.openNodesPanel();
	const flyMyAi = ['agent', 'flymy', 'start a run', 'freeze a run', 'run an agent', 'follow up'];
	for (const words of flyMyAi) {
		expect(await editor.search(words)).toContainEqual(
			expect.stringMatching(/^FlyMyAI\s+Run AI agents on FlyMyAI/),
		);
	}
	for (const [words, entry] of [
		['human in the loop', /^AgentFlow\s+Talk to AgentFlow agents, or start/],
		['execute workflow flowmaestro', /^FlowMaestro\s+Run workflows and agents on FlowMaestro, or/],
		['prompt an agent', /^PyFlue\s+Run agents and workflows on PyFlue, or start/],
	] as const) {
		expect(await editor.search(words)).toContainEqual(expect.stringMatching(entry));
	}
	await editor.search('run an agent');
	await editor.picture('nodes-panel');
});

scene('the node lists its actions by resource', async (editor) => {
	await editor.newWorkflow();
	await editor.openNodesPanel();
	await editor.searchBar.fill('flymy');
	await editor.listed('FlyMyAI').first().click();
	await editor.listed('Start a run of an agent').waitFor();
	const headings = editor.listed(/ actions$/i);
	const names = await headings.allInnerTexts();

	expect(names.map((name) => name.toLowerCase())).toEqual([
		'agent actions',
		'compilation actions',
		'file actions',
		'run actions',
		'tool actions',
	]);
	await editor.picture('actions');
});

// n8n puts the newest credential into a new node.
afterEach(async () => {
	const { id: own } = stage.credentials.flyMyAiApi;
	const { data: known } = (await client.http.get('/credentials')).data;
	for (const { id, type } of known) {
		if (type === 'flyMyAiApi' && id !== own) await client.http.delete(`/credentials/${id}`);
	}
});

scene('a credential is made, and tested, from the node', async (editor) => {
	const node = flyMyAi('Run', { resource: 'run', operation: 'start' }, { credentials: {} });
	await save('first-credential', [manualTrigger, node], connect([[START, 'Run']]));
	await editor.openWorkflow('first-credential');
	await editor.openNode('Run');
	const { page } = editor;
	await page.getByTestId('node-credentials-select').click();
	await page.getByTestId('node-credentials-select-item-new').click();
	await editor.fill('apiKey', 'fly-wrong');
	await editor.fill('baseUrl', stage.platforms.flymyai.baseUrl);
	await page.getByTestId('credential-save-button').click();
	await page.getByText('More details').click();
	await page.getByText('The API key is missing, wrong or no longer valid').first().waitFor();

	await editor.fill('apiKey', stage.platforms.flymyai.apiKey);
	await page.getByTestId('credential-save-button').click();
	// What passes its test is saved and closed.
	await page.getByTestId('credential-edit-dialog').waitFor({ state: 'hidden' });
	await page.getByTestId('credential-edit-button').click();
	await page.getByText('Connection tested successfully').waitFor();
	await editor.picture('credential');
});

scene('an agent is picked, its inputs are fields, and its output is there', async (editor) => {
	await editor.newWorkflow();
	await editor.openNodesPanel();
	await editor.searchBar.fill('flymy');
	await editor.listed('FlyMyAI').first().click();
	await editor.listed('Start a run of an agent').click();
	await editor.field('operation').waitFor();

	await editor.openList();
	await editor.entry('Lead Profiler').waitFor();
	await editor.picture('agent-list');
	await editor.entry('Lead Profiler').click();
	await editor.field('website_url').waitFor();
	expect(await editor.drawnFields()).toEqual(
		expect.arrayContaining([expect.stringMatching(/^Company/), 'Include Contacts']),
	);

	await editor.pick('web', 'Web Researcher');
	await editor.field('topic').waitFor();
	expect(await editor.field('website_url').count()).toBe(0);
	expect(await editor.field('depth').locator('input').inputValue()).toBe('quick');
	await editor.fill('topic', 'Solar power on farmland');
	await editor.picture('inputs');

	expect(await editor.execute()).toMatch('executed successfully');
	await editor.showOutputAs('table');
	const columns = await editor.output.locator('th').allInnerTexts();
	expect(columns.slice(0, 4)).toEqual(['id', 'status', 'output', 'error']);
	await editor.output.getByText('key_findings').waitFor();
	await editor.picture('output-table');

	await editor.showOutputAs('json');
	await editor.output.getByText('"completed"').waitFor();
	await editor.closeNode();
	await editor.node('Start a run of an agent').getByText('Start: Web Researcher').waitFor();
});

scene('the first example tells what it does on the canvas', async (editor) => {
	const file = 'research-a-topic-with-an-agent.json';
	const { id } = await loadExample(client, file, stage.credentials);
	await editor.openWorkflow(id);
	await editor.node('Research').getByText('Start: Web Researcher').waitFor();
	await editor.picture('canvas');
});
