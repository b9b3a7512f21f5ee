import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { get } from './get';
import { getEvents } from './getEvents';
import { getMany } from './getMany';
import { getReport } from './getReport';
import { wait } from './wait';

export const run: Resource<Session> = {
	value: 'run',
	name: 'Run',
	operations: [get, getEvents, getMany, getReport, wait],
};
