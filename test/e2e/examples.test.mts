import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import type { IDataObject } from 'n8n-workflow';
import { exampleFiles, loadExample, triggerOf } from '../../scripts/lib/examples.mts';
import { freePort } from '../../scripts/lib/freePort.mts';
import { outputOf } from '../../scripts/lib/n8nClient.mts';
import type { Execution, WorkflowFile } from '../../scripts/lib/n8nClient.mts';
import { startLocal } from './local.mts';
import type { Local } from './local.mts';
import { expectToFit, previewOf } from '../support/previews.mts';
import { SandboxControl } from '../support/sandbox.mts';

/** An example as it lies in n8n. */
interface Example {
	/** Executes it from a trigger, by default its first, and answers what each node put out. */
	execute(trigger?: string): Promise<(node: string, output?: number) => IDataObject[]>;
}

type Open = (placeholders?: Record<string, string>) => Promise<Example>;

/** What the examples of FlyMyAI must put out against the sandbox. */
const expectations: Record<string, (open: Open) => Promise<void>> = {
	'research-a-topic-with-an-agent.json': async (open) => {
		const items = await (await open()).execute();
		expect(items('Report')).toEqual([
			{
				summary: expect.stringContaining('Solar power on farmland'),
				key_findings: expect.arrayContaining([expect.any(String)]),
				sources: expect.arrayContaining([expect.stringMatching(/^https:/)]),
			},
		]);
	},

	'profile-a-list-of-leads-in-parallel.json': async (open) => {
		const items = await (await open()).execute();
		const leads = items('Rows').map(({ company }) => company);
		expect(leads).toHaveLength(6);
		expect(items('Profile').map(({ variables }) => variables)).toEqual(
			items('Rows').map(({ company, website }) => ({ company, website_url: website })),
		);
		expect(overlap(items('Profile'))).toBe(true);
		expect(items('Best First').map(({ company }) => company)).toEqual(leads);
		expect(items('Best First')[0]).toEqual({
			company: 'Nordwind Bikes',
			industry: 'Software',
			size: '51-200 employees',
			score: expect.any(Number),
			summary: expect.stringContaining('Nordwind Bikes'),
		});
	},

	'post-answers-to-chat-and-alert-on-failures.json': async (open) => {
		const receiver = await startReceiver();
		const example = await open({
			'https://chat.example.com/webhook': `${receiver.url}/chat`,
			'https://alerts.example.com/webhook': `${receiver.url}/alerts`,
		});
		try {
			await finishedRun('Web Researcher', { topic: 'Tidal power' });
			await example.execute();
			const failed = await finishedRun('Support Triage', { message: 'fail: no mailbox' });
			await example.execute();
			expect(receiver.received).toEqual([
				{ url: '/chat', body: { text: expect.stringMatching(/^An agent has.*Tidal power/s) } },
				{ url: '/alerts', body: { text: `Run ${failed.id} failed: no mailbox` } },
			]);
		} finally {
			await receiver.stop();
		}
	},

	'freeze-a-good-run-and-repeat-it-on-a-schedule.json': async (open) => {
		const example = await open();
		const frozen = await example.execute();
		const [plan] = frozen('The Plan');
		expect(plan).toEqual({
			plan_id: expect.any(String),
			plan: expect.stringMatching(/^# Web Researcher.*Called web_search/s),
		});
		const repeated = await example.execute('Every Morning');
		expect(repeated('Newest Plan')).toMatchObject([{ id: plan.plan_id }]);
		expect(repeated('Report')).toEqual([
			{
				topic: 'Electric ferries',
				summary: expect.stringContaining('Electric ferries'),
				sources: [expect.stringMatching(/^https:/), expect.stringMatching(/^https:/)],
			},
		]);
	},

	'what-did-it-do.json': async (open) => {
		const items = await (await open()).execute();
		const [{ id, status }] = items('Report');
		expect(status).toBe('completed');
		const [{ html }] = items('Show It');
		expect(html).toContain(`FlyMyAI run ${String(id)}`);
		expect(html).toContain('Solar power on farmland');
		expect(html).toMatch(/<svg[^]*web_search[^]*<\/svg>/);
	},

	'ask-an-agent-a-follow-up-question.json': async (open) => {
		const items = await (await open()).execute();
		expect(items('Ask Further')[0].id).toBe(items('Research')[0].id);
		expect(items('Both Answers')).toEqual([
			{
				first_answer: expect.not.stringContaining('What does it cost'),
				second_answer: expect.stringContaining('What does it cost'),
				rounds: 2,
			},
		]);
	},

	'improve-an-agent-until-its-score-is-good.json': async (open) => {
		const items = await (await open()).execute();
		const [{ uuid, user_prompt: firstGoal }] = items('Create the Agent');
		const [{ score, rounds, goal, text }] = items('Result');
		expect(score).toBeGreaterThanOrEqual(80);
		expect(rounds).toBe(3);
		expect(goal).toEqual(expect.stringContaining(String(firstGoal)));
		expect(text).toEqual(expect.stringContaining('our new repair café'));
		// The goal that did best is the one the agent keeps.
		const kept = (await flyMyAi().get(`/tasks/${uuid}/`)).data.user_prompt;
		expect(kept).toBe(goal);
	},

	'configure-a-tool-and-call-it-without-an-agent.json': async (open) => {
		const items = await (await open()).execute();
		expect(items('Configure It')).toMatchObject([{ is_configured: true }]);
		expect(items('Answer')).toEqual([{ weekday: 'Saturday', is_weekend: true }]);
	},

	'set-up-a-web-researcher-from-nothing.json': async (open) => {
		const control = new SandboxControl(local.platforms.flymyai.baseUrl);
		await control.post('flymyai/empty');
		try {
			const items = await (await open()).execute();
			expect(items('Look It Up')).toMatchObject([{ name: 'tavily', type: 'custom_class' }]);
			expect(items('Enter the API Key')).toMatchObject([{ is_configured: true }]);
			expect(items('Create the Agent')).toMatchObject([{ status: 'active' }]);
			expect(items('Research')).toMatchObject([
				{ status: 'completed', variables: { topic: 'Tesla', date: '2026-05-21' } },
			]);
			expect(items('What It Did').map(({ type }) => type)).toEqual([
				'declared_functions',
				'tool_called',
			]);
			expect(items('Make It Punchier')).toMatchObject([
				{ id: items('Research')[0].id, run_seq: 2, status: 'completed' },
			]);
			expect(items('Both Headlines')).toEqual([
				{ headline: expect.any(String), punchier: expect.any(String) },
			]);
			for (const list of ['/tasks/', '/tools/', '/executions/']) {
				expect((await flyMyAi().get(list)).data).toHaveLength(1);
			}
		} finally {
			await control.reset();
		}
	},

	'upload-a-file-and-let-an-agent-read-it.json': async (open) => {
		const items = await (await open()).execute();
		const [{ title, summary, file_url }] = items('Summary');
		expect(title).toEqual(expect.stringMatching(/^Minutes of the spring meeting/));
		expect(summary).toEqual(expect.stringContaining('minutes.txt'));
		const file = (await axios.get(String(file_url))).data;
		expect(file).toBe(items('A Document')[0].text);
	},

	'brief-me-with-two-agents-at-once.json': async (open) => {
		const items = await (await open()).execute();
		expect(overlap(items('Wait for Both'))).toBe(true);
		expect(items('Briefing')).toEqual([
			{
				company: 'Acme',
				news: expect.stringContaining('News about Acme'),
				sources: expect.arrayContaining([expect.stringMatching(/^https:/)]),
				industry: 'Software',
				score: expect.any(Number),
			},
		]);
	},

	'go-on-when-a-run-fails.json': async (open) => {
		const items = await (await open()).execute();
		const reply = expect.stringContaining('thank you for writing');
		expect(items('Reply')).toEqual([
			{ customer: 'Ada', category: 'billing', priority: 'high', reply },
			{ customer: 'Ben', category: 'technical', priority: expect.any(String), reply },
		]);
		const next_step = expect.any(String);
		expect(items('To Do by Hand')).toEqual([
			{
				customer: 'Cleo',
				reason: "'message' is required",
				next_step,
				run_id: null,
			},
			{
				customer: 'Dan',
				reason: expect.stringContaining('the delivery service does not answer'),
				next_step,
				run_id: expect.any(String),
			},
		]);
	},
};

let local: Local;

beforeAll(async () => {
	local = await startLocal('examples');
});

afterAll(async () => {
	await local?.stop();
});

describe('every example workflow', () => {
	it('is executed here or in another test of this folder', () => {
		const tests = readdirSync(import.meta.dirname)
			.filter((name) => name.endsWith('.test.mts'))
			.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
		const untested = exampleFiles().filter((file) => !tests.some((text) => text.includes(file)));
		expect(untested).toEqual([]);
	});

	it.each(Object.entries(expectations))('%s', async (file, check) => {
		const { client } = local.n8n;
		await check(async (placeholders) => {
			const workflow = await loadExample(client, file, local.credentials, placeholders);
			return {
				async execute(trigger = triggerOf(workflow)) {
					const execution = await client.finished(await client.run(workflow.id, trigger));
					expect(execution.data.resultData.error).toBeUndefined();
					await expectPreviewsToFit(workflow, execution);
					return (node, output) => outputOf(execution, node, output);
				},
			};
		});
	});
});

/** What the editor shows of our nodes before an execution is what they put out in it. */
async function expectPreviewsToFit(workflow: WorkflowFile, execution: Execution): Promise<void> {
	for (const node of workflow.nodes.filter(({ credentials }) => credentials !== undefined)) {
		const preview = await previewOf(local.n8n.baseUrl, node);
		for (const item of outputOf(execution, node.name)) if (preview) expectToFit(preview, item);
	}
}

/** The sandbox's FlyMyAI, asked past the nodes. */
function flyMyAi() {
	const { baseUrl, apiKey } = local.platforms.flymyai;
	return axios.create({ baseURL: `${baseUrl}/api/v1/agents`, headers: { 'X-API-KEY': apiKey } });
}

/** Runs an agent past the nodes, to its end. */
async function finishedRun(agent: string, variables: object): Promise<{ id: string }> {
	const api = flyMyAi();
	const agents: Array<{ name: string; uuid: string }> = (await api.get('/tasks/')).data;
	const uuid = agents.find(({ name }) => name === agent)?.uuid;
	const { id } = (await api.post(`/tasks/${uuid}/run-loop/`, { variables })).data;
	for (;;) {
		const { data: run } = await api.get(`/executions/${id}/`);
		if (!['pending', 'running'].includes(run.status)) return run;
	}
}

/** Whether these runs were all under way at one moment. */
function overlap(runs: IDataObject[]): boolean {
	const starts = runs.map(({ created_at }) => Date.parse(String(created_at)));
	const ends = runs.map(({ updated_at }) => Date.parse(String(updated_at)));
	return Math.max(...starts) < Math.min(...ends);
}

/** A chat's incoming webhook: keeps what is posted to it. */
async function startReceiver() {
	const received: Array<{ url?: string; body: unknown }> = [];
	const server = createServer(async (request, response) => {
		received.push({ url: request.url, body: await json(request) });
		response.end();
	});
	const port = await freePort();
	await once(server.listen(port, '127.0.0.1'), 'listening');
	const stop = async () => {
		server.close();
		await once(server, 'close');
	};
	return { url: `http://127.0.0.1:${port}`, received, stop };
}
