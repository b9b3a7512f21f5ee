import { z } from 'zod';
import { runLocator } from '../../fields';
import { operation } from '../../session';

export const cancel = operation({
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel a run',
	description: 'Stop a run that is still going',
	parameters: [runLocator],
	output: z.object({ id: z.string(), cancelled: z.boolean() }),
	async execute({ run }, { session }) {
		await session.api.runs.cancel(run);
		return { id: run, cancelled: true };
	},
});
