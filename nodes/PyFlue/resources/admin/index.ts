import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { getAgents } from './getAgents';
import { getInstanceRuns } from './getInstanceRuns';
import { getInstances } from './getInstances';

export const admin: Resource<Session> = {
	value: 'admin',
	name: 'Admin',
	operations: [getAgents, getInstanceRuns, getInstances],
};
