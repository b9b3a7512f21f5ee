import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { approve } from './approve';
import { deny } from './deny';
import { getMany } from './getMany';

export const approval: Resource<Session> = {
	value: 'approval',
	name: 'Approval',
	operations: [approve, deny, getMany],
};
