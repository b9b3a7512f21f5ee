import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import { SandboxControl } from '../support/sandbox.mts';
import { executeExample, startLocal, testCredential } from './local.mts';
import type { Local } from './local.mts';

let local: Local;

beforeAll(async () => {
	local = await startLocal('pyflue');
});

afterAll(async () => {
	await local?.stop();
});

const execute = async (file: string) => await executeExample(local, file);

describe('the connection test of the credential', () => {
	const testWith = async (changed: Record<string, string>) =>
		await testCredential(local, 'pyflue', changed);

	it('passes for a PyFlue server, with and without what its proxy asks for', async () => {
		const control = new SandboxControl(local.platforms.pyflue.baseUrl);
		expect(await testWith({})).toMatchObject({ status: 'OK' });
		const auth = { type: 'header', name: 'X-Key', value: 'right' };
		await control.post('pyflue/settings', { auth });
		const header = { authentication: 'header', headerName: 'X-Key' };
		expect(await testWith({ ...header, headerSecret: 'right' })).toMatchObject({ status: 'OK' });
		expect(await testWith({ ...header, headerSecret: 'wrong' })).toMatchObject({ status: 'Error' });
		await control.reset();
	});

	it('fails for another server', async () => {
		const baseUrl = local.platforms.flymyai.baseUrl;
		expect(await testWith({ baseUrl })).toMatchObject({ status: 'Error' });
	});
});

describe('the examples', () => {
	it('run a workflow and use its result', async () => {
		const output = await execute('run-a-workflow-and-use-its-result.json');
		expect(output('Report')).toEqual([
			{
				summary: 'Whales sing songs to find each other.',
				words: 20,
				run_id: expect.stringMatching(/^workflow:summarize:run_/),
			},
		]);
	});

	it('go on when a workflow run ends', async () => {
		const server = axios.create({ baseURL: local.platforms.pyflue.baseUrl });
		await server.post('/workflows/divide?wait=result', { payload: { a: 1, b: 2 } });
		const well = await execute('when-a-workflow-run-ends.json');
		expect(well('Result')).toEqual([
			{ workflow: 'divide', result: '0.5', seconds: expect.any(Number) },
		]);
		expect(well('Alert')).toEqual([]);

		await server.post('/workflows/over_quota', { payload: {} });
		const badly = await execute('when-a-workflow-run-ends.json');
		expect(badly('Alert')).toEqual([
			{
				text: expect.stringMatching(/^over_quota failed: No quota\. 1 needed, 0 left\./),
				run_id: expect.stringMatching(/^workflow:over_quota:run_/),
			},
		]);
		expect(badly('Result')).toEqual([]);
	});
});
