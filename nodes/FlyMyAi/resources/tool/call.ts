import { isObject } from '../../../shared/json';
import { objectOf } from '../../../shared/form/parameters';
import { callableToolLocator } from '../../fields';
import { operation } from '../../session';

export const call = operation({
	value: 'call',
	name: 'Call',
	action: 'Call an action of a tool',
	description:
		'Carry out an action of a tool directly, without an agent. Works for tools of the type custom_class.',
	parameters: [
		callableToolLocator,
		{
			displayName: 'Action',
			name: 'action',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. search',
			description: "Name of the tool's action",
		},
		{
			displayName: 'Arguments',
			name: 'arguments',
			type: 'json',
			default: '{}',
			description: 'What the action needs, as a JSON object',
		},
	],
	async execute({ tool, action, arguments: args }, { session }) {
		const result = await session.api.tools.call(tool, action, objectOf(args, 'Arguments'));
		// A list of objects becomes items; any other answer is one item.
		const isRows = Array.isArray(result) && result.length > 0 && result.every(isObject);
		return isObject(result) || isRows ? result : { result };
	},
});
