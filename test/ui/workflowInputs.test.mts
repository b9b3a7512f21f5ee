// The inputs of a FlowMaestro workflow in the editor: as fields where FlowMaestro has a schema, else as help.
import { expect } from '@jest/globals';
import axios from 'axios';
import { WORKFLOWS } from '../../sandbox/flowmaestro/seed/workflows.mts';
import { stage, useEditor } from './stage.mts';

const scene = useEditor();

scene('what FlowMaestro tells of the inputs stands beside those typed in', async (editor) => {
	await editor.newWorkflow();
	await editor.openNodesPanel();
	await editor.searchBar.fill('flowmaestro');
	await editor.listed('FlowMaestro').first().click();
	await editor.listed('Execute a workflow').click();
	await editor.field('operation').waitFor();
	await editor.pick('lead', 'Lead Scoring');
	await editor.page.getByText('without their names').waitFor();
	await editor.picture('flowmaestro-inputs');

	expect(await editor.execute()).toMatch('executed successfully');

	const { baseUrl } = stage.platforms.flowmaestro;
	await axios.post(`${baseUrl}/__sandbox/flowmaestro/workflows/${WORKFLOWS.meetingNotes}/schema`, {
		type: 'object',
		properties: { transcript: { type: 'string' } },
	});
	await editor.pick('meeting', 'Meeting Notes');
	await editor.field('transcript').waitFor();
	await editor.fill('transcript', 'Ada: let us ship it.');

	expect(await editor.execute()).toMatch('executed successfully');
});
