import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { call } from './call';

export const apiOperation: Resource<Session> = {
	value: 'apiOperation',
	name: 'API Operation',
	operations: [call],
};
