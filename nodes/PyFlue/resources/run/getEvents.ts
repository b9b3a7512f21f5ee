import { entriesIn } from '../../../shared/form/coerce';
import { z } from 'zod';
import { returnAllFields } from '../../../shared/form/fields';
import { runLocator } from '../../fields';
import { readEvents } from '../../runEvents';
import { eventSchema } from '../../schemas';
import { operation } from '../../session';

export const getEvents = operation({
	value: 'getEvents',
	name: 'Get Events',
	action: 'Get events of a run',
	description: 'Retrieve what a run has logged, one item an event, oldest first',
	parameters: [
		runLocator,
		...returnAllFields,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'After Event Index',
					name: 'after',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 0,
					description: 'Only events that came after the one with this index',
				},
				{
					displayName: 'Types',
					name: 'types',
					type: 'string',
					default: '',
					placeholder: 'e.g. log,run_end',
					description: 'Only events of these types, separated by commas',
				},
			],
		},
	],
	// The editor shows no choice of types: the time as PyFlue has it.
	output: eventSchema.extend({ timestamp: z.number().nullish() }),
	async execute({ run, returnAll, limit, options }, { session }) {
		const types = entriesIn(options.types ?? '').join(',') || undefined;
		const wanted = returnAll ? Infinity : (limit ?? Infinity);
		return await readEvents(session.api, run, wanted, { after: options.after, types });
	},
});
