import { returnAllFields } from '../../../shared/form/fields';
import { take } from '../../../shared/list';
import { workflowSchema } from '../../schemas';
import { operation } from '../../session';

export const getMany = operation({
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many workflows',
	description: "Retrieve a list of the workspace's workflows, newest first (scope workflows:read)",
	parameters: returnAllFields,
	// A listed workflow does not tell its inputs.
	output: workflowSchema.omit({ inputs: true }),
	async execute({ returnAll, limit }, { session }) {
		const wanted = returnAll ? Infinity : limit;
		return await take(session.api.workflows.list(wanted), wanted);
	},
});
