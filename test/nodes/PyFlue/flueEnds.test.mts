// A Flue 0.8 server whose process an accepted workflow has ended (docs/contracts/pyflue.md, the table of
// PyFlue and Flue). Nobody can reach it then: the last test is the last one of its sandbox.
import { describe, expect, test } from '@jest/globals';
import { execute, failureOf, runOf, settings, useSandbox, workflow } from './support.mts';

useSandbox();

describe('a Flue 0.8 server', () => {
	test('that an accepted workflow has ended is told as a possibility', async () => {
		await settings({ variant: 'flue', downAfterThrowMs: 300 });
		await workflow('broken', { ms: 900, outcome: 'error', error: { message: 'kaboom' } });
		const failure = await failureOf(execute('workflow', 'run', runOf('broken')));

		expect(failure.message).toMatch(/^PyFlue no longer knows the run workflow:broken:\w+$/);
		expect(failure.description).toMatch(/workflow that throws ends the whole process/);
	}, 60_000);

	test('that is gone while it is waited for is told as a possibility', async () => {
		await settings({ variant: 'flue', downAfterThrowMs: 120_000 });
		await workflow('broken', { ms: 900, outcome: 'error', error: { message: 'kaboom' } });
		const patient = runOf('broken', {}, { options: { maxWait: 20 } });
		const failure = await failureOf(execute('workflow', 'run', patient));

		expect(failure.message).toMatch(
			/^PyFlue refused the connection \(while waiting for run workflow:broken:\w+\)$/,
		);
		expect(failure.description).toMatch(/workflow that throws ends the whole process/);
	}, 90_000);
});
