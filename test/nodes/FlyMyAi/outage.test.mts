// A platform that is down for longer than a request is retried.
import { expect, test } from '@jest/globals';
import { sleep } from 'n8n-workflow';
import { control, newAgent, rows, sent, startOf, until, useSandbox } from './support.mts';

useSandbox();

const RUN = /executions\/[^/]+\/$/;

test('a run is waited for while FlyMyAI is down, with fewer and fewer requests', async () => {
	const agent = await newAgent({}, { runningMs: 1000 });
	const waiting = rows('run', 'start', startOf(agent));
	await until(async () => (await sent(/run-loop/)).length > 0);
	await control.fault({ kind: 'reset-before', times: null, match: { method: 'GET' } });
	await sleep(30_000);
	expect((await sent(RUN)).length).toBeLessThan(30);
	await control.clearFaults();

	expect((await waiting)[0].status).toBe('completed');
}, 90_000);
