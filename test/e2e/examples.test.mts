import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { exampleFiles, loadExample, triggerOf } from '../../scripts/lib/examples.mts';
import { outputOf } from '../../scripts/lib/n8nClient.mts';
import { startLocal } from './local.mts';
import type { Local } from './local.mts';

/** What each example must put out against the sandbox: the items of its last node. */
const expectations: Record<string, (items: IDataObject[]) => void> = {
	'research-a-topic-with-an-agent.json': (items) => {
		expect(items).toEqual([
			{
				summary: expect.stringContaining('Solar power on farmland'),
				key_findings: expect.arrayContaining([expect.any(String)]),
				sources: expect.arrayContaining([expect.stringMatching(/^https:/)]),
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
	it('has its expectation here', () => {
		expect(Object.keys(expectations).sort()).toEqual(exampleFiles().sort());
	});

	it.each(Object.entries(expectations))('%s', async (file, check) => {
		const { client } = local.n8n;
		const workflow = await loadExample(client, file, local.credentials);
		const execution = await client.finished(await client.run(workflow.id, triggerOf(workflow)));
		const { error, lastNodeExecuted } = execution.data.resultData;
		expect(error).toBeUndefined();
		check(outputOf(execution, lastNodeExecuted ?? ''));
	});
});
