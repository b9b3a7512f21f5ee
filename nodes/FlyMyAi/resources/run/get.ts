import { simplifyField } from '../../../shared/form/fields';
import { runLocator } from '../../fields';
import { runOutput, simpleRunSchema } from '../../output';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a run',
	description: 'Retrieve the status and the output of one run',
	parameters: [runLocator, simplifyField],
	output: simpleRunSchema,
	async execute({ run, simplify }, { session }) {
		return runOutput(await session.api.runs.get(run), simplify);
	},
});
