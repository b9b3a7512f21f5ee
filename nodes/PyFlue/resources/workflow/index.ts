import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { run } from './run';

export const workflow: Resource<Session> = {
	value: 'workflow',
	name: 'Workflow',
	operations: [run],
};
