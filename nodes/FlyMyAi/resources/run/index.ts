import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { cancel } from './cancel';
import { get } from './get';
import { getEvents } from './getEvents';
import { getMany } from './getMany';
import { sendFollowUp } from './sendFollowUp';
import { start } from './start';
import { suggestSchema } from './suggestSchema';
import { wait } from './wait';

export const run: Resource<Session> = {
	value: 'run',
	name: 'Run',
	operations: [cancel, get, getEvents, getMany, sendFollowUp, start, suggestSchema, wait],
};
