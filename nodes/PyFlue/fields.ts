import { includeReportField } from '../shared/report/item';
import { waitFields } from '../shared/runs/follow';
import { byId, byName, fromList } from '../shared/form/locator';
import { field, fields, objectOf, type Values } from '../shared/form/parameters';
import type { Payload } from './api';

/* The form fields that several operations of this node share. */

export const agentLocator = field({
	displayName: 'Agent',
	name: 'agent',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The agent to work with',
	modes: [fromList('searchAgents'), byName('e.g. assistant')],
});

export const workflowLocator = field({
	displayName: 'Workflow',
	name: 'workflow',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The workflow to run',
	modes: [fromList('searchWorkflows'), byName('e.g. reports.weekly')],
});

/** An agent or workflow that has runs in the history of the server. */
export const nameLocator = field({
	displayName: 'Name',
	name: 'name',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The workflow or file-handler agent; the list holds those that have runs',
	modes: [fromList('searchNames'), byName('e.g. reports.weekly')],
});

export const runLocator = field({
	displayName: 'Run',
	name: 'run',
	type: 'resourceLocator',
	default: { mode: 'id', value: '' },
	required: true,
	description: 'The run to work with; its ID is in the output of Workflow: Run',
	modes: [
		fromList('searchRuns'),
		byId('e.g. workflow:reports.weekly:run_01M7Y23YTZ7WV5APWWB5FDKHH5'),
	],
});

export const instanceField = field({
	displayName: 'Instance ID',
	name: 'instanceId',
	type: 'string',
	default: 'default',
	required: true,
	placeholder: 'e.g. customer-42',
	description: 'Which instance of the agent to address. Any ID makes one.',
});

export const sessionField = field({
	displayName: 'Session',
	name: 'session',
	type: 'string',
	default: '',
	placeholder: 'e.g. default',
	description: 'Which conversation with the instance to go on with. Any name makes one.',
});

export const statusField = field({
	displayName: 'Status',
	name: 'status',
	type: 'options',
	// The words that PyFlue and Flue both take.
	options: [
		{ name: 'Any', value: '' },
		{ name: 'Failed', value: 'errored' },
		{ name: 'Running', value: 'active' },
		{ name: 'Succeeded', value: 'completed' },
	],
	default: '',
	description: 'Only runs with this status',
});

/** What a workflow or a file handler gets to work with. The server has no schema to draw it from. */
export const payloadFields = fields([
	{
		displayName: 'Specify Payload',
		name: 'specifyPayload',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Using Fields Below',
				value: 'fields',
				description: 'Add the fields of the payload one by one',
			},
			{
				name: 'Using JSON',
				value: 'json',
				description: 'Give the payload as one JSON object, for example from an expression',
			},
		],
		default: 'fields',
		description: 'How to give what the code on the server gets to work with',
	},
	{
		displayName: 'Payload Fields',
		name: 'payloadFields',
		type: 'assignmentCollection',
		displayOptions: { show: { specifyPayload: ['fields'] } },
		default: {},
		description: 'The fields of the payload, by the names that the code on the server reads',
	},
	{
		displayName: 'Payload (JSON)',
		name: 'payloadJson',
		type: 'json',
		displayOptions: { show: { specifyPayload: ['json'] } },
		default: '{}',
		description: 'The payload as one JSON object',
	},
]);

/**
 * The payload as the user gave it, by fields or by JSON.
 *
 * @throws PlatformError when the JSON is no object
 */
export function payloadOf(values: Values<typeof payloadFields>): Payload {
	const { specifyPayload, payloadFields: assigned, payloadJson } = values;
	if (specifyPayload === 'fields') return (assigned ?? {}) as Payload;
	return objectOf(payloadJson, 'Payload (JSON)');
}

export const waitModeField = field({
	displayName: 'Wait',
	name: 'waitMode',
	type: 'options',
	options: [
		{
			name: 'Accept and Follow',
			value: 'follow',
			description:
				"Start it, then wait for its end. Survives a lost connection and a proxy's time limit.",
		},
		{
			name: 'In One Request',
			value: 'request',
			description:
				'Keep one request open until the end. Needs no run store, and keeps the HTTP status of an error.',
		},
		{
			name: 'Do Not Wait',
			value: 'accept',
			description: "Start it and go on at once with the run's ID",
		},
	],
	default: 'follow',
	description: 'How to wait for the end of the run',
});

export const startOptionsField = field({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [includeReportField, ...waitFields],
});
