import { runLocator } from '../../fields';
import { simpleRunSchema, simplifyRun } from '../../output';
import { operation } from '../../session';

export const getReport = operation({
	value: 'getReport',
	name: 'Get Report',
	action: 'Get a report of a run',
	description:
		'Create an HTML page that shows what a run did: timeline, tool calls, inputs and output',
	parameters: [runLocator],
	output: simpleRunSchema,
	async execute({ run }, { session }) {
		const found = await session.api.runs.get(run);
		return await session.reports.item(found, simplifyRun(found));
	},
});
