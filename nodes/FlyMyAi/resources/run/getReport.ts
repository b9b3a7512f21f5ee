import { runLocator } from '../../fields';
import { simpleRunSchema, simplifyRun } from '../../output';
import { operation } from '../../session';

export const getReport = operation({
	value: 'getReport',
	name: 'Get Report',
	action: 'Get a report of a run',
	description:
		'Draw what a run did as an HTML page, to look at and to send: time line, tool calls, inputs and output',
	parameters: [runLocator],
	output: simpleRunSchema,
	async execute({ run }, { session }) {
		const found = await session.api.runs.get(run);
		return await session.reports.item(found, simplifyRun(found));
	},
});
