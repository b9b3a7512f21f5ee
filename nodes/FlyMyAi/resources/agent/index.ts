import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { create } from './create';
import { remove } from './delete';
import { get } from './get';
import { getMany } from './getMany';
import { suggestSchema } from './suggestSchema';
import { update } from './update';

export const agent: Resource<Session> = {
	value: 'agent',
	name: 'Agent',
	operations: [create, remove, get, getMany, suggestSchema, update],
};
