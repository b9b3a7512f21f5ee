import { entriesIn } from '../../../shared/form/coerce';
import { z } from 'zod';
import { returnAllFields } from '../../../shared/form/fields';
import { EVENTS_A_PAGE, type PyFlueApi } from '../../api';
import { runLocator } from '../../fields';
import { eventSchema, type RunEvent } from '../../schemas';
import { operation } from '../../session';

/** The events behind the one with index `after`, page by page. */
async function readEvents(
	api: PyFlueApi,
	run: string,
	wanted: number,
	{ after, types }: { after?: number; types?: string },
): Promise<RunEvent[]> {
	const read: RunEvent[] = [];
	for (let last = after; read.length < wanted;) {
		const limit = Math.min(EVENTS_A_PAGE, wanted - read.length);
		const page = await api.runs.events(run, { after: last, limit, types });
		read.push(...page);
		if (page.length < limit) break;
		last = page.at(-1)?.eventIndex;
	}
	return read;
}

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
