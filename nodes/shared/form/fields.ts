import { field, fields, type Values } from './parameters';

/* Form fields that n8n's nodes have in common. */

export const returnAllFields = fields([
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		displayOptions: { show: { returnAll: [false] } },
		default: 50,
		description: 'Max number of results to return',
	},
]);

export const simplifyField = field({
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	// A model gets no walls of messages and logs.
	displayOptions: { hide: { '@tool': [true] } },
	description: 'Whether to return a simplified version of the response instead of the raw data',
});

/** Whether the operation waits for what it starts, such as a run. */
export const waitField = (noun: string) =>
	field({
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: true,
		description: `Whether to wait until the ${noun} has ended and return its output, or to go on at once with its ID`,
	});

/** The field with which every operation lets the user change how requests are sent. */
export const requestOptionsField = field({
	displayName: 'Request Options',
	name: 'requestOptions',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Timeout (Seconds)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 86_400 },
			default: 60,
			description:
				'How long a single request may take to be answered; waiting for a run is not a request',
		},
	],
});

export type RequestOptions = Values<[typeof requestOptionsField]>['requestOptions'];
