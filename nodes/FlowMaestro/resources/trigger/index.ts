import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { execute } from './execute';
import { getMany } from './getMany';

export const trigger: Resource<Session> = {
	value: 'trigger',
	name: 'Trigger',
	operations: [execute, getMany],
};
