import { z } from 'zod';
import { executionIdField } from '../../fields';
import { operation } from '../../session';

export const cancel = operation({
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel an execution',
	description:
		'Stop an execution that is pending or running (scopes executions:read, executions:cancel)',
	parameters: [executionIdField],
	// One that was cancelled before comes without a message.
	output: z.object({ id: z.string(), status: z.string(), message: z.string().optional() }),
	async execute({ execution }, { session }) {
		return await session.api.executions.cancel(execution);
	},
});
