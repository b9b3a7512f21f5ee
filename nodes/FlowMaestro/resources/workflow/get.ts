import { workflowLocator } from '../../fields';
import { workflowSchema } from '../../schemas';
import { operation } from '../../session';

export const get = operation({
	value: 'get',
	name: 'Get',
	action: 'Get a workflow',
	description:
		'Retrieve one workflow with the input nodes that FlowMaestro shows (scope workflows:read)',
	parameters: [workflowLocator],
	output: workflowSchema,
	async execute({ workflow }, { session }) {
		return await session.api.workflows.get(workflow);
	},
});
