import { runLocator } from '../../fields';
import { readRun } from '../../lifecycle';
import { simpleRunSchema, simplifyRun } from '../../output';
import { operation } from '../../session';

export const getReport = operation({
	value: 'getReport',
	name: 'Get Report',
	action: 'Get a report of a run',
	description: 'Create an HTML page that shows what a run did: timeline, log, result and error',
	parameters: [runLocator],
	output: simpleRunSchema,
	async execute({ run }, { session }) {
		const found = await readRun(session.api, run);
		return await session.reports.item(found, simplifyRun(found));
	},
});
