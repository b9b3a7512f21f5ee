import { PlatformError } from '../../../shared/errors';
import { runLocator } from '../../fields';
import { logRowSchema, type LogRow } from '../../schemas';
import { operation } from '../../session';

/** The rows behind the one with the given id; rows are numbered as they appear. */
function rowsAfter(rows: LogRow[], id: string): LogRow[] {
	const at = rows.findIndex((row) => row.id === id);
	if (at < 0 && !Number.isFinite(Number(id))) {
		throw new PlatformError(`The run has no event '${id}'`, {
			fix: "Give 'After Event ID' the ID of an event that an earlier Get Events returned.",
		});
	}
	return at >= 0 ? rows.slice(at + 1) : rows.filter((row) => Number(row.id) > Number(id));
}

export const getEvents = operation({
	value: 'getEvents',
	name: 'Get Events',
	action: 'Get events of a run',
	description: 'Retrieve the log of a run, one item an event: tool calls, exceptions, messages',
	parameters: [
		runLocator,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'After Event ID',
					name: 'after',
					type: 'string',
					default: '',
					placeholder: 'e.g. 1042',
					description: 'Only events that came after the one with this ID',
				},
			],
		},
	],
	output: logRowSchema,
	async execute({ run, options }, { session }) {
		const rows = (await session.api.runs.get(run)).logs ?? [];
		return options.after ? rowsAfter(rows, options.after.trim()) : rows;
	},
});
