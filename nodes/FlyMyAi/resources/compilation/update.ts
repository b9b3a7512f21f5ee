import { PlatformError } from '../../../shared/errors';
import { simplifyField } from '../../../shared/form/fields';
import { compilationLocator } from '../../fields';
import { compilationOutput, simpleCompilationSchema } from '../../output';
import { operation } from '../../session';

export const update = operation({
	value: 'update',
	name: 'Update',
	action: 'Update a compilation',
	description: "Change a compilation's instruction, schedule or time zone",
	parameters: [
		compilationLocator,
		simplifyField,
		{
			displayName: 'Update Fields',
			name: 'updateFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Clear Schedule',
					name: 'clearSchedule',
					type: 'boolean',
					default: true,
					description:
						'Whether to take the schedule away, so that it runs only when it is asked to',
				},
				{
					displayName: 'Instruction',
					name: 'instruction',
					type: 'string',
					typeOptions: { rows: 6 },
					default: '',
					description: 'The plan in Markdown that the agent follows',
				},
				{
					displayName: 'Schedule',
					name: 'schedule',
					type: 'string',
					default: '',
					placeholder: 'e.g. 0 9 * * *',
					description: 'When FlyMyAI runs it by itself, as a cron expression',
				},
				{
					displayName: 'Time Zone',
					name: 'timezone',
					type: 'string',
					default: '',
					placeholder: 'e.g. Europe/Berlin',
					description: 'The IANA time zone of the schedule',
				},
			],
		},
	],
	output: simpleCompilationSchema,
	async execute({ compilation, simplify, updateFields }, { session }) {
		const { clearSchedule, instruction, schedule, timezone } = updateFields;
		if (clearSchedule && schedule) {
			throw new PlatformError("'Schedule' and 'Clear Schedule' contradict each other", {
				fix: 'Remove one of the two.',
			});
		}
		const changes = {
			instruction_md: instruction,
			cron_schedule: clearSchedule ? '' : schedule,
			timezone,
		};
		if (Object.values(changes).every((value) => value === undefined)) {
			throw new PlatformError("'Update Fields' is empty", {
				fix: 'Add at least one field to change.',
			});
		}
		return compilationOutput(await session.api.compilations.update(compilation, changes), simplify);
	},
});
