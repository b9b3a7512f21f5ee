import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { cancel } from './cancel';
import { get } from './get';
import { getEvents } from './getEvents';
import { getMany } from './getMany';
import { getReport } from './getReport';
import { sendFollowUp } from './sendFollowUp';
import { start } from './start';
import { suggestSchema } from './suggestSchema';
import { wait } from './wait';

export const run: Resource<Session> = {
	value: 'run',
	name: 'Run',
	operations: [
		cancel,
		get,
		getEvents,
		getMany,
		getReport,
		sendFollowUp,
		start,
		suggestSchema,
		wait,
	],
};
