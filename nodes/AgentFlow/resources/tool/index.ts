import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { remove } from './delete';
import { getMany } from './getMany';
import { register } from './register';
import { run } from './run';
import { setApproval } from './setApproval';

export const tool: Resource<Session> = {
	value: 'tool',
	name: 'Tool',
	operations: [getMany, register, run, setApproval, remove],
};
