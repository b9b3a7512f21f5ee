import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { add } from './add';
import { call } from './call';
import { configure } from './configure';
import { remove } from './delete';
import { get } from './get';
import { getCatalog } from './getCatalog';
import { getMany } from './getMany';
import { update } from './update';

export const tool: Resource<Session> = {
	value: 'tool',
	name: 'Tool',
	operations: [add, call, configure, remove, get, getCatalog, getMany, update],
};
