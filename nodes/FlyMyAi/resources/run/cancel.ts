import { runLocator } from '../../fields';
import { operation } from '../../session';

export const cancel = operation({
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel a run',
	description: 'Stop a run that is still going',
	parameters: [runLocator],
	async execute({ run }, { session }) {
		await session.api.runs.cancel(run);
		return { id: run, cancelled: true };
	},
});
