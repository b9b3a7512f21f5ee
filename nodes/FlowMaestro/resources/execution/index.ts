import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { cancel } from './cancel';
import { get } from './get';
import { getEvents } from './getEvents';
import { getMany } from './getMany';
import { getReport } from './getReport';
import { wait } from './wait';

export const execution: Resource<Session> = {
	value: 'execution',
	name: 'Execution',
	operations: [get, getEvents, getMany, getReport, wait, cancel],
};
