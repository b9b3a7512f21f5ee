import { executionIdField } from '../../fields';
import { operation } from '../../session';

export const cancel = operation({
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel an execution',
	description:
		'Stop an execution that is pending or running (scopes executions:read, executions:cancel)',
	parameters: [executionIdField],
	async execute({ execution }, { session }) {
		return await session.api.executions.cancel(execution);
	},
});
