import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { create } from './create';
import { getMany } from './getMany';
import { preview } from './preview';

export const promptBlock: Resource<Session> = {
	value: 'promptBlock',
	name: 'Prompt Block',
	operations: [create, getMany, preview],
};
