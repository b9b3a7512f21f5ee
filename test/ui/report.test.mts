// Reports in the editor: downloaded from the output panel and opened, in both themes, on a phone, and
// read by an accessibility checker; and shown by n8n itself.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeEach, expect } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { INode, INodeParameters } from 'n8n-workflow';
import type { Page } from 'playwright-core';
import { loadExample } from '../../scripts/lib/examples.mts';
import { SandboxControl } from '../support/sandbox.mts';
import { START, connect, manualTrigger, node, picked, save } from './canvas.mts';
import type { Editor } from './editor.mts';
import { WEB_RESEARCHER, client, stage, useEditor } from './stage.mts';

const scene = useEditor();

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const controlOf = (platform: string) => new SandboxControl(stage.platforms[platform].baseUrl);

beforeEach(async () => {
	for (const platform of ['pyflue', 'flowmaestro', 'agentflow']) await controlOf(platform).reset();
});

/** A node of one of the platforms with its credential. */
const ofPlatform = (
	type: string,
	name: string,
	parameters: INodeParameters,
	position: [number, number],
): INode =>
	node(name, `n8n-nodes-agent-platforms.${type}`, parameters, {
		position,
		credentials: { [`${type}Api`]: stage.credentials[`${type}Api`] },
	});

const byExpression = (value: string) => ({ __rl: true, mode: 'id', value });
const byName = (value: string) => ({ __rl: true, mode: 'name', value });

interface Scene {
	type: string;
	/** What runs before. */
	run: INodeParameters;
	/** What its report is drawn by. */
	report: INodeParameters;
	/** What stands on the page. */
	texts: string[];
	prepare?(): Promise<unknown>;
}

/** What is run on each platform, and the report of it. */
const scenes: Record<string, Scene> = {
	flymyai: {
		type: 'flyMyAi',
		run: {
			resource: 'run',
			operation: 'start',
			agent: picked(WEB_RESEARCHER, 'Web Researcher'),
			specifyInputs: 'json',
			inputsJson: '{ "topic": "Solar power on farmland", "depth": "deep" }',
		},
		report: { resource: 'run', operation: 'getReport', run: byExpression('={{ $json.id }}') },
		texts: ['Web Researcher', 'Solar power on farmland', 'web_search.run'],
	},
	pyflue: {
		type: 'pyFlue',
		run: { resource: 'workflow', operation: 'run', workflow: byName('weekly_figures') },
		report: { resource: 'run', operation: 'getReport', run: byExpression('={{ $json.run_id }}') },
		texts: ['weekly_figures', 'North'],
		prepare: async () =>
			await controlOf('pyflue').post('pyflue/workflows', {
				name: 'weekly_figures',
				ms: 2_400,
				logs: 6,
				result: {
					summary: 'Sales rose in the north and stood still in the south.',
					regions: [
						{ region: 'North', orders: 412, change: '+8 %' },
						{ region: 'South', orders: 377, change: '0 %' },
					],
					usage: { input: 1_204, output: 388, cost: { total: 0.0132 } },
				},
			}),
	},
	flowmaestro: {
		type: 'flowMaestro',
		run: {
			resource: 'workflow',
			operation: 'execute',
			workflow: '',
			specifyInputs: 'json',
			inputsJson: '{ "company": "Nordwind Bikes", "employees": 60 }',
		},
		report: { resource: 'execution', operation: 'getReport', execution: '={{ $json.id }}' },
		texts: ['Lead Scoring', 'Nordwind Bikes', 'Waiting to start'],
	},
	agentflow: {
		type: 'agentFlow',
		run: {
			resource: 'agent',
			operation: 'sendMessage',
			agent: byName('MainAgent'),
			message: 'Look up the records: where is order 1002?',
		},
		report: {
			resource: 'conversation',
			operation: 'getReport',
			conversation: byExpression('={{ $json.conversation_id }}'),
		},
		texts: ['MainAgent', 'Look up the records: where is order 1002?'],
	},
};

async function findings(page: Page): Promise<string[]> {
	await page.evaluate(axe);
	const results = (await page.evaluate('axe.run()')) as AxeResults;
	return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Opens a report in each way that it may be read, and takes its pictures. */
async function expectToRead(editor: Editor, html: string, name: string, texts: string[]) {
	const views = [
		{ theme: 'light', width: 1100, height: 860 },
		{ theme: 'dark', width: 1100, height: 860 },
		{ theme: 'light', width: 390, height: 800 },
	] as const;
	for (const view of views) {
		const page = await editor.openPage(html, view);
		for (const text of texts) expect(await page.getByText(text).count()).toBeGreaterThan(0);
		const isPhone = view.width < 640;
		expect(await page.locator('svg.line').isVisible()).toBe(!isPhone);
		// Nothing is wider than the screen.
		expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
		// Folded steps are read, too.
		await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
		expect(await findings(page)).toEqual([]);
		await page.evaluate(
			"document.querySelectorAll('details').forEach((one) => (one.open = false))",
		);
		if (!isPhone)
			await editor.picture(`report-${name}${view.theme === 'dark' ? '-dark' : ''}`, page);
		await page.context().close();
	}
}

for (const [name, { type, run, report, texts, prepare }] of Object.entries(scenes)) {
	scene(`a report of ${name} is downloaded and opened`, async (editor) => {
		await prepare?.();
		const before = { ...run };
		if (name === 'flowmaestro') before.workflow = await workflowOf('Lead Scoring');
		await save(
			`report-of-${name}`,
			[
				manualTrigger,
				ofPlatform(type, 'Run', before, [300, 0]),
				ofPlatform(type, 'Report', report, [600, 0]),
			],
			connect([
				[START, 'Run'],
				['Run', 'Report'],
			]),
		);
		await editor.openWorkflow(`report-of-${name}`);
		await editor.openNode('Report');
		expect(await editor.execute()).toMatch('executed successfully');
		await editor.showOutputAs('binary');
		const file = await editor.download();

		expect(file.name).toMatch(/^run-.+\.html$/);
		await expectToRead(editor, file.content, name, texts);
	});
}

async function workflowOf(name: string) {
	const { baseUrl, apiKey } = stage.platforms.flowmaestro;
	const answer = await fetch(`${baseUrl}/api/v1/workflows?per_page=100`, {
		headers: { Authorization: `Bearer ${apiKey}`, 'X-API-Key': apiKey },
	});
	const { data } = (await answer.json()) as { data: Array<{ id: string; name: string }> };
	const found = data.find((workflow) => workflow.name === name);
	if (!found) throw new Error(`No workflow ${name} among ${data.map((one) => one.name).join()}`);
	return byExpression(found.id);
}

scene('n8n itself shows a report, time line included', async (editor) => {
	const { id } = await loadExample(client, 'what-did-it-do.json', stage.credentials);
	await editor.openWorkflow(id);
	await editor.openNode('Show It');
	expect(await editor.execute()).toMatch('executed successfully');
	const shown = editor.page.frameLocator('iframe.__html-display');

	await shown.getByRole('heading', { name: 'Web Researcher' }).waitFor();
	// n8n leaves out the SVG: its bars are drawn without it, and none of its texts is left over.
	expect(await shown.locator('svg').count()).toBe(0);
	expect(await shown.locator('.bars').isVisible()).toBe(true);
	expect(await shown.locator('.track i').first().isVisible()).toBe(true);
	const leftOver = await shown.locator('.chart').boundingBox();
	expect(leftOver?.height ?? 0).toBeLessThan(2);
	await editor.picture('report-in-n8n');
});
