import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { cancel } from './cancel';
import { get } from './get';
import { getOutput } from './getOutput';
import { submit } from './submit';
import { wait } from './wait';

export const batch: Resource<Session> = {
	value: 'batch',
	name: 'Batch',
	operations: [submit, get, getOutput, wait, cancel],
};
