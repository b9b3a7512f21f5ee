import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { execute } from './execute';
import { get } from './get';
import { getMany } from './getMany';

export const workflow: Resource<Session> = {
	value: 'workflow',
	name: 'Workflow',
	operations: [execute, get, getMany],
};
