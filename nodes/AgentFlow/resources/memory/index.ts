import type { Resource } from '../../../shared/operation';
import type { Session } from '../../session';
import { getBlock } from './getBlock';
import { recall } from './recall';
import { updateBlock } from './updateBlock';

export const memory: Resource<Session> = {
	value: 'memory',
	name: 'Memory',
	operations: [getBlock, recall, updateBlock],
};
