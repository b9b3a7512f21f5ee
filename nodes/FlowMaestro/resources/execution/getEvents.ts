import { z } from 'zod';
import { timerMs } from '../../../shared/timer';
import { eventsWithin } from '../../eventStream';
import { executionIdField } from '../../fields';
import { operation } from '../../session';

const LISTEN_S = 10;

export const getEvents = operation({
	value: 'getEvents',
	name: 'Get Events',
	action: 'Get events of an execution',
	description:
		'Listen to the event stream of an execution, one item an event, until it tells the end (scope executions:read)',
	parameters: [
		{
			displayName:
				"FlowMaestro's stream tells the end of an execution that has ended. Of one that goes on it tells that it is connected and, as far as known, nothing more: wait with Execution: Wait for Completion.",
			name: 'streamNotice',
			type: 'notice',
			default: '',
		},
		executionIdField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Listen For (Seconds)',
					name: 'listenFor',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: LISTEN_S,
					description: 'How long to listen to an execution that does not end',
				},
			],
		},
	],
	// Of an execution that goes on an event tells only which it is and its status (contract 4).
	output: z.object({
		event: z.string(),
		execution_id: z.string().optional(),
		status: z.string().optional(),
		outputs: z.unknown(),
		error: z.unknown(),
		completed_at: z.string().optional(),
	}),
	async execute({ execution, options }, { session }) {
		return await eventsWithin(session.api, execution, timerMs(options.listenFor ?? LISTEN_S));
	},
});
