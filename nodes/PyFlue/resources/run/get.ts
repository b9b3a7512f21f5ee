import { simplifyField } from '../../../shared/form/fields';
import { runLocator } from '../../fields';
import { readRun } from '../../lifecycle';
import { runOutput, simpleRunSchema } from '../../output';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a run',
	description: 'Retrieve the status and the result of one run',
	parameters: [runLocator, simplifyField],
	output: simpleRunSchema,
	async execute({ run, simplify }, { session }) {
		return runOutput(await readRun(session.api, run), simplify);
	},
});
