// A tool of the catalog, configured step by step without an API reference.
import { expect } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import { START, connect, flyMyAi, manualTrigger, save } from './canvas.mts';
import type { Editor } from './editor.mts';
import { useEditor } from './stage.mts';

const scene = useEditor();

async function openToolNode(editor: Editor, operation: string, parameters: INodeParameters = {}) {
	const id = `tool-${operation}`;
	const node = flyMyAi('Tool', { resource: 'tool', operation, ...parameters });
	await save(id, [manualTrigger, node], connect([[START, 'Tool']]));
	await editor.openWorkflow(id);
	await editor.openNode('Tool');
}

/** Adds a tool to the account through the node. */
async function addTool(editor: Editor, search: string, title: string) {
	await openToolNode(editor, 'add');
	await editor.pick(search, title);
	expect(await editor.execute()).toMatch('executed successfully');
}

const hint = (editor: Editor, text: RegExp) => editor.output.getByText(text).first().waitFor();

scene('the catalog shows titles, categories and descriptions', async (editor) => {
	await openToolNode(editor, 'add');
	await editor.openList();
	await editor.entry('Google Sheets (Productivity, Data): Read and append rows').waitFor();
	await editor.page.getByTestId('rlc-search').fill('crm');
	await editor.entry('HubSpot (CRM, Sales)').click();
	expect(await editor.execute()).toMatch('executed successfully');
	await hint(editor, /'hubspot' .* Next step: Enter the Private App Token/);
});

scene('a login is a link, and the step behind it is a form', async (editor) => {
	await addTool(editor, 'sheets', 'Google Sheets');
	await openToolNode(editor, 'configure');
	await editor.pick('sheets', 'Google Sheets (needs configuration)');
	const notice = editor.page.getByTestId('empty-fields-notice');
	await notice.getByText('allow access to your spreadsheets').waitFor();
	await editor.picture('tool-login');
	const link = notice.getByRole('link', { name: 'Open the login page' });
	expect(await editor.visit(link)).toMatch('Access allowed');

	await editor.field('spreadsheet_id').waitFor();
	expect(await editor.drawnFields()).toEqual(
		expect.arrayContaining([
			expect.stringMatching(/^Spreadsheet ID \(Choose the spreadsheet/),
			'Access',
		]),
	);
	await editor.fill('spreadsheet_id', 'sheet-1');
	await editor.field('access').click();
	await editor.page.getByRole('option', { name: 'append' }).click();
	expect(await editor.execute()).toMatch('executed successfully');
	await editor.showOutputAs('json');
	await editor.output.getByText('"is_configured": true').waitFor();
});

scene('a command is shown as one, and its output is the answer', async (editor) => {
	await addTool(editor, 'shop', 'Shop Database');
	await openToolNode(editor, 'configure', { options: { textAnswer: 'paired' } });
	await editor.pick('shop', 'Shop Database (needs configuration)');
	await editor.page.getByText('shop-connector pair --read-only').waitFor();
	expect(await editor.execute()).toMatch('executed successfully');
	await hint(editor, /Next step: Enter the address of the database.*Address; Password/);
});
